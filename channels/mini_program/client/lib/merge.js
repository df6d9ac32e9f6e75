// What is known of the conversation, as values: replies in order and once, and what was said but not confirmed. Pure.

/** after is the place up to which everything is known without a gap; a reply further on waits among them for the rest. */
const empty = () => ({ after: 0, newest: 0, replies: [], pending: [] });

const bySeq = (one, other) => one.seq - other.seq;

/** Replies from anywhere (an answer, a frame, a page of history), each kept once; the server's copy replaces a draft. */
function heard(state, replies) {
  const known = new Map(state.replies.map((reply) => [reply.seq, reply]));
  let isNew = false;
  for (const reply of replies) {
    const before = known.get(reply.seq);
    if (before && !before.isDraft) continue;
    known.set(reply.seq, reply);
    isNew = true;
  }
  if (!isNew) return state;
  const all = [...known.values()].sort(bySeq);
  const said = new Set(replies.filter((reply) => reply.client_id).map((reply) => reply.client_id));
  return {
    ...state,
    after: withoutGap(all, state.after),
    newest: Math.max(state.newest, all[all.length - 1].seq),
    replies: all,
    pending: state.pending.filter((entry) => !(said.has(entry.client_id) && entry.state !== "refused")),
  };
}

/** The last place that the server's own copies reach without a gap. */
function withoutGap(replies, after) {
  let last = after;
  for (const { seq, isDraft } of replies) {
    if (seq > last + 1 || (seq === last + 1 && isDraft)) break;
    if (seq === last + 1) last = seq;
  }
  return last;
}

/** Something is to be said; body is what the server gets, label what is shown. */
const said = (state, entry) => ({ ...state, pending: [...state.pending, { state: "waiting", tries: 0, ...entry }] });

const changed = (state, clientId, change) => ({
  ...state,
  pending: state.pending.map((entry) => (entry.client_id === clientId ? { ...entry, ...change } : entry)),
});

const dropped = (state, clientId) => ({ ...state, pending: state.pending.filter((entry) => entry.client_id !== clientId) });

/** The server took it and answered: what was said stands right before the answers, and is no longer pending. */
function answered(state, clientId, { seq, replies }) {
  const entry = state.pending.find((one) => one.client_id === clientId);
  if (!entry) return heard(state, replies);
  const place = replies.length ? Math.min(...replies.map((reply) => reply.seq)) - 1 : seq;
  const isKnown = state.replies.some((reply) => reply.client_id === clientId || reply.seq === place);
  const draft = { seq: place, at: entry.at, sender: "customer", agent: null, text: entry.label, choices: [], client_id: clientId, isDraft: true, attachments: entry.body.attachments || [] };
  const next = heard(dropped(state, clientId), isKnown || !place ? replies : [draft, ...replies]);
  return { ...next, newest: Math.max(next.newest, seq || 0) };
}

/** The next one to send: in order, one at a time; one that was refused waits for its author and holds up nobody. */
const head = (state) => state.pending.find((entry) => entry.state === "waiting" || entry.state === "sending");

/** What another start of the mini-program goes on with: an interrupted sending is repeated, with the same id. */
const restored = (pending) => pending.map((entry) => (entry.state === "sending" ? { ...entry, state: "waiting" } : entry));

module.exports = { answered, changed, dropped, empty, head, heard, restored, said };
