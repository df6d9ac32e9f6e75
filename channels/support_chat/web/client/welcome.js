// What stands where nothing has been said yet: a greeting, the language, when people are there, and what to begin with.
import { element } from "./element.js";
import { closedWords, weekInWords } from "./hours.js";
import { byId, config } from "./shell.js";
import { currentLocale, text } from "./text.js";

const LANGUAGES = { "zh-CN": "中文", en: "English" };

/** tell: {say(message), language(locale)} */
export function paintWelcome(isWanted, tell) {
  const welcome = byId("welcome");
  if (welcome.hidden === !isWanted && welcome.lang === currentLocale()) return;
  welcome.hidden = !isWanted;
  welcome.lang = currentLocale();
  const button = (label, message) => element("button", { type: "button", class: "choice", onclick: () => tell.say({ label, ...message }) }, label);
  const closed = closedWords("closed");
  const week = weekInWords();
  welcome.replaceChildren(
    element("h2", {}, (config.greeting || {})[currentLocale()] || text("welcomeTitle")), element("p", {}, text("welcomeText")),
    closed ? element("p", { class: "closed" }, closed) : "", week ? element("p", { class: "week" }, week) : "",
    element("div", { class: "choices" },
      button(text("startRefund"), { action: "start:refund" }),
      button(text("refundStatus"), { text: text("refundStatusText") }),
      button(text("humanLabel"), { action: "human" })),
    element("div", { class: "languages", role: "group", "aria-label": text("languages") }, Object.entries(LANGUAGES).map(([locale, name]) =>
      element("button", { type: "button", lang: locale, "aria-pressed": String(locale === currentLocale()), onclick: () => tell.language(locale) }, name))));
}
