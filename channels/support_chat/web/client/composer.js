// Where the consumer writes: Enter sends, Shift+Enter is a new line, and an unfinished input-method word is never sent.
import { later } from "./later.js";
import { byId } from "./shell.js";
import { text } from "./text.js";

const TEXT_LENGTH_MAX = 4000;
const COUNTER_FROM = 3600;
const IME_KEY = 229;

/** tell: {send(text, pictures), notice(words)}. Pictures are loaded as code only when the first one is chosen. */
export class Composer {
  constructor(tell) {
    Object.assign(this, { session: null, tell, _tray: null, form: byId("composer"), field: byId("text"), file: byId("file") });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this._submit(); });
    this.field.addEventListener("input", () => this._paint());
    this.field.addEventListener("keydown", (event) => this._key(event));
    this.field.addEventListener("paste", (event) => this._paste(event));
    byId("attach").addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => { this._attach([...this.file.files]); this.file.value = ""; });
    this._paint();
  }

  /** Another customer from now on: nothing half-written or half-uploaded goes along. */
  reset(session) {
    this.session = session;
    this.field.value = "";
    if (this._tray) this._tray.clear();
    this._tray = null;
    this._paint();
  }

  redraw() {
    if (this._tray) this._tray.redraw();
    this._paint();
  }

  _key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === IME_KEY) return;
    event.preventDefault();
    this._submit();
  }

  _paste(event) {
    const files = event.clipboardData ? [...event.clipboardData.files] : [];
    if (!files.length) return;
    event.preventDefault();
    this._attach(files);
  }

  async _attach(files) {
    const { Tray } = await later("pictures");
    this._tray = this._tray || new Tray(this.session, { change: () => this._paint(), notice: this.tell.notice });
    this._tray.add(files);
  }

  get _pictures() { return this._tray ? this._tray.ready.length : 0; }

  get _canSend() {
    const length = this.field.value.trim().length;
    return length <= TEXT_LENGTH_MAX && (length > 0 || this._pictures > 0) && !(this._tray && this._tray.isBusy);
  }

  _submit() {
    if (!this._canSend) return;
    const said = this.field.value.trim();
    const pictures = this._tray ? this._tray.take() : [];
    this.field.value = "";
    this._paint();
    this.tell.send(said, pictures);
  }

  _paint() {
    const length = this.field.value.trim().length;
    const counter = byId("counter");
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`;
    byId("send").setAttribute("aria-disabled", String(!this._canSend));
    this.field.setAttribute("aria-invalid", String(length > TEXT_LENGTH_MAX));
    counter.classList.toggle("over", length > TEXT_LENGTH_MAX);
    if (length > TEXT_LENGTH_MAX) counter.textContent = text("tooLong", { over: length - TEXT_LENGTH_MAX });
    else counter.textContent = length >= COUNTER_FROM ? text("counter", { left: TEXT_LENGTH_MAX - length }) : "";
  }
}
