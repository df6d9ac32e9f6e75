// The chat's page: shows what lib/talk.js knows, and tells it what is tapped and written. All of wx is in lib/phone.js.

const { coloursOf } = require("../lib/colours");
const phone = require("../lib/phone");
const { Talk } = require("../lib/talk");
const { localeOf, text } = require("../lib/texts");
const { timer } = require("../lib/timer");
const { FILES_MAX } = require("../lib/uploads");
const { changesOf, rowsOf, statusOf } = require("../lib/view");

const TEXT_LENGTH_MAX = 4000;
const SHOWN_AT_ONCE = 100;
const MEGABYTE = 1024 * 1024;
const WORDS = ["human", "humanLabel", "restart", "language", "languageLabel", "placeholder", "input", "send", "attach", "retry", "discard", "again", "remove", "picture", "pictureLost", "pictures", "welcomeTitle", "welcomeText", "startRefund", "refundStatus", "moneyConfirm", "log", "newer", "earlier"];

const wordsOf = (locale) => WORDS.reduce((all, key) => ({ ...all, [key]: text(locale, key) }), {});

function trayOf(items, locale) {
  return items.map((item) => ({
    id: item.id, preview: item.preview, percent: item.percent, isDone: Boolean(item.attachment), canRetry: item.canRetry,
    problem: item.problem ? text(locale, item.problem, { max: Math.floor((item.most || 0) / MEGABYTE) }) : "",
    label: text(locale, item.attachment ? "uploaded" : "uploading"),
  }));
}

Component({
  options: { styleIsolation: "isolated" },
  properties: {
    server: String,
    shop: String,
    account: { type: String, value: "main" },
    identity: String,
    orderNo: String,
    locale: String,
    accent: { type: String, value: "#2457c5" },
  },
  data: { rows: [], words: {}, status: "", connection: "connecting", draft: "", canSend: false, tooLong: "", tray: [], problem: "", typing: "", isEmpty: true, bottom: "", hasNewer: false, hasEarlier: false, merchant: "", colours: {}, language: "" },

  observers: {
    accent: function observed(accent) {
      this.setData({ colours: coloursOf(accent) });
    },
  },
  lifetimes: {
    attached() {
      this._isFollowing = true;
      this._locale = localeOf(this.data.locale || phone.language());
      this.setData({ colours: coloursOf(this.data.accent) });
      this._begin({}, !phone.isInFront(this));
    },
    detached() {
      this._talk.stop();
    },
  },
  pageLifetimes: {
    show() {
      if (!this._talk.isHidden) return;
      this._forgetLost();
      this._talk.resume();
    },
    hide() {
      this._talk.pause();
    },
  },

  methods: {
    /** Says something, as if it were written. */
    say(words) {
      if (words && words.trim()) this._talk.write(words.trim().slice(0, TEXT_LENGTH_MAX), this._locale);
    },

    /** Does what a button does; label is what is shown of it. */
    act(action, label) {
      this._talk.act(action, label, this._locale);
    },

    /** Another person, or another order: the talk is theirs from now on. */
    identify(identity, orderNo) {
      const { isHidden } = this._talk;
      this._talk.stop();
      this._begin({ identity, orderNo }, isHidden);
    },

    _begin(who, isHidden) {
      const { server, shop, account, identity, orderNo } = { ...this.data, ...who };
      this._most = SHOWN_AT_ONCE;
      this._pictures = {};
      this._talk = new Talk({
        phone,
        timer,
        shop: { server, slug: shop, account, identity, orderNo, locale: this._locale },
        changed: () => this._paint(),
        event: (name, detail) => this.triggerEvent(name, detail),
      });
      this._paint();
      this._talk.start({ isHidden });
    },

    _paint() {
      const talk = this._talk;
      const locale = this._locale;
      const rows = rowsOf(talk.state, { locale, now: timer.now(), offset: talk.session.offset, isHeld: Boolean(talk.problem), pictures: this._pictures, most: this._most });
      const last = rows.length ? rows[rows.length - 1].key : "";
      this.setData({
        ...changesOf(this.data.rows, rows),
        ...(locale === this.data.language ? {} : { words: wordsOf(locale), language: locale }),
        hasEarlier: talk.state.replies.length > this._most, status: statusOf(talk, locale), connection: talk.connection, merchant: talk.session.merchant,
        tray: trayOf(talk.uploads.items, locale), isEmpty: !rows.length && !talk.isLoading,
        problem: talk.problem ? talk.problem.detail || text(locale, "refused") : "",
        typing: talk.typing ? `${talk.typing.agent} ${text(locale, "typing")}`.trim() : "",
        ...this._place(rows, last),
      });
      this._check(this.data.draft);
      this._load(rows);
    },

    /** The newest is in sight, unless the user is reading further up: then they are told that there is more. */
    _place(rows, last) {
      if (last === this._last) return {};
      const isOwn = rows.length > 0 && rows[rows.length - 1].sender === "customer";
      this._last = last;
      this._isFollowing = this._isFollowing || isOwn;
      return this._isFollowing ? { bottom: last, hasNewer: false } : { hasNewer: true };
    },

    /** Pictures need the session to be fetched; each is asked for once, and again by a tap or when the page comes back. */
    _load(rows) {
      const pictures = this._pictures;
      const shown = (id, path) => {
        if (pictures !== this._pictures) return;
        pictures[id] = path;
        this._paint();
      };
      for (const { pictures: wanted = [] } of rows) {
        for (const { id } of wanted.filter((picture) => !picture.path && pictures[picture.id] === undefined)) {
          pictures[id] = "";
          this._talk.session.download(id).then((path) => shown(id, path), () => shown(id, null));
        }
      }
    },

    _forgetLost() {
      for (const id of Object.keys(this._pictures)) if (this._pictures[id] === null) delete this._pictures[id];
    },

    _check(draft) {
      const { uploads } = this._talk;
      const length = draft.trim().length;
      const over = length - TEXT_LENGTH_MAX;
      const canSend = over <= 0 && (length > 0 || uploads.ready.length > 0) && !uploads.isBusy;
      const tooLong = over > 0 ? text(this._locale, "tooLong", { over }) : "";
      if (canSend !== this.data.canSend || tooLong !== this.data.tooLong) this.setData({ canSend, tooLong });
    },

    onScroll({ detail }) {
      if (detail.deltaY > 0) this._isFollowing = false;
    },

    onEnd() {
      this._isFollowing = true;
      if (this.data.hasNewer) this.setData({ hasNewer: false });
    },

    onEarlier() {
      this._most += SHOWN_AT_ONCE;
      this._paint();
    },

    onNewer() {
      this._isFollowing = true;
      this.setData({ bottom: this._last, hasNewer: false });
    },

    onInput({ detail }) {
      this.setData({ draft: detail.value });
      this._check(detail.value);
    },

    onSend() {
      if (!this.data.canSend) return;
      const words = this.data.draft.trim();
      this.setData({ draft: "" });
      this._check("");
      this._talk.write(words, this._locale);
    },

    onAttach() {
      const { left } = this._talk.uploads;
      if (left > 0) phone.choose(Math.min(left, FILES_MAX)).then((files) => this._talk.uploads.add(files));
    },

    onRemove({ currentTarget }) {
      this._talk.uploads.remove(currentTarget.dataset.id);
    },

    onUploadAgain({ currentTarget }) {
      this._talk.uploads.retry(currentTarget.dataset.id);
    },

    onChoice({ detail }) {
      this.act(detail.action, detail.label);
    },

    onHuman() {
      this.act("human", text(this._locale, "humanLabel"));
    },

    onStart() {
      this.act("start:refund", text(this._locale, "startRefund"));
    },

    onStatus() {
      this.say(text(this._locale, "refundStatusText"));
    },

    onLanguage() {
      this._locale = this._locale === "en" ? "zh-CN" : "en";
      this._talk.choose(this._locale);
      this._paint();
    },

    onRetry({ currentTarget }) {
      this._talk.outbox.retry(currentTarget.dataset.id);
    },

    onDiscard({ currentTarget }) {
      this._talk.outbox.discard(currentTarget.dataset.id);
    },

    onAgain() {
      this._talk.again();
    },

    onPictureAgain({ currentTarget }) {
      delete this._pictures[currentTarget.dataset.id];
      this._paint();
    },

    onPicture({ currentTarget }) {
      const { path, all } = currentTarget.dataset;
      if (path) phone.show((all || []).map((picture) => picture.path).filter(Boolean), path);
    },
  },
});
