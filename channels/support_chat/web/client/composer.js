// Where the consumer writes: Enter sends, Shift+Enter is a new line, and an unfinished input-method word is never sent.
import { byId } from "./shell.js";
import { text } from "./text.js";

const TEXT_LENGTH_MAX = 4000;
const COUNTER_FROM = 3600;
const IME_KEY = 229;

/** tell: {send(text, pictures), notice(words)}. Pictures are loaded as code only when the first one is chosen. */
export class Composer {
  #tray = null;

  constructor(tell) {
    Object.assign(this, { session: null, tell, form: byId("composer"), field: byId("text"), file: byId("file") });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.field.addEventListener("input", () => this.#paint());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("paste", (event) => this.#paste(event));
    byId("attach").addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => { this.#attach([...this.file.files]); this.file.value = ""; });
    this.#paint();
  }

  /** Another customer from now on: nothing half-written or half-uploaded goes along. */
  reset(session) {
    this.session = session;
    this.field.value = "";
    this.#tray?.clear();
    this.#tray = null;
    this.#paint();
  }

  redraw() {
    this.#tray?.redraw();
    this.#paint();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === IME_KEY) return;
    event.preventDefault();
    this.#submit();
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.#attach(files);
  }

  async #attach(files) {
    const { Tray } = await import("./pictures.js");
    this.#tray ??= new Tray(this.session, { change: () => this.#paint(), notice: this.tell.notice });
    this.#tray.add(files);
  }

  get #canSend() {
    const length = this.field.value.trim().length;
    return length <= TEXT_LENGTH_MAX && (this.#tray?.isBusy ? false : length > 0 || this.#tray?.ready.length > 0);
  }

  #submit() {
    if (!this.#canSend) return;
    const said = this.field.value.trim();
    const pictures = this.#tray?.take() ?? [];
    this.field.value = "";
    this.#paint();
    this.tell.send(said, pictures);
  }

  #paint() {
    const length = this.field.value.trim().length;
    const counter = byId("counter");
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 140)}px`;
    byId("send").setAttribute("aria-disabled", String(!this.#canSend));
    this.field.setAttribute("aria-invalid", String(length > TEXT_LENGTH_MAX));
    counter.classList.toggle("over", length > TEXT_LENGTH_MAX);
    if (length > TEXT_LENGTH_MAX) counter.textContent = text("tooLong", { over: length - TEXT_LENGTH_MAX });
    else counter.textContent = length >= COUNTER_FROM ? text("counter", { left: TEXT_LENGTH_MAX - length }) : "";
  }
}
