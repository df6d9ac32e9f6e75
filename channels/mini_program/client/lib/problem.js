// Why the server did not do what was asked. Pure.

/** status 0 is the network, else HTTP's; code is the last word of the problem's type, detail is for people. */
class Problem extends Error {
  constructor(status, { code = "", detail = "", retryAfterSeconds = 0 } = {}) {
    super(`problem ${status} ${code}`);
    Object.assign(this, { status, code, detail, retryAfterSeconds });
  }

  /** The same again may help. */
  get isTemporary() {
    return this.code !== "login-not-set-up" && (this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500);
  }
}

/** The problem in an answer of another status than 2xx. */
function problemOf({ status, body, headers = {} }) {
  const { type = "", detail = "" } = body && typeof body === "object" ? body : {};
  const name = Object.keys(headers).find((one) => one.toLowerCase() === "retry-after");
  const seconds = Number(name && headers[name]) || 0;
  return new Problem(status, { code: String(type).split(":").pop(), detail, retryAfterSeconds: seconds });
}

/** The document of an answer; a page of somebody on the way (a Wi-Fi's log-in, say) is no answer at all. */
function bodyOf({ status, body }) {
  if (body && typeof body === "object") return body;
  if (status === 204) return {};
  throw new Problem(0);
}

module.exports = { Problem, bodyOf, problemOf };
