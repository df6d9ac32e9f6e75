// Sends what was said: in order, one at a time, never twice, until the server has it or refuses it.

const { isSpeaking } = require("./language");
const merge = require("./merge");
const { Problem } = require("./problem");
const { retrySeconds } = require("./waiting");

const FAULTY_SERVER_TRIES_MAX = 8;
const CONFLICT = 409;

/** An id that is nobody else's, in the form of a UUID. */
function newId(random = Math.random) {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16));
  digits[12] = 4;
  digits[16] = 8 + (digits[16] % 4);
  const hex = digits.map((digit) => digit.toString(16)).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

class Outbox {
  /** store: {get() -> state, set(state)}; refused(problem) is told when no session can be had. */
  constructor(session, timer, store, refused) {
    Object.assign(this, { session, timer, store, refused, isHeld: false, _isSending: false, _isStopped: false, _wake: null });
  }

  add(body, label, previews = []) {
    const at = new Date(this.timer.now()).toISOString();
    this.store.set(merge.said(this.store.get(), { client_id: newId(), at, body, label, previews }));
    this.pump();
  }

  /** Goes on at once, as after the phone came back to the front. */
  pump() {
    if (this._wake) this._wake();
    if (!this._isSending && !this.isHeld && !this._isStopped) this._sendAll();
  }

  stop() {
    this._isStopped = true;
    if (this._wake) this._wake();
  }

  resume() {
    this._isStopped = false;
    this.pump();
  }

  /** The author tries again; what conflicted with another message gets an id of its own. */
  retry(clientId) {
    const entry = this.store.get().pending.find((one) => one.client_id === clientId);
    if (!entry) return;
    const change = { state: "waiting", tries: 0, status: undefined, detail: undefined };
    this._change(clientId, entry.status === CONFLICT ? { ...change, client_id: newId() } : change);
    this.pump();
  }

  discard(clientId) {
    this.store.set(merge.dropped(this.store.get(), clientId));
  }

  async _sendAll() {
    this._isSending = true;
    try {
      for (let entry = this._head(); entry; entry = this._head()) {
        if (!(await this._send(entry))) break;
      }
    } finally {
      this._isSending = false;
    }
  }

  _head() {
    return this._isStopped || this.isHeld ? undefined : merge.head(this.store.get());
  }

  /** Whether the next one may go. No answer means the same message again: the server knows its id. */
  async _send(entry) {
    const { client_id: clientId, body } = entry;
    const tries = entry.tries + 1;
    this._change(clientId, { state: "sending", tries });
    try {
      const answer = await this.session.fetch("/messages", { method: "POST", json: { client_id: clientId, ...body } });
      this.store.set(merge.answered(this.store.get(), clientId, answer));
      return true;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return this._failed(clientId, tries, problem);
    }
  }

  async _failed(clientId, tries, problem) {
    const isHopeless = problem.status >= 500 && tries >= FAULTY_SERVER_TRIES_MAX;
    if (problem.status === 401 || problem.status === 403) {
      this._change(clientId, { state: "waiting" });
      this.refused(problem);
      return false;
    }
    if (!problem.isTemporary && isSpeaking(this._actionOf(clientId))) {
      this.discard(clientId); // nobody waits for it
      return true;
    }
    if (!problem.isTemporary || isHopeless) {
      this._change(clientId, { state: "refused", status: problem.status, detail: problem.detail });
      return true;
    }
    this._change(clientId, { state: "waiting", status: problem.status });
    await this._pause(Math.max(problem.retryAfterSeconds, retrySeconds(tries)));
    return true;
  }

  _actionOf(clientId) {
    const entry = this.store.get().pending.find((one) => one.client_id === clientId);
    return entry && entry.body.action;
  }

  _change(clientId, change) {
    this.store.set(merge.changed(this.store.get(), clientId, change));
  }

  _pause(seconds) {
    return new Promise((resolve) => {
      const done = () => { this._wake = null; resolve(); };
      const stop = this.timer.after(seconds, done);
      this._wake = () => { stop(); done(); };
    });
  }
}

module.exports = { Outbox, newId };
