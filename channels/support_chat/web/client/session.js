// The consumer's session: opened with the shop's signed identity, kept for this tab, renewed when it has expired.
import { kept } from "./kept.js";

/** Why the server cannot be used now: status 0 is the network, else the HTTP status. */
export class Refused extends Error {
  constructor(status, detail = "", retryAfterSeconds = 0) {
    super(`refused ${status}`);
    Object.assign(this, { status, detail, retryAfterSeconds });
  }
  get isTemporary() { return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500; }
}

/** What the identity says, unproven: enough to name what this tab keeps and to choose its words; the server checks it. */
export function claimsOf(identity) {
  try {
    const body = identity.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) || {};
  } catch { return {}; }
}

/** An identity handed over in the address (#identity=…) never reaches a server log, and leaves the address at once. */
export function identityFromAddress() {
  const found = new URLSearchParams(location.hash.slice(1)).get("identity");
  if (found) history.replaceState(null, "", location.pathname + location.search);
  return found;
}

const keyOf = (slug, identity) => `refundbot:${slug}:${claimsOf(identity || "").sub || "anonymous"}`;

export class Session {
  constructor({ api, slug, identity, locale }) {
    Object.assign(this, { api, slug, identity: identity || null, locale, conversation: null, token: null, _opening: null });
    this.storageKey = keyOf(slug, this.identity);
    const before = kept.get(`${this.storageKey}:session`);
    // What is kept is for the very identity that opened it: another one that merely names the same customer proves nothing.
    if (before && before.identity === this.identity) Object.assign(this, before);
  }

  /** The same customer with a newer proof (and the same order): the talk goes on, the next session is opened with it. */
  renew(identity) {
    const isSame = keyOf(this.slug, identity) === this.storageKey && claimsOf(identity).order_no === claimsOf(this.identity || "").order_no;
    if (isSame) this.identity = identity;
    return isSame;
  }

  /** The customer leaves this tab: no token stays behind. */
  leave() {
    kept.set(`${this.storageKey}:session`, null);
  }

  /** A token, from this tab's memory or newly opened; two callers at once share one opening. */
  open() {
    if (this.token) return Promise.resolve(this);
    this._opening = this._opening || this._start().finally(() => { this._opening = null; });
    return this._opening;
  }

  /** Forgets a token that the server refused; one that was already replaced stays. */
  drop(token = this.token) {
    if (token === this.token) this._keep({ token: null, conversation: this.conversation });
  }

  async _start() {
    const answer = await call(`${this.api}/sessions`, { method: "POST", json: { identity: this.identity, locale: this.locale } });
    this._keep({ token: answer.session, conversation: answer.conversation });
    return this;
  }

  _keep(state) {
    Object.assign(this, state);
    kept.set(`${this.storageKey}:session`, state.token ? { ...state, identity: this.identity } : null);
  }

  /** A call with the token; a signed-in customer's expired token is replaced once, an anonymous one ends. */
  async fetch(path, options = {}, mayRenew = true) {
    await this.open();
    const token = this.token;
    try {
      return await call(this.api + path, { ...options, token });
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      this.drop(token);
      if (!mayRenew || !this.identity) throw problem;
      return this.fetch(path, options, false);
    }
  }
}

async function call(url, { method = "GET", json, token, timeoutSeconds = 15 }) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (json) headers["Content-Type"] = "application/json";
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutSeconds * 1000);
  try {
    const answer = await fetch(url, { method, headers, body: json && JSON.stringify(json), signal: stop.signal, cache: "no-store", credentials: "omit" });
    if (!answer.ok) throw await refusal(answer);
    return await answer.json();
  } catch (problem) {
    throw problem instanceof Refused ? problem : new Refused(0);
  } finally {
    clearTimeout(timer);
  }
}

async function refusal(answer) {
  const told = await answer.json().catch(() => ({}));
  return new Refused(answer.status, String(told.detail || told.title || ""), Number(answer.headers.get("Retry-After")) || 0);
}
