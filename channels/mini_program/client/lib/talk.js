// The conversation as a whole: joins session, stream, outbox and uploads, and tells the page what there is to show.

const { speaking } = require("./language");
const merge = require("./merge");
const { afterTap } = require("./notices");
const { Outbox } = require("./outbox");
const { Session } = require("./session");
const { Stream } = require("./stream");
const { Uploads } = require("./uploads");

const TYPING_SECONDS = 6;
const SETTLED_SECONDS = 0.8;
const PENDING_KEPT_MAX = 50;

class Talk {
  /** around: {phone, timer, shop, changed(), event(name, detail)}. Nothing is called before start. */
  constructor({ phone, timer, shop, changed, event }) {
    Object.assign(this, { phone, timer, changed, event, state: merge.empty(), connection: "connecting", problem: null, handover: null, typing: null, isLoading: true, isHidden: false });
    this.session = new Session(phone, shop, () => timer.now());
    this.outbox = new Outbox(this.session, timer, { get: () => this.state, set: (state) => this._set(state) }, (problem) => this._refused(problem));
    this.uploads = new Uploads(this.session, () => changed());
    this.stream = new Stream(this.session, timer, {
      after: () => this.state.after,
      newest: () => this.state.newest,
      conversation: (id) => this._begin(id),
      replies: (replies) => this._heard(replies),
      handover: (hands) => this._handed(hands),
      frame: (frame) => frame.type === "typing" && this._typing(frame.agent || ""),
      state: (name) => this._connected(name),
      refused: (problem) => this._refused(problem),
    });
    this._isAsked = false;
    this._toldLocale = shop.locale;
    this._unchoose = () => {};
    this._offNetwork = () => {};
  }

  /** A page that is not in front asks nothing before it is: WeChat ends what a hidden page opens. */
  start({ isHidden }) {
    this.isHidden = isHidden;
    this._offNetwork = this.phone.onNetwork((isConnected) => isConnected && this._goOn());
    if (!isHidden) this.stream.start();
  }

  /** The page went to the background. */
  pause() {
    this.isHidden = true;
    this.stream.stop();
    this.outbox.stop();
  }

  /** It is in front again: everything since the last known place is fetched, everything unsent is sent. */
  resume() {
    this.isHidden = false;
    this._goOn();
  }

  _goOn() {
    if (this.problem || this.isHidden) return;
    this.stream.start();
    this.outbox.resume();
    this.uploads.retryAll();
  }

  stop() {
    this._offNetwork();
    this._unchoose();
    this.pause();
  }

  /** After a problem that nothing but the user's word can end. */
  again() {
    this.problem = null;
    this.outbox.isHeld = false;
    this._connected("connecting");
    this._goOn();
  }

  write(text, locale) {
    const pictures = this.uploads.take();
    const attachments = pictures.map((picture) => picture.attachment);
    const body = { ...(text ? { text } : {}), ...(attachments.length ? { attachments } : {}), ...this._locale(locale) };
    this.outbox.add(body, text, pictures.map((picture) => picture.preview));
  }

  /** To be called in the handler of a tap, so that WeChat lets it ask about notices. */
  act(action, label, locale) {
    const { isAsked, isDue } = afterTap(this._isAsked, action);
    this._isAsked = isAsked;
    if (isDue && this.session.templates.length) this._askNotices();
    this.outbox.add({ action, ...this._locale(locale) }, label);
  }

  _askNotices() {
    this.phone.askNotices(this.session.templates).then((answers) => {
      if (!answers || !Object.keys(answers).length) return null;
      this.event("notices", { answers });
      return this.session.fetch("/notices", { method: "POST", json: { answers } });
    }).catch(() => {}); // the notices are a help; the refund goes on without them
  }

  /** Another language was chosen: once it has settled it is told, and what is open is said again in it. */
  choose(locale) {
    this.session.shop.locale = locale;
    this._unchoose();
    this._unchoose = this.timer.after(SETTLED_SECONDS, () => {
      if (locale === this._toldLocale || !this.state.replies.length) return;
      this._toldLocale = locale;
      const { action, label } = speaking(locale);
      this.outbox.add({ action }, label);
    });
  }

  /** The language is told with the first message, and with one that comes before a choice has settled. */
  _locale(locale) {
    this._unchoose();
    const isTold = this.state.replies.length === 0 || locale !== this._toldLocale;
    this._toldLocale = locale;
    return isTold ? { locale } : {};
  }

  _begin(conversation) {
    this._key = `refundbot:${conversation}`;
    this.handover = null;
    const before = this.phone.kept(this._key);
    this.state = { ...merge.empty(), pending: [...merge.restored(before || []), ...this._unsent()] };
    this._set(this.state);
    this.event("ready", { conversation });
    this.outbox.pump();
  }

  /** What was said before there was a conversation; of another conversation nothing goes along. */
  _unsent() {
    const isFirst = !this._conversation;
    this._conversation = this._key;
    return isFirst ? this.state.pending : [];
  }

  _set(state) {
    this.state = state;
    if (this._key) this.phone.keep(this._key, state.pending.slice(-PENDING_KEPT_MAX));
    if (state.after < state.newest) this.stream.expect();
    this.changed();
  }

  _heard(replies) {
    if (replies.some((reply) => reply.sender !== "customer")) this.typing = null;
    const before = this.state.newest;
    this._set(merge.heard(this.state, replies));
    if (this.isLoading) return;
    const cards = replies.filter((reply) => reply.seq > before && reply.card && reply.card.kind === "case");
    for (const { card } of cards) this.event("case", card);
  }

  _handed(hands) {
    this.handover = hands;
    this.event("handover", hands);
    this.changed();
  }

  _typing(agent) {
    const typing = this.typing = { agent };
    this.changed();
    this.timer.after(TYPING_SECONDS, () => {
      if (this.typing !== typing) return;
      this.typing = null;
      this.changed();
    });
  }

  _connected(name) {
    this.connection = name;
    if (name === "connected") {
      this.isLoading = false;
      this.outbox.pump();
    }
    this.changed();
  }

  _refused(problem) {
    if (this.problem) return;
    this.problem = problem;
    this.outbox.isHeld = true;
    this.stream.stop();
    this.event("problem", { status: problem.status, code: problem.code, detail: problem.detail });
    this._connected("ended");
  }
}

module.exports = { Talk };
