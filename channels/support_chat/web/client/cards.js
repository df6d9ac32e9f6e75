// An order, a case, an offer or a refund at a glance.
import { element, has } from "./element.js";
import { dayAndClock, money, shortDay, text, word } from "./text.js";

const amountOf = (card) => (card.amount === null || card.amount === undefined ? "" : money(card.amount, card.currency));

function card(kind, { title, state, tone, amount, facts, note }) {
  const known = facts.filter(([, fact]) => fact);
  return element("div", { class: `card ${kind}`, role: "group", "aria-label": text(kind) },
    element("div", { class: "card-top" }, element("strong", {}, title), state ? element("span", { class: `state ${tone || ""}` }, state) : ""),
    amount ? element("p", { class: "amount" }, amount) : "",
    note ? element("p", { class: "card-note" }, note) : "",
    known.length ? element("dl", {}, known.map(([name, fact]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(fact))))) : "");
}

function pieces(lines) {
  if (Array.isArray(lines)) return lines.map((line) => (typeof line === "string" ? line : `${line.title || line.line_no} × ${line.quantity || 1}`)).join(text("comma"));
  return Number.isInteger(lines) ? text("pieces", { n: lines }) : "";
}

const TONES = { refunded: "good", succeeded: "good", compensated: "good", delivered: "good", completed: "good", rejected: "bad", cancelled: "bad", withdrawn: "plain", closed: "plain" };

const KINDS = {
  order: (it) => card("order", {
    title: it.title || text("order"), state: word("orderStates", it.status), tone: TONES[it.status], amount: amountOf(it), note: pieces(it.pieces || it.lines),
    facts: [[text("orderNo"), it.order_no], [text("placed"), it.placed_at && shortDay(it.placed_at)]],
  }),
  case: (it) => card("case", {
    title: text("case"), state: word("caseStates", it.state), tone: TONES[it.state], amount: amountOf(it),
    facts: [[text("caseNo"), it.case_no], [text("orderNo"), it.order_no]],
  }),
  offer: (it) => card("offer", {
    title: word("resolutions", it.resolution), amount: amountOf(it), note: it.text,
    facts: [[text("until"), it.expires_at && dayAndClock(it.expires_at)]],
  }),
  refund: (it) => card("refund", {
    title: text("refund"), state: word("refundStates", it.state), tone: TONES[it.state], amount: amountOf(it),
    facts: [[text("destination"), it.destination], [text("refundNo"), it.refund_no], [text("caseNo"), it.case_no]],
  }),
};

/** The card's picture on the page; a kind this page does not know is left out, its text says it. */
export const drawCard = (it) => (it && has(KINDS, it.kind) ? KINDS[it.kind](it) : null);
