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
  after = 0;
  #newest = 0;
  #failures = 0;
  #socketFailures = 0;
  #catching = null;
  #socket = null;
  #wake = null;
  #isStopped = false;

  /** tell: {conversation(id), reply(reply), frame(frame), state(name), refused(problem)} */
  constructor(session, tell) {
    Object.assign(this, { session, tell });
    this.onOnline = () => this.hurry();
    this.onOffline = () => this.#state("offline");
    this.onVisible = () => document.visibilityState === "visible" && (this.#wake ? this.#wake() : this.#check());
    this.checking = setInterval(this.onVisible, CHECK_SECONDS * 1000);
    window.addEventListener("online", this.onOnline);
    window.addEventListener("offline", this.onOffline);
    document.addEventListener("visibilitychange", this.onVisible);
    this.#run();
  }

  stop() {
    this.#isStopped = true;
    clearInterval(this.checking);
    window.removeEventListener("online", this.onOnline);
    window.removeEventListener("offline", this.onOffline);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.#socket?.close();
    this.#wake?.();
  }

  /** The network came back: a socket that looks open may be dead, so both kinds of waiting end now. */
  hurry() {
    this.#failures = 0;
    this.#socket?.close();
    this.#wake?.();
  }

  /** Another answer named this seq; if the live frame for it does not come soon, it is fetched. */
  heard(seq) {
    this.#newest = Math.max(this.#newest, seq ?? 0);
    setTimeout(() => this.after < this.#newest && this.#catchUpQuietly(), LATE_SECONDS * 1000);
  }

  async #run() {
    while (!this.#isStopped) {
      try {
        await this.#openSession();
        await this.#catchUp();
        if (this.#socketFailures < SOCKETS_BEFORE_POLLING && typeof WebSocket === "function") await this.#listen();
        else await this.#poll();
      } catch (problem) {
        if (this.#isStopped) return;
        if (!(problem instanceof Refused)) throw problem;
        if (!problem.isTemporary) return this.#giveUp(problem);
        this.#failures += 1;
      }
      if (this.#isStopped) return;
      this.#state(navigator.onLine === false ? "offline" : "reconnecting");
      await this.#pause(retrySeconds(this.#failures));
    }
  }

  async #openSession() {
    await this.session.open();
    if (this.conversation !== this.session.conversation && !this.#isStopped) {
      this.conversation = this.session.conversation;
      this.after = this.#newest = 0;
      this.tell.conversation(this.conversation);
    }
  }

  /** GET until nothing is missing; callers at the same time share one run. */
  #catchUp() {
    this.#catching ??= this.#fetchMissing().finally(() => { this.#catching = null; });
    return this.#catching;
  }

  async #fetchMissing() {
    for (let round = 0, more = true; more || (this.after < this.#newest && round < 3); round += 1) {
      const page = await this.session.fetch(`/messages?after=${this.after}`);
      if (this.#isStopped) return;
      for (const reply of page.messages) this.#accept(reply);
      more = page.more && page.messages.length > 0;
    }
  }

  #catchUpQuietly() {
    if (this.#isStopped) return;
    this.#catchUp().catch((problem) => problem.status === 401 && this.#giveUp(problem));
  }

  /** A socket can be dead without anybody having told this page; one that kept something back is replaced. */
  async #check() {
    const { after } = this;
    const socket = this.#socket;
    await this.#catchUp().catch(() => {});
    if (socket && socket === this.#socket && this.after > after) socket.close();
  }

  #accept(reply) {
    if (this.#isStopped || reply.seq <= this.after) return;
    this.after = reply.seq;
    this.tell.reply(reply);
  }

  /** One socket's life. A frame that leaves a gap is not shown: the gap and it are fetched together, in order. */
  #listen() {
    return new Promise((resolve, reject) => {
      const { token, api } = this.session;
      const url = new URL(`${api}/stream?after=${this.after}`, location.href);
      url.protocol = url.protocol.replace("http", "ws");
      const socket = this.#socket = new WebSocket(url);
      let openedAt = 0;
      let hasHeard = false;
      socket.onopen = () => {
        openedAt = performance.now();
        this.#socketFailures = 0;
        socket.send(JSON.stringify({ session: token }));
        this.#state("connected");
      };
      socket.onmessage = (event) => {
        hasHeard = true;
        this.#frame(event.data);
      };
      socket.onclose = ({ code }) => {
        this.#socket = null;
        if (!openedAt) this.#socketFailures += 1;
        const wasAlive = hasHeard || (openedAt && performance.now() - openedAt > 5000);
        this.#failures = wasAlive ? 0 : this.#failures + 1;
        if (code !== 4401) return resolve();
        this.session.drop(token);
        return this.session.identity ? resolve() : reject(new Refused(401));
      };
    });
  }

  #frame(data) {
    let frame;
    try { frame = JSON.parse(data); } catch { return; }
    if (frame?.type !== "reply") {
      if (frame) this.tell.frame(frame);
      return;
    }
    const reply = frame.reply ?? frame;
    this.#newest = Math.max(this.#newest, reply.seq);
    if (reply.seq === this.after + 1 && !this.#catching) this.#accept(reply);
    else if (reply.seq > this.after) this.#catchUpQuietly();
  }

  /** Where sockets are impossible: asks again and again, and tries a socket once in a while. */
  async #poll() {
    for (let round = 0; round < POLLS_BEFORE_SOCKET && !this.#isStopped; round += 1) {
      await this.#catchUp();
      this.#failures = 0;
      this.#state("connected");
      await this.#pause(POLL_SECONDS);
    }
    this.#socketFailures = SOCKETS_BEFORE_POLLING - 1;
  }

  #pause(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#wake = () => { clearTimeout(timer); resolve(); };
    }).finally(() => { this.#wake = null; });
  }

  #giveUp(problem) {
    this.stop();
    this.tell.refused(problem);
  }

  #state(name) {
    if (!this.#isStopped) this.tell.state(name);
  }
}
