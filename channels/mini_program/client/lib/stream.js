// Everything that is said, from the place that is known: a socket, or asking where sockets are impossible.

const { Problem } = require("./problem");
const { retrySeconds } = require("./waiting");

const POLL_SECONDS = 2.5;
const POLLS_BEFORE_SOCKET = 24;
const SOCKETS_BEFORE_POLLING = 2;
const TOKEN_REFUSED = 4401;
const LATE_SECONDS = 0.8;

class Stream {
  /** tell: {after() -> seq, newest() -> seq, conversation(id), replies(list), handover({holder, agent}), frame(frame), state(name), refused(problem)} */
  constructor(session, timer, tell) {
    Object.assign(this, { session, timer, tell, conversation: null, hands: { holder: "bot", agent: "" } });
    Object.assign(this, { _failures: 0, _socketFailures: 0, _socket: null, _wake: null, _run: 0, _catching: null });
  }

  /** Goes on from the place that is known; what was running before is over. */
  start() {
    this.stop();
    this._failures = this._socketFailures = 0;
    this._loop(this._run);
  }

  /** In the background WeChat ends every socket, sometimes without a word: so it is ended here, and begun anew later. */
  stop() {
    this._run += 1;
    this._catching = null;
    if (this._socket) this._socket.close();
    if (this._wake) this._wake();
  }

  /** A place was named that the socket has not brought yet: fetched if it does not come soon. */
  expect() {
    const run = this._run;
    this.timer.after(LATE_SECONDS, () => run === this._run && this.tell.after() < this.tell.newest() && this._quietly(run));
  }

  async _loop(run) {
    while (run === this._run) {
      try {
        await this._open(run);
        await this._catchUp(run);
        if (run !== this._run) return;
        if (this._socketFailures < SOCKETS_BEFORE_POLLING) await this._listen(run);
        else await this._poll(run);
      } catch (problem) {
        if (run !== this._run) return;
        if (!(problem instanceof Problem)) throw problem;
        if (!problem.isTemporary) return this._giveUp(problem);
        this._failures += 1;
        this._longest = problem.retryAfterSeconds;
      }
      if (run !== this._run) return;
      this.tell.state("reconnecting");
      await this._pause(Math.max(this._longest || 0, retrySeconds(this._failures)));
      this._longest = 0;
    }
  }

  async _open(run) {
    await this.session.open();
    if (run !== this._run || this.conversation === this.session.conversation) return;
    this.conversation = this.session.conversation;
    this.hands = { holder: "bot", agent: "" };
    this.tell.conversation(this.conversation);
  }

  /** Pages of history until nothing is missing; callers at the same time share one run. */
  _catchUp(run) {
    if (!this._catching) {
      const catching = this._fetchMissing(run);
      const done = () => { if (this._catching === catching) this._catching = null; };
      this._catching = catching;
      catching.then(done, done);
    }
    return this._catching;
  }

  async _fetchMissing(run) {
    for (let more = true; more && run === this._run;) {
      const page = await this.session.fetch(`/messages?after=${this.tell.after()}`);
      if (run !== this._run) return;
      this.tell.replies(page.messages);
      if (page.handover) this._handed(page.handover);
      more = page.more && page.messages.length > 0;
    }
  }

  _quietly(run) {
    this._catchUp(run).catch((problem) => run === this._run && !problem.isTemporary && this._giveUp(problem));
  }

  /** One socket's life. */
  _listen(run) {
    return new Promise((resolve) => {
      const { token } = this.session;
      let isOpen = false;
      let hasHeard = false;
      let isOver = false;
      let socket = null;
      socket = this.session.phone.socket(this.session.streamAddress(this.tell.after(), this.hands.holder), {
        open: () => {
          isOpen = true;
          this._socketFailures = 0;
          socket.send(JSON.stringify({ session: token }));
          if (run === this._run) this.tell.state("connected");
        },
        frame: (text) => {
          hasHeard = true;
          if (run === this._run) this._frame(text, run);
        },
        close: (code) => {
          isOver = true;
          if (this._socket === socket) this._socket = null;
          if (!isOpen) this._socketFailures += 1;
          this._failures = hasHeard ? 0 : this._failures + 1;
          if (code === TOKEN_REFUSED) this.session.drop(token);
          resolve();
        },
      });
      if (!isOver) this._socket = socket;
    });
  }

  /** A frame that leaves a gap is kept, and the gap is fetched. */
  _frame(text, run) {
    let frame;
    try { frame = JSON.parse(text); } catch (_) { return; }
    if (!frame || typeof frame !== "object") return;
    if (frame.type === "handover") return this._handed(frame);
    if (frame.type !== "reply") return this.tell.frame(frame);
    this.tell.replies([frame]);
    if (this.tell.after() < frame.seq) this._quietly(run);
  }

  /** In whose hands the conversation is: told when it is another's than was known. */
  _handed({ holder, agent }) {
    if (holder === this.hands.holder && (agent || "") === this.hands.agent) return;
    this.hands = { holder, agent: agent || "" };
    this.tell.handover(this.hands);
  }

  async _poll(run) {
    for (let round = 0; round < POLLS_BEFORE_SOCKET && run === this._run; round += 1) {
      await this._catchUp(run);
      if (run !== this._run) return;
      this._failures = 0;
      this.tell.state("connected");
      await this._pause(POLL_SECONDS);
    }
    this._socketFailures = SOCKETS_BEFORE_POLLING - 1;
  }

  _pause(seconds) {
    return new Promise((resolve) => {
      const stop = this.timer.after(seconds, resolve);
      this._wake = () => { stop(); resolve(); };
    });
  }

  _giveUp(problem) {
    this.stop();
    this.tell.refused(problem);
  }
}

module.exports = { POLL_SECONDS, Stream };
