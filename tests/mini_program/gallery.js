// The gallery's replies in the component: what a consumer reads and can tap there. Replies in, drawings out, as JSON.
const { readFileSync } = require("node:fs");
const { Clock, WeChat, openPage } = require("./stage/page");

const words = (element) => element.textContent.replace(/\s+/g, " ").trim();
const leaves = (element) => (element.children.length ? [...element.children].flatMap(leaves) : [words(element)].filter(Boolean));
/** Each kind of line by the class that the simulator gives its element. */
const LINES = {
  ".main--from": (one) => [`${words(one)}:`],
  ".main--bubble": (one) => [...one.children].flatMap((part) => part.textContent.trim().split(/\n+/)),
  ".refundbot-card--head, .refundbot-card--amount, .refundbot-card--note, .refundbot-card--fact": (one) => [`│ ${leaves(one).join(" · ")}`],
  ".refundbot-choices--row": (one) => [`☐ ${leaves(one).join(" ")}`],
  ".refundbot-choices--choice": (one) => [`[${words(one)}]${one.dataset.action ? `  ${one.dataset.action}` : ""}`],
};

function drawnMessage(message) {
  const wanted = [...message.querySelectorAll(Object.keys(LINES).join(","))];
  return wanted.flatMap((one) => Object.entries(LINES).find(([selector]) => one.matches(selector))[1](one)).join("\n");
}

async function drawn(replies, locale) {
  const wechat = new WeChat(new Clock());
  for (const reply of replies) wechat.say(reply);
  const page = await openPage({ wechat, locale });
  const messages = [...page.root.dom.querySelectorAll(".main--message")].map(drawnMessage);
  page.leave();
  return messages.join("\n―――\n");
}

async function main() {
  const { locale, pieces } = JSON.parse(readFileSync(0, "utf8"));
  const drawings = [];
  for (const replies of pieces) drawings.push(await drawn(replies, locale));
  process.stdout.write(JSON.stringify(drawings), () => process.exit(0)); // the simulator's timers would go on
}

main();
