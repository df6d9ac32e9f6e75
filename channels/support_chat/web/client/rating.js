// How content the customer was, asked once after a case or a talk was closed. Loaded only when there is something to ask.
import { element } from "./element.js";
import { provide } from "./later.js";
import { byId } from "./shell.js";
import { text } from "./text.js";

const WORDS_LENGTH_MAX = 500;
const SCORES = [1, 2, 3, 4, 5];

class Rating {
  /** due: {subject, case_no}; tell: {done(), once it is answered or put aside, grown(), when it takes more room}. */
  constructor(session, due, tell) {
    Object.assign(this, { session, due, tell, score: 0, isSending: false, problem: "" });
    this.words = element("textarea", { rows: 2, maxlength: WORDS_LENGTH_MAX });
    this.redraw();
  }

  redraw() {
    const hadFocus = byId("rating").contains(document.activeElement) && document.activeElement.dataset.score;
    const stars = SCORES.map((score) => element("button", {
      type: "button", class: score <= this.score ? "star taken" : "star", "data-score": score,
      "aria-pressed": String(score === this.score), "aria-label": text("ratingScore", { n: score, word: text(`rating${score}`) }),
      onclick: () => { this.score = score; this.redraw(); },
    }, score <= this.score ? "★" : "☆"));
    this.words.setAttribute("placeholder", text("ratingWords"));
    this.words.setAttribute("aria-label", text("ratingWords"));
    byId("rating").replaceChildren(element("form", { class: "rating", "aria-label": text("rating"), onsubmit: (event) => this._submit(event) },
      element("p", {}, text(this.due.case_no ? "ratingCase" : "ratingTalk")),
      element("div", { class: "stars", role: "group", "aria-label": text("rating") }, stars),
      this.score ? element("p", { class: "chosen", role: "status" }, text(`rating${this.score}`)) : "",
      this.score ? this.words : "",
      this.problem ? element("p", { class: "problem", role: "alert" }, this.problem) : "",
      element("div", { class: "choices" },
        this.score ? element("button", { type: "submit", class: "choice main", disabled: this.isSending }, text("ratingSend")) : "",
        element("button", { type: "button", class: "choice quiet", disabled: this.isSending, onclick: () => this._send({}) }, text("ratingLater")))));
    const again = hadFocus && byId("rating").querySelector(`[data-score="${hadFocus}"]`);
    if (again) again.focus();
    this.tell.grown();
  }

  _submit(event) {
    event.preventDefault();
    if (this.score) this._send({ score: this.score, words: this.words.value.trim() || null });
  }

  async _send(answer) {
    if (this.isSending) return;
    Object.assign(this, { isSending: true, problem: "" });
    this.redraw();
    try {
      await this.session.fetch("/rating", { method: "POST", json: { subject: this.due.subject, ...answer } });
      this._thank(answer.score ? text("ratingThanks") : "");
    } catch (problem) {
      if (problem.status === 409 || problem.status === 422) return this._thank("");
      Object.assign(this, { isSending: false, problem: text("ratingFailed") });
      this.redraw();
    }
  }

  _thank(words) {
    byId("rating").replaceChildren(words ? element("p", { class: "rating thanks", role: "status" }, words) : "");
    this.tell.done();
  }
}

provide("rating", { Rating });
