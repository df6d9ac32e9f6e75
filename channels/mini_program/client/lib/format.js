// Amounts, days and hours in words. Pure, and without Intl, which WeChat does not have on every phone.

const { text } = require("./texts");

/** As the server writes amounts in its texts; a test compares the two. */
const DECIMALS = {
  BIF: 0, CLP: 0, DJF: 0, GNF: 0, ISK: 0, JPY: 0, KMF: 0, KRW: 0, PYG: 0, RWF: 0, UGX: 0, UYI: 0, VND: 0, VUV: 0, XAF: 0, XOF: 0, XPF: 0,
  BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3,
};
const SIGNS = {
  "zh-CN": { CNY: "¥", JPY: "JP¥", USD: "US$", EUR: "€", GBP: "£", HKD: "HK$", KRW: "₩", TWD: "NT$" },
  en: { CNY: "CN¥", JPY: "¥", USD: "$", EUR: "€", GBP: "£", HKD: "HK$", KRW: "₩", TWD: "NT$" },
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MINUTE_MILLISECONDS = 6e4;
const DAY_MILLISECONDS = 864e5;

const two = (number) => String(number).padStart(2, "0");

/** An amount of minor units: CN¥59.00, or ¥59.00 in Chinese. Empty where there is none. */
function money(locale, minor, currency) {
  if (!Number.isInteger(minor)) return "";
  const decimals = currency in DECIMALS ? DECIMALS[currency] : 2;
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ",");
  const part = decimals ? `.${digits.slice(-decimals)}` : "";
  const sign = SIGNS[locale][currency] || `${currency} `;
  return `${minor < 0 ? "−" : ""}${sign}${whole}${part}`;
}

/** {year, month, number, hours, minutes} at the shop: offset is its minutes before UTC; without one, on the phone's own clock. */
function partsOf(at, offset) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return null;
  const shifted = new Date(date.getTime() + (Number.isInteger(offset) ? offset : -date.getTimezoneOffset()) * MINUTE_MILLISECONDS);
  return { year: shifted.getUTCFullYear(), month: shifted.getUTCMonth(), number: shifted.getUTCDate(), hours: shifted.getUTCHours(), minutes: shifted.getUTCMinutes() };
}

function clock(at, offset) {
  const parts = partsOf(at, offset);
  return parts ? `${two(parts.hours)}:${two(parts.minutes)}` : "";
}

function day(locale, at, offset) {
  const parts = partsOf(at, offset);
  if (!parts) return "";
  const { year, month, number } = parts;
  return locale === "en" ? `${MONTHS[month]} ${number}, ${year}` : `${year}年${month + 1}月${number}日`;
}

const dayAndClock = (locale, at, offset) => [day(locale, at, offset), clock(at, offset)].filter(Boolean).join(" ");

/** The name of the day as it stands above messages. */
function dayName(locale, at, now, offset) {
  const found = day(locale, at, offset);
  if (found === day(locale, now, offset)) return text(locale, "today");
  if (found === day(locale, now - DAY_MILLISECONDS, offset)) return text(locale, "yesterday");
  return found;
}

module.exports = { clock, day, dayAndClock, dayName, money };
