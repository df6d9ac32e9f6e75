// The code that came by SMS: typed on a number pad, or filled in by the phone; asked for again when that is allowed again.
import { element } from "./element.js";
import { config } from "./shell.js";
import { text } from "./text.js";

const DIGITS = 6;
const RESEND = "verify:code";

export const isCodeAsked = ({ choices }) => (choices || []).some(({ action }) => action === RESEND);

/** Whether these words are a code rather than the number of an order: then no new code has been sent. */
export const isCode = (words) => new RegExp(`^\\D*(\\d\\D*){${DIGITS}}$`).test(words || "");

/** reply.sentAt: when the code was sent; take(action, label) with no action says the label as a text. */
export function drawCode(reply, take) {
  const { label } = reply.choices.find(({ action }) => action === RESEND);
  const readyAt = Date.parse(reply.sentAt || reply.at) + config.resendSeconds * 1000;
  const field = element("input", {
    type: "text", inputmode: "numeric", pattern: "[0-9]*", autocomplete: "one-time-code", size: DIGITS,
    "aria-label": text("code"), placeholder: text("code"),
  });
  const send = element("button", { type: "submit", class: "choice main" }, text("submitSelection"));
  const again = element("button", { type: "button", class: "choice quiet", "data-action": RESEND, onclick: () => take(RESEND, label) }, label);
  const form = element("form", { class: "code" }, field, send, again);
  let timer = 0;
  const tick = () => {
    clearTimeout(timer);
    const left = Math.min(config.resendSeconds, Math.ceil((readyAt - Date.now()) / 1000));
    again.disabled = field.disabled || left > 0;
    again.textContent = left > 0 && !field.disabled ? text("codeAgainIn", { label, seconds: left }) : label;
    if (left > 0 && !field.disabled) timer = setTimeout(tick, 1000);
  };
  const check = () => { send.disabled = field.disabled || field.value.length !== DIGITS; };
  field.addEventListener("input", () => {
    field.value = field.value.replace(/\D/g, "").slice(0, DIGITS);
    check();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!send.disabled) take(null, field.value);
  });
  form.addEventListener("revive", () => { check(); tick(); });
  check();
  tick();
  return form;
}
