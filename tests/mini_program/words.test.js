// The component's plain parts: amounts, colours, waits, ids, and words in both languages.
const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");

const LIB = path.resolve(__dirname, "../../channels/mini_program/client/lib");
const { CONTRAST_MIN, contrast, coloursOf, read } = require(path.join(LIB, "colours"));
const { dayAndClock, dayName, money } = require(path.join(LIB, "format"));
const { newId } = require(path.join(LIB, "outbox"));
const { CATALOGUES, text, word } = require(path.join(LIB, "texts"));
const { RETRY_SECONDS_MAX, retrySeconds } = require(path.join(LIB, "waiting"));

for (const [locale, minor, currency, words] of [
  ["en", 5900, "CNY", "CN¥59.00"], ["zh-CN", 5900, "CNY", "¥59.00"], ["zh-CN", 5, "CNY", "¥0.05"], ["en", 123456789, "USD", "$1,234,567.89"],
  ["en", -1200, "EUR", "−€12.00"], ["zh-CN", 1200, "JPY", "JP¥1,200"], ["en", 1234, "KWD", "KWD 1.234"], ["en", 100, "XYZ", "XYZ 1.00"],
  ["en", undefined, "CNY", ""], ["en", null, "CNY", ""],
]) {
  test(`${minor} of ${currency} is ${words || "nothing"} in ${locale}`, () => assert.equal(money(locale, minor, currency), words));
}

test("days have names near today, by the shop's clock wherever the phone is", () => {
  const now = Date.parse("2026-11-20T12:00:00+08:00");
  const days = ["2026-11-20T01:00:00+08:00", "2026-11-19T23:00:00+08:00", "2026-01-02T00:00:00+08:00", "no date"];

  assert.deepEqual(days.map((at) => dayName("en", at, now, 480)), ["Today", "Yesterday", "Jan 2, 2026", ""]);
  assert.equal(dayName("zh-CN", "2026-01-02T00:00:00+08:00", now, 480), "2026年1月2日");
  assert.equal(dayAndClock("en", "2026-01-02T00:30:00Z", -300), "Jan 1, 2026 19:30");
  assert.equal(dayAndClock("en", "2026-01-02T00:30:00Z", 0), "Jan 2, 2026 00:30");
  assert.equal(dayAndClock("en", "no date", 0), "");
});

test("any colour is readable, on it and of it, on the light and the dark page", () => {
  for (let number = 0; number < 4096; number += 1) {
    const wanted = `#${number.toString(16).padStart(3, "0")}`;
    const { accent, onAccent, inkLight, inkDark } = coloursOf(wanted);
    assert.deepEqual(read(accent), read(wanted));
    assert.ok(contrast(read(onAccent), read(accent)) >= 4.1, wanted);
    assert.ok(contrast(read(inkLight), [243, 245, 249]) >= CONTRAST_MIN, wanted);
    assert.ok(contrast(read(inkDark), [28, 33, 43]) >= CONTRAST_MIN, wanted);
  }
});

test("a colour that is none is the usual one", () => {
  for (const wrong of ["", "blue", "#12", "red; background: url(x)", undefined]) assert.equal(coloursOf(wrong).accent, "#2457c5");
});

test("both languages have the same words, with the same places in them", () => {
  const places = (words) => (typeof words === "string" ? (words.match(/\{\w+\}/g) || []).sort() : Object.keys(words).sort());
  const [chinese, english] = [CATALOGUES["zh-CN"], CATALOGUES.en];

  assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
  for (const key of Object.keys(english)) assert.deepEqual(places(chinese[key]), places(english[key]), key);
});

test("every word that the component asks for is in the catalogue", () => {
  const fs = require("node:fs");
  const files = fs.readdirSync(LIB).map((name) => path.join(LIB, name)).concat(["chat", "choices"].map((name) => path.join(LIB, `../refundbot-${name}/refundbot-${name}.js`)));
  const written = files.filter((name) => !name.endsWith("texts.js")).map((name) => fs.readFileSync(name, "utf8")).join("\n");
  const asked = [...written.matchAll(/text\([\w.]+, "(\w+)"/g)].map(([, key]) => key);

  assert.ok(asked.length > 20);
  for (const key of asked) assert.notEqual(CATALOGUES.en[key], undefined, key);
  const unsaid = Object.keys(CATALOGUES.en).filter((key) => !new RegExp(`\\b${key}\\b`).test(written) && !/^error|^(connecting|connected|reconnecting|ended)$/.test(key));
  assert.deepEqual(unsaid, []);
});

test("an unknown code is shown as it is, a missing value as nothing", () => {
  assert.equal(word("en", "caseStates", "being_packed"), "being packed");
  assert.equal(word("en", "caseStates", undefined), "");
  assert.equal(text("en", "withAgent"), " is with you now");
});

test("waits double up to the longest, and differ between phones", () => {
  assert.equal(retrySeconds(0, 1), 0.4);
  assert.equal(retrySeconds(1, 1), 0.8);
  assert.equal(retrySeconds(3, 0), 1.6);
  assert.equal(retrySeconds(1000, 1), RETRY_SECONDS_MAX);
});

test("ids are UUIDs and never the same", () => {
  const ids = new Set(Array.from({ length: 2000 }, () => newId()));

  assert.equal(ids.size, 2000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
