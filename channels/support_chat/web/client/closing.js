// After a case or a talk was closed: asks the server whether the customer is to be asked how it was, and shows the question.
import { has } from "./element.js";
import { later } from "./later.js";
import { byId } from "./shell.js";

const PAUSE_SECONDS = 1.2;
const CLOSED = { case: ["refunded", "compensated", "rejected"], refund: ["succeeded"] };

const OPENS_NOTHING = /^(human$|start:|status:|ask:|appeal:|evidence:add:)/;

/** A settled case or refund, or words of the assistant's after which nothing is open. */
export function isClosing({ sender, card, choices }) {
  if (card) return has(CLOSED, card.kind) && CLOSED[card.kind].includes(card.state);
  return sender === "bot" && Boolean(choices) && choices.length > 0 && choices.every(({ action }) => OPENS_NOTHING.test(action));
}

export class Closing {
  constructor(follow) {
    Object.assign(this, { follow, session: null, rating: null, timer: 0 });
  }

  begin(session) {
    clearTimeout(this.timer);
    byId("rating").replaceChildren();
    Object.assign(this, { session, rating: null });
  }

  /** Something was closed just now, or may have been before the page was opened. */
  look() {
    clearTimeout(this.timer);
    if (!this.rating) this.timer = setTimeout(() => this._ask(this.session), PAUSE_SECONDS * 1000);
  }

  /** The customer goes on: a question about the talk so far would only be in the way. */
  leave() {
    clearTimeout(this.timer);
    if (!this.rating || !this.rating.due.subject.startsWith("bot:")) return;
    byId("rating").replaceChildren();
    this.rating = null;
  }

  redraw() {
    if (this.rating) this.rating.redraw();
  }

  /** No answer is no harm: the question waits until the chat is opened again. */
  async _ask(session) {
    const { due } = await session.fetch("/rating").catch(() => ({}));
    if (!due) return;
    const { Rating } = await later("rating").catch(() => ({}));
    if (!Rating || session !== this.session || this.rating) return;
    this.rating = new Rating(session, due, { done: () => { this.rating = null; }, grown: this.follow });
  }
}
