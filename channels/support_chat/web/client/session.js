// The consumer's session: opened with the shop's signed identity, kept for this tab, renewed when it has expired.
const memory = new Map();

/** sessionStorage, or plain memory where the browser forbids it (third-party frames). */
export const kept = {
  get(key) {
    try { return JSON.parse(sessionStorage.getItem(key) ?? "null"); } catch { return memory.get(key) ?? null; }
  },
  set(key, value) {
    memory.set(key, value);
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch { /* memory has it */ }
  },
};

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
    const body = identity.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch { return {}; }
}

export class Session {
  #opening = null;

  constructor({ api, slug, identity, locale }) {
    Object.assign(this, { api, slug, identity: identity || null, locale, conversation: null, token: null });
    const claims = claimsOf(this.identity ?? "");
    this.order = claims.order_no ?? null;
    this.storageKey = `refundbot:${slug}:${claims.sub || "anonymous"}`;
    const before = kept.get(`${this.storageKey}:session`);
    if (before?.order === this.order) Object.assign(this, before);
  }

  /** A token, from this tab's memory or newly opened; two callers at once share one opening. */
  open() {
    if (this.token) return Promise.resolve(this);
    this.#opening ??= this.#start().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  /** Forgets a token that the server refused; one that was already replaced stays. */
  drop(token = this.token) {
    if (token === this.token) this.#keep({ token: null, conversation: this.conversation });
  }

  async #start() {
    const answer = await call(`${this.api}/sessions`, { method: "POST", json: { identity: this.identity, locale: this.locale } });
    this.#keep({ token: answer.session, conversation: answer.conversation });
    return this;
  }

  #keep(state) {
    Object.assign(this, state);
    kept.set(`${this.storageKey}:session`, state.token ? { ...state, order: this.order } : null);
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
  return new Refused(answer.status, String(told.detail ?? told.title ?? ""), Number(answer.headers.get("Retry-After")) || 0);
}
