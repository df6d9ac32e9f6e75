// Everything said in the conversation, in order and once: history, then live frames, resumed by seq after any break.
import { Refused } from "./session.js";

const RETRY_SECONDS_MAX = 30;
const POLL_SECONDS = 2.5;
const POLLS_BEFORE_SOCKET = 24;
const SOCKETS_BEFORE_POLLING = 2;
const LATE_SECONDS = 0.8;
const CHECK_SECONDS = 60;

/** Doubling waits with jitter, so that many pages do not come back in the same instant. */
export const retrySeconds = (failures) => Math.min(RETRY_SECONDS_MAX, 0.4 * 2 ** failures) * (0.5 + Math.random() / 2);

export class Stream {
  /** tell: {conversation(id), reply(reply), handover({holder, agent}), typing(frame), state(name), refused(problem)} */
  constructor(session, tell) {
    Object.assign(this, { session, tell, after: 0, hands: { holder: "bot", agent: null }, conversation: null });
    Object.assign(this, { _newest: 0, _failures: 0, _socketFailures: 0, _catching: null, _socket: null, _wake: null, _isStopped: false });
    this.onOnline = () => this.hurry();
    this.onOffline = () => this._state("offline");
    this.onVisible = () => document.visibilityState === "visible" && (this._wake ? this._wake() : this._check());
    this.checking = setInterval(this.onVisible, CHECK_SECONDS * 1000);
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.onOffline);
    document.addEventListener("visibilitychange", this.onVisible);
    this._run();
  }

  stop() {
    this._isStopped = true;
    clearInterval(this.checking);
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.onOffline);
    document.removeEventListener("visibilitychange", this.onVisible);
    if (this._socket) this._socket.close();
    if (this._wake) this._wake();
  }

  /** The network came back: a socket that looks open may be dead, so both kinds of waiting end now. */
  hurry() {
    this._failures = 0;
    if (this._socket) this._socket.close();
    if (this._wake) this._wake();
  }

  /** Another answer named this seq; if the live frame for it does not come soon, it is fetched. */
  heard(seq) {
    this._newest = Math.max(this._newest, seq || 0);
    setTimeout(() => this.after < this._newest && this._catchUpQuietly(), LATE_SECONDS * 1000);
  }

  async _run() {
    while (!this._isStopped) {
      try {
        await this._openSession();
        await this._catchUp();
        if (this._socketFailures < SOCKETS_BEFORE_POLLING && typeof WebSocket === "function") await this._listen();
        else await this._poll();
      } catch (problem) {
        if (this._isStopped) return;
        if (!(problem instanceof Refused)) throw problem;
        if (!problem.isTemporary) return this._giveUp(problem);
        this._failures += 1;
      }
      if (this._isStopped) return;
      this._state(navigator.onLine === false ? "offline" : "reconnecting");
      await this._pause(retrySeconds(this._failures));
    }
  }

  async _openSession() {
    await this.session.open();
    if (this.conversation !== this.session.conversation && !this._isStopped) {
      this.conversation = this.session.conversation;
      this.after = this._newest = 0;
      this.hands = { holder: "bot", agent: null };
      this.tell.conversation(this.conversation);
    }
  }

  /** GET until nothing is missing; callers at the same time share one run. */
  _catchUp() {
    this._catching = this._catching || this._fetchMissing().finally(() => { this._catching = null; });
    return this._catching;
  }

  async _fetchMissing() {
    for (let round = 0, more = true; more || (this.after < this._newest && round < 3); round += 1) {
      const page = await this.session.fetch(`/messages?after=${this.after}`);
      if (this._isStopped) return;
      for (const reply of page.messages) this._accept(reply);
      if (page.handover) this._handed(page.handover);
      more = page.more && page.messages.length > 0;
    }
  }

  _catchUpQuietly() {
    if (this._isStopped) return;
    this._catchUp().catch((problem) => problem.status === 401 && this._giveUp(problem));
  }

  /** A socket can be dead without anybody having told this page; one that kept something back is replaced. */
  async _check() {
    const { after } = this;
    const socket = this._socket;
    await this._catchUp().catch(() => {});
    if (socket && socket === this._socket && this.after > after) socket.close();
  }

  _accept(reply) {
    if (this._isStopped || reply.seq <= this.after) return;
    this.after = reply.seq;
    this.tell.reply(reply);
  }

  /** In whose hands the conversation is: told when it is another's than was known. */
  _handed({ holder, agent }) {
    if (holder === this.hands.holder && agent === this.hands.agent) return;
    this.hands = { holder, agent };
    this.tell.handover(this.hands);
  }

  /** One socket's life. A frame that leaves a gap is not shown: the gap and it are fetched together, in order. */
  _listen() {
    return new Promise((resolve, reject) => {
      const { token, api } = this.session;
      const url = new URL(`${api}/stream?after=${this.after}&holder=${this.hands.holder}`, location.href);
      url.protocol = url.protocol.replace("http", "ws");
      const socket = this._socket = new WebSocket(url);
      let openedAt = 0;
      let hasHeard = false;
      socket.onopen = () => {
        openedAt = performance.now();
        this._socketFailures = 0;
        socket.send(JSON.stringify({ session: token }));
        this._state("connected");
      };
      socket.onmessage = (event) => {
        hasHeard = true;
        this._frame(event.data);
      };
      socket.onclose = ({ code }) => {
        this._socket = null;
        if (!openedAt) this._socketFailures += 1;
        const wasAlive = hasHeard || (openedAt && performance.now() - openedAt > 5000);
        this._failures = wasAlive ? 0 : this._failures + 1;
        if (code !== 4401) return resolve();
        this.session.drop(token);
        return this.session.identity ? resolve() : reject(new Refused(401));
      };
    });
  }

  _frame(data) {
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    if (!frame) return;
    if (frame.type === "typing") return this.tell.typing(frame);
    if (frame.type === "handover") return this._handed(frame);
    if (frame.type !== "reply") return;
    const reply = frame.reply || frame;
    this._newest = Math.max(this._newest, reply.seq);
    if (reply.seq === this.after + 1 && !this._catching) this._accept(reply);
    else if (reply.seq > this.after) this._catchUpQuietly();
  }

  /** Where sockets are impossible: asks again and again, and tries a socket once in a while. */
  async _poll() {
    for (let round = 0; round < POLLS_BEFORE_SOCKET && !this._isStopped; round += 1) {
      await this._catchUp();
      this._failures = 0;
      this._state("connected");
      await this._pause(POLL_SECONDS);
    }
    this._socketFailures = SOCKETS_BEFORE_POLLING - 1;
  }

  _pause(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this._wake = () => { clearTimeout(timer); resolve(); };
    }).finally(() => { this._wake = null; });
  }

  _giveUp(problem) {
    this.stop();
    this.tell.refused(problem);
  }

  _state(name) {
    if (!this._isStopped) this.tell.state(name);
  }
}
