// An order, a case, an offer or a refund at a glance, as plain data for the page. Pure.

const { day, dayAndClock, money } = require("./format");
const { text, word } = require("./texts");

const TONES = { refunded: "good", succeeded: "good", compensated: "good", delivered: "good", completed: "good", rejected: "bad", cancelled: "bad", withdrawn: "plain", closed: "plain" };

function pieces(locale, lines) {
  if (Number.isInteger(lines)) return text(locale, lines === 1 ? "piece" : "pieces", { n: lines });
  if (!Array.isArray(lines)) return "";
  return lines.map((line) => (typeof line === "string" ? line : `${line.title || line.line_no} × ${line.quantity || 1}`)).join(text(locale, "comma"));
}

const KINDS = {
  order: (it, locale, offset) => ({
    title: it.title || text(locale, "order"), state: word(locale, "orderStates", it.status), tone: TONES[it.status], note: pieces(locale, it.pieces || it.lines),
    facts: [["orderNo", it.order_no], ["placed", it.placed_at && day(locale, it.placed_at, offset)]],
  }),
  case: (it, locale) => ({
    title: text(locale, "case"), state: word(locale, "caseStates", it.state), tone: TONES[it.state], facts: [["caseNo", it.case_no], ["orderNo", it.order_no]],
  }),
  offer: (it, locale, offset) => ({
    title: word(locale, "resolutions", it.resolution), note: it.text, facts: [["until", it.expires_at && dayAndClock(locale, it.expires_at, offset)]],
  }),
  refund: (it, locale) => ({
    title: text(locale, "refund"), state: word(locale, "refundStates", it.state), tone: TONES[it.state],
    facts: [["destination", it.destination], ["refundNo", it.refund_no], ["caseNo", it.case_no]],
  }),
};

/** What refundbot-card shows; null for a kind that it does not know, whose text says it. */
function cardOf(card, locale, offset) {
  if (!card || !Object.prototype.hasOwnProperty.call(KINDS, card.kind)) return null;
  const { title, state = "", tone = "wait", note = "", facts } = KINDS[card.kind](card, locale, offset);
  const shown = facts.filter(([, fact]) => fact).map(([key, fact]) => ({ name: text(locale, key), fact: String(fact) }));
  const amount = money(locale, card.amount, card.currency);
  const label = [text(locale, card.kind), title, state, amount, note, ...shown.map(({ name, fact }) => `${name} ${fact}`)];
  return { kind: card.kind, title, state, tone, amount, note: note || "", facts: shown, label: label.filter(Boolean).join(text(locale, "comma")) };
}

module.exports = { cardOf };
