// What was written and is not confirmed yet, as it is shown below the log.
import { element } from "./element.js";
import { drawMessage } from "./log.js";
import { currentLocale, text } from "./text.js";

/** around: {pictures(list) -> element, isHeld, retry(entry), discard(entry)} */
export function drawEntry(entry, around) {
  const { attachments } = entry.body;
  const list = entry.previews && entry.previews.length ? entry.previews : attachments && attachments.map((id) => ({ id }));
  const message = { sender: "customer", text: entry.label, at: entry.at };
  const node = drawMessage(message, { pictures: list ? around.pictures(list) : null, end: drawProgress(entry, around) });
  node.classList.add(entry.state);
  node.dataset.clientId = entry.client_id;
  return node;
}

function drawProgress(entry, { isHeld, retry, discard }) {
  if (entry.state !== "refused") return element("span", {}, text(waitingKey(entry, isHeld)));
  const key = entry.status >= 500 ? "errorBusy" : `error${entry.status}`;
  return element("div", { class: "problem", role: "alert" },
    element("p", {}, text(key) === key ? text("error") : text(key), entry.detail && currentLocale() === "en" ? ` ${entry.detail}` : ""),
    element("button", { type: "button", onclick: () => retry(entry) }, text("retry")),
    element("button", { type: "button", onclick: () => discard(entry) }, text("discard")));
}

function waitingKey({ status, tries }, isHeld) {
  if (isHeld) return "held";
  if (status === 429) return "error429";
  if (status >= 500) return "busy";
  return tries > 1 ? "waiting" : "sending";
}
