// What can be tapped: buttons, or a list of several with how many of each.
import { drawCode, isCodeAsked } from "./code.js";
import { element } from "./element.js";
import { text } from "./text.js";

const QUIET = new Set(["back", "cancel", "human", "evidence:skip", "confirm:no"]);
const prefixOf = (action) => action.split(":", 1)[0];

/** The goods alone: a line's label may say how many there are, and how many are taken is said beside it. */
export const goodsName = ({ action, label }) => (/\*\d+$/.test(action) ? label.replace(/ × \d+$/, "") : label);

export const isMoneyConfirm = (choices) => Boolean(choices) && choices.length === 2 && choices.every(({ action }) => action === "confirm:yes" || action === "confirm:no");

function styleOf(action) {
  if (action === "confirm:yes") return "choice main";
  return QUIET.has(action) || action.endsWith(":decline") ? "choice quiet" : "choice";
}

/** A group of buttons; take(action, label) is called once with what was chosen. */
export function drawChoices(reply, take) {
  const choices = reply.choices || [];
  if (!choices.length) return null;
  const first = choices.find(({ action }) => !QUIET.has(action));
  const listed = reply.select && first ? choices.filter(({ action }) => prefixOf(action) === prefixOf(first.action)) : [];
  const isCode = isCodeAsked(reply);
  const others = choices.filter((choice) => !listed.includes(choice) && !(isCode && choice.action === "verify:code"));
  const buttons = others.map(({ action, label }) =>
    element("button", { type: "button", class: styleOf(action), "data-action": action, onclick: () => take(action, label) }, label));
  return element("div", { class: "choices", role: "group", "aria-label": text("options") },
    listed.length ? drawSelect(listed, reply.select, take) : "", isCode ? drawCode(reply, take) : "", buttons);
}

/** Old questions can be read but no longer answered. */
export function setActive(group, isActive) {
  for (const control of group.querySelectorAll("button, input")) control.disabled = !isActive;
  for (const form of group.querySelectorAll("form")) if (isActive || form.className === "code") form.dispatchEvent(new Event("revive"));
}

function drawSelect(choices, { min = 1, max = choices.length }, take) {
  const rows = choices.map((choice) => new Row(choice, () => refresh()));
  const count = element("span", { class: "count", "aria-live": "polite" });
  const send = element("button", { type: "submit", class: "choice main" }, text("submitSelection"));
  const chosen = () => rows.filter((row) => row.box.checked);
  const refresh = () => {
    const n = chosen().length;
    for (const row of rows) row.allow(row.box.checked || n < max);
    count.textContent = n ? text("selected", { n }) : text("chooseSome");
    send.disabled = n < min || n > max;
  };
  const form = element("form", { class: "select" }, rows.map((row) => row.root), element("div", { class: "select-end" }, count, send));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!send.disabled) take(chosen().map((row) => row.action).join("+"), chosen().map((row) => row.label).join(text("comma")));
  });
  form.addEventListener("revive", refresh);
  if (rows.length === 1) rows[0].take();
  refresh();
  return form;
}

/** One line to take: a box, and a stepper where its action carries more than one (line:1*3). */
class Row {
  constructor({ action, label }, onChange) {
    const [, code, most] = /^(.*?)(?:\*(\d+))?$/.exec(action);
    Object.assign(this, { code, name: goodsName({ action, label }), most: Number(most || 1), hasQuantity: most !== undefined, quantity: Number(most || 1) });
    this.box = element("input", { type: "checkbox", onchange: () => { this._paint(); onChange(); } });
    this.output = element("output", {});
    this.less = this._step(-1, "−", "less");
    this.more = this._step(1, "+", "more");
    const stepper = this.most > 1
      ? element("div", { class: "stepper", role: "group", "aria-label": `${text("quantity")} ${label}` }, this.less, this.output, this.more) : "";
    this.root = element("div", { class: "row" }, element("label", {}, this.box, element("span", {}, label)), stepper);
    this._paint();
  }

  get action() { return this.hasQuantity ? `${this.code}*${this.quantity}` : this.code; }

  get label() { return this.most > 1 ? `${this.name} × ${this.quantity}` : this.name; }

  /** The only thing that can be meant is taken at once, and only confirmed. */
  take() {
    this.box.checked = true;
    this._paint();
  }

  allow(isAllowed) {
    this.box.disabled = !isAllowed;
    this._paint();
  }

  _step(by, sign, key) {
    return element("button", {
      type: "button", "aria-label": text(key, { name: this.name }),
      onclick: () => { this.quantity = Math.min(this.most, Math.max(1, this.quantity + by)); this._paint(); },
    }, sign);
  }

  _paint() {
    this.output.textContent = `${this.quantity} / ${this.most}`;
    this.root.classList.toggle("taken", this.box.checked);
    const isOff = !this.box.checked;
    this.less.disabled = isOff || this.quantity <= 1;
    this.more.disabled = isOff || this.quantity >= this.most;
  }
}
