// The consumer's choice of language: told to the assistant once it has settled, which then says again what is open.
import { remembered } from "./kept.js";
import { config } from "./shell.js";
import { currentLocale } from "./text.js";

const SETTLED_SECONDS = 0.8;
const NAMES = { "zh-CN": "中文", en: "English" };
const chosenKey = `refundbot:${config.slug}:locale`;
const toldKey = `${chosenKey}:told`;

/** A message that says nothing but the language, and is not shown. */
export const isSpeaking = (action) => /^locale:/.test(action || "");

export const chosenLocale = () => remembered.get(chosenKey);

export class Language {
  /** tell({action, label}) sends it. */
  constructor(tell) {
    Object.assign(this, { tell, timer: 0 });
  }

  /** However often it is pressed, what it comes to in the end is told once. */
  choose({ isBegun }) {
    remembered.set(chosenKey, currentLocale());
    clearTimeout(this.timer);
    this.timer = isBegun ? setTimeout(() => this.catchUp({ isBegun }), SETTLED_SECONDS * 1000) : 0;
  }

  /** Where the talk was led in another language than the page's, as after a visit to the shop in that one. */
  catchUp({ isBegun }) {
    this.timer = 0;
    const locale = currentLocale();
    const told = remembered.get(toldKey);
    if (isBegun && told && told !== locale) this.tell({ action: `locale:${locale}`, label: NAMES[locale] });
    this.told();
  }

  /** The language for the next message to tell: with the first one, and where a choice is not told yet. */
  forMessage({ isFirst }) {
    const isDue = isFirst || this.timer !== 0 || remembered.get(toldKey) !== currentLocale();
    clearTimeout(this.timer);
    this.timer = 0;
    if (isDue) this.told();
    return isDue ? { locale: currentLocale() } : {};
  }

  told() {
    remembered.set(toldKey, currentLocale());
  }
}
