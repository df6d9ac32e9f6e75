// Where the conversation stands: at its end, or at the beginning of an answer that is longer than the screen.
const NEAR_PIXELS = 60;
const GAP_PIXELS = 12;

export class Following {
  /** elements: the scroller, what is being sent, and the button to newer messages. */
  constructor(log, { scroller, outgoing, newer }) {
    Object.assign(this, { log, scroller, outgoing, newer, isOn: true, leftBehind: null });
    scroller.addEventListener("scroll", () => this._look(), { passive: true });
    if (window.ResizeObserver) new ResizeObserver(() => this.follow()).observe(scroller);
  }

  /** From now on with what is said, wherever the reader was. */
  begin() {
    Object.assign(this, { isOn: true, leftBehind: null });
  }

  /** To the end of an answer whose beginning was read; the next one begins in sight again. */
  toEnd() {
    Object.assign(this, { isOn: true, leftBehind: this.log.answerBegins });
    this.follow();
  }

  follow() {
    if (this.isOn) this.scroller.scrollTop = this._wanted;
    this._look();
  }

  get _end() { return this.scroller.scrollHeight - this.scroller.clientHeight; }

  /** An answer is read from its first word on, so its beginning stays in sight, even where its end does not. */
  get _wanted() {
    const first = this.log.answerBegins;
    if (!first || first === this.leftBehind || this.outgoing.childElementCount) return this._end;
    return Math.max(0, Math.min(this._end, first.offsetTop - GAP_PIXELS));
  }

  _look() {
    const { scrollTop } = this.scroller;
    const isNearEnd = this._end - scrollTop < NEAR_PIXELS;
    this.isOn = isNearEnd || Math.abs(this._wanted - scrollTop) < NEAR_PIXELS;
    this.newer.hidden = isNearEnd;
  }
}
