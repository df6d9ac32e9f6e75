// What the consumer has said and the server has not yet confirmed: sent in order, one at a time, never twice.
import { kept } from "./kept.js";
import { isSpeaking } from "./language.js";
import { retrySeconds } from "./stream.js";

const RETRY_EXPONENT_MAX = 6;
const FAULTY_SERVER_TRIES_MAX = 8;

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Whether the server's copy says what was sent; the server may have cleaned a text, or not name the action. */
function isSame(body, reply) {
  if (body.action) return reply.action ? reply.action === body.action : true;
  if (body.attachments) return (reply.attachments || []).length === body.attachments.length;
  return !reply.action && reply.text.replace(/\s/g, "") === body.text.replace(/\s/g, "");
}

export class Outbox {
  /** tell: {change(entries), sent(seq), refused(problem)}. Entry states: waiting, sending, sent, refused. */
  constructor(session, tell) {
    // isHeld: there is no session to send with; what is written meanwhile waits.
    Object.assign(this, { session, tell, key: `${session.storageKey}:outbox`, isHeld: false, _isSending: false, _isStopped: false, _wake: null });
    this.entries = (kept.get(this.key) || []).map((entry) => (entry.state === "refused" ? entry : { ...entry, state: "waiting" }));
    this.tell.change(this.entries);
    this.pump();
  }

  /** message: {text} or {action, label}, with attachments (ids) and previews (addresses of this page only). */
  add({ label, previews, ...body }) {
    const entry = { client_id: newId(), state: "waiting", tries: 0, label, at: new Date().toISOString(), body };
    Object.defineProperty(entry, "previews", { value: previews || [] });
    this.entries.push(entry);
    this._changed();
    this.pump();
  }

  stop() {
    this._isStopped = true;
    if (this._wake) this._wake();
  }

  /** Goes on at once, as after the network came back. */
  pump() {
    if (this._wake) this._wake();
    if (!this._isSending && !this.isHeld) this._sendAll();
  }

  retry(entry) {
    if (entry.status === 409) entry.client_id = newId();
    Object.assign(entry, { state: "waiting", tries: 0, status: undefined });
    this._changed();
    this.pump();
  }

  discard(entry) {
    this._remove(entry);
  }

  /** The server's own copy of a message has come; the shown draft of it goes. */
  seen(reply) {
    if (reply.sender !== "customer") return;
    const isOurs = reply.client_id
      ? (entry) => entry.client_id === reply.client_id
      : (entry) => entry.tries > 0 && isSame(entry.body, reply);
    const entry = this.entries.find((one) => !one.isSeen && isOurs(one));
    if (!entry) return;
    entry.isSeen = true;
    if (entry.state === "sent") this._remove(entry);
    else this.tell.change(this.entries);
  }

  /** The log shows everything up to this seq, so what was confirmed before it need not be shown twice. */
  shown(seq) {
    const left = this.entries.filter((entry) => entry.state !== "sent" || entry.seq > seq);
    if (left.length === this.entries.length) return;
    this.entries = left;
    this._changed();
  }

  async _sendAll() {
    this._isSending = true;
    for (let head = this._head(); head && !this._isStopped && !this.isHeld; head = this._head()) {
      if (!(await this._send(head))) break;
    }
    this._isSending = false;
  }

  _head() {
    return this.entries.find((entry) => entry.state === "waiting" || entry.state === "sending");
  }

  /** Whether the next one may go: no answer means the same message again, a refusal means its author decides. */
  async _send(entry) {
    entry.tries += 1;
    entry.state = "sending";
    this._changed();
    try {
      const answer = await this.session.fetch("/messages", { method: "POST", json: { client_id: entry.client_id, ...entry.body } });
      this._sent(entry, answer.seq);
      return true;
    } catch (problem) {
      if (this._isStopped || problem.status === 401) return this._signedOut(entry, problem);
      const isHopeless = problem.status >= 500 && entry.tries >= FAULTY_SERVER_TRIES_MAX;
      if (!problem.isTemporary || isHopeless) return this._refused(entry, problem);
      entry.state = "waiting";
      entry.status = problem.status;
      this._changed();
      await this._pause(Math.max(problem.retryAfterSeconds, retrySeconds(Math.min(entry.tries, RETRY_EXPONENT_MAX))));
      return true;
    }
  }

  _sent(entry, seq) {
    Object.assign(entry, { state: "sent", seq: seq || 0 });
    if (entry.isSeen) this._remove(entry);
    else this._changed();
    this.tell.sent(seq);
  }

  _signedOut(entry, problem) {
    entry.state = "waiting";
    this._changed();
    if (!this._isStopped) this.tell.refused(problem);
    return false;
  }

  _refused(entry, problem) {
    Object.assign(entry, { state: "refused", isSeen: false, status: problem.status, detail: problem.detail });
    if (isSpeaking(entry.body.action)) this._remove(entry); // nobody waits for it
    else this._changed();
    return true;
  }

  _remove(entry) {
    this.entries = this.entries.filter((one) => one !== entry);
    this._changed();
  }

  _changed() {
    kept.set(this.key, this.entries.filter((entry) => entry.state !== "sent"));
    if (!this._isStopped) this.tell.change(this.entries);
  }

  _pause(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this._wake = () => { clearTimeout(timer); resolve(); };
    }).finally(() => { this._wake = null; });
  }
}
