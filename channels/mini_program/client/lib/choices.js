// What can be tapped: buttons, or a list of several with how many of each. Pure.

const { text } = require("./texts");

const QUIET = ["back", "cancel", "human", "evidence:skip", "confirm:no", "verify:code"];
const prefixOf = (action) => action.split(":", 1)[0];

/** The goods alone: a line's label may say how many there are, and how many are taken is said beside it. */
const goodsName = ({ action, label }) => (/\*\d+$/.test(action) ? label.replace(/ × \d+$/, "") : label);

const isMoneyConfirm = (choices) => Boolean(choices) && choices.length === 2 && choices.every(({ action }) => action === "confirm:yes" || action === "confirm:no");

function styleOf(action) {
  if (action === "confirm:yes") return "main";
  return QUIET.includes(action) || /:decline$/.test(action) ? "quiet" : "";
}

function rowOf({ action, label }) {
  const [, code, most] = /^(.*?)(?:\*(\d+))?$/.exec(action);
  return { code, label, name: goodsName({ action, label }), most: Number(most || 1), hasQuantity: most !== undefined, quantity: Number(most || 1), isTaken: false };
}

/** {rows, buttons, min, max}: rows are empty where one tap is the whole answer. null where nothing can be tapped. */
function choicesOf(reply) {
  const choices = reply.choices || [];
  if (!choices.length) return null;
  const listed = reply.select ? choices.filter(({ action }) => prefixOf(action) === prefixOf(choices[0].action)) : [];
  const buttons = choices.filter((choice) => !listed.includes(choice)).map(({ action, label }) => ({ action, label, style: styleOf(action) }));
  const { min = 1, max = listed.length } = reply.select || {};
  const rows = listed.map(rowOf);
  if (rows.length === 1) rows[0].isTaken = true; // the only thing that can be meant is taken at once, and only confirmed
  return { rows, buttons, min, max };
}

const taken = (rows) => rows.filter((row) => row.isTaken);

/** One row taken or put back; above max nothing more is taken. */
function toggled(rows, index, max) {
  if (!rows[index].isTaken && taken(rows).length >= max) return rows;
  return rows.map((row, at) => (at === index ? { ...row, isTaken: !row.isTaken } : row));
}

/** One piece more or fewer of a row that is taken, from 1 to as many as there are. */
const stepped = (rows, index, by) =>
  rows.map((row, at) => (at === index && row.isTaken ? { ...row, quantity: Math.min(row.most, Math.max(1, row.quantity + by)) } : row));

const canSubmit = (rows, { min, max }) => taken(rows).length >= min && taken(rows).length <= max;

/** The action and the words of what is taken: line:1*2+line:3. */
function submission(rows, locale) {
  const action = taken(rows).map((row) => (row.hasQuantity ? `${row.code}*${row.quantity}` : row.code)).join("+");
  const label = taken(rows).map((row) => (row.most > 1 ? `${row.name} × ${row.quantity}` : row.name)).join(text(locale, "comma"));
  return { action, label };
}

module.exports = { canSubmit, choicesOf, goodsName, isMoneyConfirm, stepped, submission, taken, toggled };
