// The conversation as it is seen: bubbles by sender, days, times, cards, and which buttons still count.
import { drawCard } from "./cards.js";
import { drawChoices, goodsName, isMoneyConfirm, setActive } from "./choices.js";
import { isCode, isCodeAsked } from "./code.js";
import { element } from "./element.js";
import { isSpeaking } from "./language.js";
import { clock, dayName, text } from "./text.js";

const LINK = /(https?:\/\/[^\s<>"'（）。，、；！？】》]+)/;
const AMOUNT = /((?:CN)?[¥￥$€£]\s?\d[\d,]*(?:\.\d+)?)/;

const TOGETHER_SECONDS = 2;
const ANSWER_MESSAGES_MAX = 12;
const FIXED = { human: "humanLabel", cancel: "restart", "start:refund": "startRefund" };
const withoutQuantity = (action) => action.replace(/\*\d+$/, "");
const quantityOf = (action) => (/\*(\d+)$/.exec(action) || [])[1];

function words(said, pattern, wrap) {
  return said.split(pattern).map((part, index) => (index % 2 ? wrap(part) : part));
}

const link = (address) => element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, address);

const isWayBack = ({ sender, choices }) => sender === "system" && Boolean(choices) && choices.length === 1 && choices[0].action === "back";

function nameOf({ sender, agent }) {
  if (sender === "agent") return agent ? `${text("agent")} ${agent}` : text("agent");
  return text({ customer: "you", bot: "bot" }[sender] || "system");
}

function bubble(reply) {
  if (!reply.text) return null;
  const parts = reply.sender === "customer" ? [reply.text] : words(reply.text, LINK, link);
  if (!isMoneyConfirm(reply.choices)) return element("p", { class: "bubble" }, parts);
  const marked = parts.flatMap((part) => (typeof part === "string" ? words(part, AMOUNT, (amount) => element("strong", {}, amount)) : [part]));
  return element("div", { class: "bubble confirm" }, element("h2", {}, text("moneyConfirm")), element("p", {}, marked));
}

/** A message's element; what is shown of a pending message uses the same. */
export function drawMessage(reply, { choices = null, pictures = null, end = null }) {
  return element("article", { class: `message ${reply.sender}`, "data-seq": reply.seq },
    element("p", { class: reply.sender === "agent" ? "from" : "from hidden" }, nameOf(reply)),
    bubble(reply), pictures, drawCard(reply.card), choices,
    element("footer", {}, end || element("time", { datetime: reply.at }, clock(reply.at))));
}

export class Log {
  /** tell: {take(action, label), pictures(attachments) -> element} */
  constructor(root, tell) {
    Object.assign(this, { root, tell, isWaiting: false, _replies: [], _drawn: [], _labels: new Map(), _sentAt: null, _said: null });
  }

  get isEmpty() { return this._replies.length === 0; }

  /** The first message of the newest answer: what came together, since the consumer spoke; null where they spoke last. */
  get answerBegins() {
    const newest = this._replies.length - 1;
    for (let index = newest; index >= 0 && newest - index < ANSWER_MESSAGES_MAX; index -= 1) {
      const [before, reply] = [this._replies[index - 1], this._replies[index]];
      if (reply.sender === "customer") return null;
      if (!before || before.sender === "customer" || Date.parse(reply.at) - Date.parse(before.at) > TOGETHER_SECONDS * 1000) return this._drawn[index].node;
    }
    return null;
  }

  clear() {
    this._replies = [];
    this._drawn = [];
    this._labels.clear();
    this._sentAt = this._said = null;
    this.root.replaceChildren();
  }

  add(reply) {
    const before = this._replies[this._replies.length - 1];
    if (!before || dayName(before.at) !== dayName(reply.at)) this.root.append(element("p", { class: "day" }, dayName(reply.at)));
    else if (before.sender === reply.sender && before.agent === reply.agent && clock(before.at) === clock(reply.at)) {
      const last = this._drawn[this._drawn.length - 1];
      last.node.classList.add("joined", ...(last.choices ? [] : ["bare"]));
    }
    if (reply.sender === "customer") this._said = reply.text;
    else if (isCodeAsked(reply) && !(this._sentAt && isCode(this._said))) this._sentAt = reply.at;
    const choices = drawChoices({ ...reply, sentAt: this._sentAt }, this.tell.take);
    const pictures = reply.attachments && reply.attachments.length ? this.tell.pictures(reply.attachments) : null;
    for (const { action, label } of reply.choices || []) this._labels.set(withoutQuantity(action), { name: goodsName({ action, label }), most: quantityOf(action) });
    const node = drawMessage({ ...reply, text: reply.text || this._wordsOf(reply.action) }, { choices, pictures });
    node.hidden = isSpeaking(reply.action);
    if (reply.sender !== "customer") this._hideSpoken();
    this._replies.push(reply);
    this._drawn.push({ node, choices });
    this.root.append(node);
    this.refreshChoices();
  }

  /** What was said again in one language makes room for the same in another: however often, it stands there once. */
  _hideSpoken() {
    let last = this._replies.length - 1;
    if (last < 0 || !isSpeaking(this._replies[last].action)) return;
    while (last >= 0 && isSpeaking(this._replies[last].action)) last -= 1;
    let first = last;
    while (first >= 0 && this._replies[first].sender !== "customer") first -= 1;
    const spoken = this._replies[first];
    if (!spoken || !isSpeaking(spoken.action)) return;
    for (let index = first + 1; index <= last; index += 1) {
      const { sender, at } = this._replies[index];
      if (sender !== "agent" && Date.parse(at) - Date.parse(spoken.at) <= TOGETHER_SECONDS * 1000) this._drawn[index].node.hidden = true;
    }
  }

  /** What a tapped button said, where the server kept only its code. */
  _wordsOf(action) {
    if (!action) return "";
    if (FIXED[action]) return text(FIXED[action]);
    return action.split("+").map((one) => {
      const { name = one, most } = this._labels.get(withoutQuantity(one)) || {};
      return most > 1 ? `${name} × ${quantityOf(one) || most}` : name;
    }).join(text("comma"));
  }

  /** The same conversation in another language's words. */
  redraw() {
    const replies = this._replies;
    this.clear();
    for (const reply of replies) this.add(reply);
  }

  /** Buttons count until the consumer or a person says something, or they are said again in another language; of questions about money only the newest counts.
      The way back from a queue stays open until somebody answers. */
  refreshChoices() {
    let isOver = false;
    let isAnswered = false;
    let hasNewerConfirm = false;
    let hasNewer = false;
    for (let index = this._replies.length - 1; index >= 0; index -= 1) {
      const reply = this._replies[index];
      const drawn = this._drawn[index];
      if (drawn.isClosed) return;
      isOver = isOver || (reply.sender === "customer" && (hasNewer || !isSpeaking(reply.action))) || (reply.sender === "agent" && !drawn.choices);
      const isDead = isWayBack(reply) ? isAnswered : isOver;
      isAnswered = isAnswered || reply.sender !== "customer";
      if (!drawn.choices) continue;
      hasNewer = true;
      setActive(drawn.choices, !isDead && !this.isWaiting && !hasNewerConfirm);
      drawn.isClosed = isDead;
      hasNewerConfirm = hasNewerConfirm || isMoneyConfirm(reply.choices);
    }
  }
}
