// However replies come (twice, late, in any order, by answer, frame or page), each is known once and no gap is passed over.
const assert = require("node:assert/strict");
const path = require("node:path");
const { test } = require("node:test");

const merge = require(path.resolve(__dirname, "../../channels/mini_program/client/lib/merge"));

/** Numbers that look like chance and are the same in each run (mulberry32). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const reply = (seq, more = {}) => ({ seq, at: "2026-11-20T12:00:00Z", sender: "bot", text: `${seq}`, choices: [], ...more });

test("in a thousand random orders with repeats, every reply is known once, in order", () => {
  for (let seed = 0; seed < 1000; seed += 1) {
    const random = chance(seed);
    const count = 1 + Math.floor(random() * 30);
    let state = merge.empty();
    const left = new Set(Array.from({ length: count }, (_, index) => index + 1));
    while (left.size) {
      const some = Array.from({ length: 1 + Math.floor(random() * 4) }, () => 1 + Math.floor(random() * count));
      state = merge.heard(state, some.map((seq) => reply(seq)));
      for (const seq of some) left.delete(seq);
      const missing = [...left].sort((one, other) => one - other)[0] || count + 1;
      assert.equal(state.after, missing - 1);
    }
    assert.deepEqual(state.replies.map(({ seq }) => seq), Array.from({ length: count }, (_, index) => index + 1));
    assert.deepEqual(merge.heard(state, [reply(1)]), state);
  }
});

test("what was said and answered, by answer and by frame in any order, is shown once", () => {
  for (let seed = 0; seed < 1000; seed += 1) {
    const random = chance(seed);
    const entry = { client_id: "id-1", at: "2026-11-20T12:00:00Z", label: "hi", body: { text: "hi" } };
    let state = merge.said(merge.heard(merge.empty(), [reply(1)]), entry);
    const mine = reply(2, { sender: "customer", client_id: "id-1", text: "hi" });
    const steps = [
      (now) => merge.answered(now, "id-1", { seq: 4, replies: [reply(3), reply(4)] }),
      (now) => merge.heard(now, [mine]),
      (now) => merge.heard(now, [reply(3)]),
      (now) => merge.heard(now, [reply(4)]),
    ].map((step) => [random(), step]).sort(([one], [other]) => one - other);
    for (const [, step] of steps) {
      state = step(state);
      const shown = [...state.replies.map(({ text }) => text), ...state.pending.map(({ label }) => label)];
      assert.equal(shown.filter((text) => text === "hi").length, 1, `seed ${seed}`);
    }
    assert.deepEqual(state.replies.map(({ text }) => text), ["1", "hi", "3", "4"]);
    assert.equal(state.after, 4);
    assert.ok(state.replies.every(({ isDraft }) => !isDraft));
  }
});

test("a draft is no proof that the server's own copy was heard", () => {
  const state = merge.answered(merge.said(merge.empty(), { client_id: "a", label: "hi", body: {} }), "a", { seq: 2, replies: [reply(2)] });

  assert.deepEqual(state.replies.map(({ seq, isDraft }) => [seq, Boolean(isDraft)]), [[1, true], [2, false]]);
  assert.equal(state.after, 0);
});

test("an answer without replies leaves no message behind or twice", () => {
  const said = merge.said(merge.heard(merge.empty(), [reply(1)]), { client_id: "a", label: "hi", body: {} });
  const state = merge.answered(said, "a", { seq: 2, replies: [] });

  assert.deepEqual(state.replies.map(({ text }) => text), ["1", "hi"]);
  assert.equal(state.newest, 2);
  assert.deepEqual(state.pending, []);
});

test("an interrupted sending is repeated; one that was refused waits for its author", () => {
  const kept = merge.restored([{ client_id: "a", state: "sending" }, { client_id: "b", state: "refused" }]);

  assert.deepEqual(kept.map(({ state }) => state), ["waiting", "refused"]);
  assert.equal(merge.head({ pending: kept }).client_id, "a");
});
