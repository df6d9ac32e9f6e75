// Pictures on their way up, before they are part of a message. What stands in the tray is plain data.

const { Problem } = require("./problem");

const FILES_MAX = 9;

class Uploads {
  /** changed(items) is told the tray: [{id, path, preview, kind, percent, attachment, problem}]. */
  constructor(session, changed) {
    Object.assign(this, { session, changed, items: [], _next: 1 });
  }

  get left() { return FILES_MAX - this.items.length; }

  get isBusy() { return this.items.some((item) => !item.attachment && !item.problem); }

  get ready() { return this.items.filter((item) => item.attachment); }

  add(files) {
    for (const file of files.slice(0, this.left)) {
      const item = { id: this._next, percent: 0, attachment: "", problem: "", canRetry: false, ...file };
      this._next += 1;
      this.items.push(item);
      this._start(item);
    }
    this.changed(this.items);
  }

  retry(id) {
    const item = this._of(id);
    if (item && item.problem) this._start(Object.assign(item, { problem: "", percent: 0, canRetry: false }));
    this.changed(this.items);
  }

  /** What failed on the way goes up again, as when there is a network again. */
  retryAll() {
    for (const { id } of this.items.filter((item) => item.problem && item.canRetry)) this.retry(id);
  }

  remove(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.changed(this.items);
  }

  /** The finished ones, which leave the tray. */
  take() {
    const { ready } = this;
    this.items = this.items.filter((item) => !item.attachment);
    this.changed(this.items);
    return ready;
  }

  async _start(item) {
    const { limits } = this.session;
    const most = limits && limits[item.kind];
    if (most && item.size > most) return this._fail(item, item.kind === "video" ? "videoSize" : "pictureSize", { most });
    try {
      const body = await this.session.upload(item.path, (percent) => {
        item.percent = percent;
        if (this._of(item.id)) this.changed(this.items);
      });
      item.attachment = body.attachment;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const mayPass = problem.isTemporary || problem.status === 401;
      return this._fail(item, mayPass ? "uploadFailed" : "pictureRefused", { canRetry: mayPass });
    }
    return this.changed(this.items);
  }

  _fail(item, problem, more) {
    Object.assign(item, { problem, ...more });
    this.changed(this.items);
  }

  _of(id) { return this.items.find((item) => item.id === id); }
}

module.exports = { FILES_MAX, Uploads };
