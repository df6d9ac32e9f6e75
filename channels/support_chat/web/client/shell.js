// The page's frame: what can be painted before a single message is there.
import { currentLocale, text } from "./text.js";

export const byId = (id) => document.getElementById(id);
export const config = JSON.parse(byId("refundbot-config").textContent);

const LABELS = {
  human: "humanLabel", restart: "restart", language: "languageLabel", close: "close",
  scroller: "log", log: "log", newer: "newer", text: "input", attach: "attach", send: "send",
};

/** Every fixed word of the page, in the chosen language. */
export function paintWords() {
  const merchant = config.merchant || text("merchant");
  document.documentElement.lang = currentLocale();
  document.title = text("title", { merchant });
  byId("merchant").textContent = merchant;
  byId("mark").textContent = config.logo || [...merchant][0];
  byId("human").lastElementChild.textContent = text("human");
  byId("language").textContent = text("language");
  byId("text").placeholder = text("placeholder");
  for (const [id, key] of Object.entries(LABELS)) byId(id).setAttribute("aria-label", text(key));
  for (const button of document.querySelectorAll("button.icon[aria-label]")) button.title = button.getAttribute("aria-label");
}

/** isAway: the chat works, but the people it tells of are not there now. */
export function paintStatus(state, { words = text(state), isAway = false } = {}) {
  const status = byId("status");
  status.dataset.state = state;
  status.classList.toggle("away", isAway);
  if (status.textContent !== words) status.textContent = words;
}
