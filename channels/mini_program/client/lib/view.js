// What the page shows of the conversation: one row for each day, message and unsent message, as plain data. Pure.

const { cardOf } = require("./card");
const { choicesOf, goodsName, isMoneyConfirm } = require("./choices");
const { clock, dayName } = require("./format");
const { isSpeaking, withoutSpoken } = require("./language");
const { text } = require("./texts");

const FIXED = { human: "humanLabel", cancel: "restart", "start:refund": "startRefund" };
const withoutQuantity = (action) => action.replace(/\*\d+$/, "");
const quantityOf = (action) => (/\*(\d+)$/.exec(action) || [])[1];

/** Buttons count until somebody says something; of questions about money only the newest counts. */
function activeSeqs(replies, isWaiting) {
  const active = new Set();
  let hasNewerConfirm = false;
  for (const reply of isWaiting ? [] : [...replies].reverse()) {
    const hasChoices = (reply.choices || []).length > 0;
    if (reply.sender === "customer" && isSpeaking(reply.action) && !active.size) continue;
    if (reply.sender === "customer" || (reply.sender === "agent" && !hasChoices)) break;
    if (!hasChoices) continue;
    if (!hasNewerConfirm) active.add(reply.seq);
    hasNewerConfirm = hasNewerConfirm || isMoneyConfirm(reply.choices);
  }
  return active;
}

/** The words of every button so far, by its action. */
function labelsOf(replies) {
  const labels = new Map();
  for (const reply of replies) {
    for (const { action, label } of reply.choices || []) labels.set(withoutQuantity(action), { name: goodsName({ action, label }), most: quantityOf(action) });
  }
  return labels;
}

/** What a tapped button said, where the server kept only its action. */
function wordsOf(action, labels, locale) {
  if (!action) return "";
  if (FIXED[action]) return text(locale, FIXED[action]);
  return action.split("+").map((one) => {
    const { name = one, most } = labels.get(withoutQuantity(one)) || {};
    return most > 1 ? `${name} × ${quantityOf(one) || most}` : name;
  }).join(text(locale, "comma"));
}

function nameOf({ sender, agent }, locale) {
  if (sender === "agent") return agent ? `${text(locale, "agent")} ${agent}` : text(locale, "agent");
  return text(locale, { customer: "you", bot: "bot" }[sender] || "system");
}

function messageRow(reply, { locale, offset, labels, active, pictures }) {
  const words = reply.text || wordsOf(reply.action, labels, locale);
  const name = nameOf(reply, locale);
  return {
    key: `m${reply.seq}`, kind: "message", seq: reply.seq, sender: reply.sender, name, text: words, time: clock(reply.at, offset), status: "", problem: "",
    isConfirm: isMoneyConfirm(reply.choices), card: cardOf(reply.card, locale, offset), choices: choicesOf(reply), isActive: active.has(reply.seq),
    pictures: (reply.attachments || []).map((id) => ({ id, path: pictures[id] || "", isLost: pictures[id] === null })), label: `${name}${text(locale, "comma")}${words}`, clientId: "",
  };
}

function statusKey(entry, isHeld) {
  if (isHeld) return "held";
  if (entry.status === 429) return "tooFast";
  if (entry.status >= 500) return "busy";
  return entry.tries > 1 || (entry.tries === 1 && entry.state === "waiting") ? "waiting" : "sending";
}

function problemOf(entry, locale) {
  const key = { 409: "error409", 413: "error413", 422: "error422" }[entry.status] || (entry.status >= 500 ? "error5xx" : "error");
  return text(locale, key);
}

function pendingRow(entry, { locale, isHeld }) {
  const isRefused = entry.state === "refused";
  const status = isRefused ? "" : text(locale, statusKey(entry, isHeld));
  const problem = isRefused ? problemOf(entry, locale) : "";
  return {
    key: `p${entry.client_id}`, kind: "message", seq: 0, sender: "customer", name: text(locale, "you"), text: entry.label, time: "", status, problem,
    isConfirm: false, card: null, choices: null, isActive: false, pictures: (entry.previews || []).map((path, index) => ({ id: `${index}`, path })),
    label: [text(locale, "you"), entry.label, status || problem].join(text(locale, "comma")), clientId: entry.client_id,
  };
}

/** around: {locale, now, offset, isHeld, pictures: {id: path}, most}: of what was said the last `most` are shown. */
function rowsOf(state, around) {
  const { locale, now, offset, most } = around;
  const pending = state.pending.filter((entry) => !isSpeaking(entry.body.action));
  const isWaiting = pending.some((entry) => entry.state !== "refused");
  const seen = { ...around, labels: labelsOf(state.replies), active: activeSeqs(state.replies, isWaiting) };
  const rows = [];
  let today = null;
  for (const reply of withoutSpoken(state.replies).slice(-most)) {
    const name = dayName(locale, reply.at, now, offset);
    if (name !== today) rows.push({ key: `d${reply.seq}`, kind: "day", text: name });
    today = name;
    rows.push(messageRow(reply, seen));
  }
  return [...rows, ...pending.map((entry) => pendingRow(entry, around))];
}

/** What setData is to be told of new rows: those that changed, for all of them at once is slow on a phone. */
function changesOf(before, rows) {
  if (rows.length < before.length) return { rows };
  return rows.reduce((changes, row, index) => {
    const isSame = index < before.length && JSON.stringify(before[index]) === JSON.stringify(row);
    return isSame ? changes : { ...changes, [`rows[${index}]`]: row };
  }, {});
}

/** Who is there, in words. */
function statusOf({ connection, handover }, locale) {
  if (connection !== "connected" || !handover) return text(locale, connection);
  const { holder, agent } = handover;
  if (holder === "bot") return text(locale, "withBot");
  if (agent) return text(locale, "withAgent", { name: agent });
  return text(locale, holder === "agent" ? "withPerson" : "waitingForPerson");
}

module.exports = { changesOf, rowsOf, statusOf };
