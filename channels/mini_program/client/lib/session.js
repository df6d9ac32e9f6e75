// The consumer's session: a code of wx.login for a token, anew when it has ended; two callers at once share one log-in.

const { bodyOf, problemOf } = require("./problem");

const EARLY_SECONDS = 60;

class Session {
  /** shop: {server, slug, account, identity, orderNo, locale}; clock() gives milliseconds. */
  constructor(phone, shop, clock = Date.now) {
    Object.assign(this, { phone, shop, clock, token: null, conversation: null, expires: 0, templates: [], limits: {}, merchant: "", offset: null, _opening: null });
    this.api = `${shop.server.replace(/\/+$/, "")}/api/chat/${encodeURIComponent(shop.slug)}`;
  }

  open() {
    if (this.token && this.expires - EARLY_SECONDS > this.clock() / 1000) return Promise.resolve(this);
    if (!this._opening) {
      const done = () => { this._opening = null; };
      this._opening = this._logIn();
      this._opening.then(done, done);
    }
    return this._opening;
  }

  /** Forgets a token that the server refused; one that was already replaced stays. */
  drop(token) {
    if (token === this.token) this.token = null;
  }

  /** The body of an answer; a token that has ended is replaced once. Rejects with Problem. */
  async fetch(path, { method = "GET", json } = {}) {
    return this._with((headers) => this.phone.request({ url: this.api + path, method, json, headers }));
  }

  upload(path, progress) {
    return this._with((headers) => this.phone.upload({ url: `${this.api}/attachments`, headers, path, progress }));
  }

  /** A local path of a picture. */
  async download(id) {
    return (await this._with((headers) => this.phone.download({ url: `${this.api}/attachments/${encodeURIComponent(id)}`, headers }))).path;
  }

  streamAddress(after, holder) {
    return `${this.api.replace(/^http/, "ws")}/stream?after=${after}&holder=${holder}`;
  }

  async _with(call) {
    for (let isAgain = false; ; isAgain = true) {
      await this.open();
      const { token } = this;
      const answer = await call({ Authorization: `Bearer ${token}` });
      if (answer.status >= 200 && answer.status < 300) return bodyOf(answer);
      const problem = problemOf(answer);
      if (answer.status !== 401 || isAgain) throw problem;
      this.drop(token);
    }
  }

  async _logIn() {
    const { account, identity, orderNo, locale } = this.shop;
    const code = await this.phone.login();
    const json = { code, locale, ...(identity ? { identity } : {}), ...(orderNo ? { order_no: orderNo } : {}) };
    const url = `${this.api}/mini_program/${encodeURIComponent(account)}/sessions`;
    const answer = await this.phone.request({ url, method: "POST", json });
    if (answer.status !== 201) throw problemOf(answer);
    const { session, conversation, expires, templates, limits, merchant, utc_offset_minutes: offset } = bodyOf(answer);
    Object.assign(this, { token: session, conversation, expires, templates, limits, merchant, offset });
    return this;
  }
}

module.exports = { Session };
