// When people are there, from what the page was told when it was opened.
import { config } from "./shell.js";
import { currentLocale, dayAndClock, text, weekdayAndClock } from "./text.js";

const SOON_DAYS = 6;

/** {isOpen, back}: whether people are there, and in words when they are back; null where the shop does not say. */
export function staffHours(now = Date.now()) {
  const { hours } = config;
  if (!hours) return null;
  const passed = hours.changes.filter((at) => Date.parse(at) <= now).length;
  const isOpen = passed % 2 ? !hours.open : hours.open;
  const next = hours.changes[passed];
  const say = next && Date.parse(next) - now < SOON_DAYS * 864e5 ? weekdayAndClock : dayAndClock;
  return { isOpen, back: isOpen || !next ? "" : say(next, hours.timezone) };
}

/** The week, as customers read it; empty where the shop does not say. */
export const weekInWords = () => (config.hours ? text("hours", { hours: config.hours.words[currentLocale()] }) : "");

/** What stands in the place of "connected" while nobody is there. */
export function closedWords(key) {
  const staff = staffHours();
  if (!staff || staff.isOpen) return "";
  return staff.back ? text(key, { back: staff.back }) : text(`${key}Long`);
}
