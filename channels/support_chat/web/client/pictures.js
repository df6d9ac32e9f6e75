// Pictures as evidence: chosen, checked, uploaded with progress, shown. Loaded only when the first picture appears.
import { element, icon } from "./element.js";
import { provide } from "./later.js";
import { byId } from "./shell.js";
import { text } from "./text.js";

const KINDS = new Set(["image/jpeg", "image/png", "image/webp"]);
const SIZE_BYTES_MAX = 10 * 1024 * 1024;
const COUNT_MAX = 6;
const UPLOAD_SECONDS_MAX = 120;
const CROSS = "M6 6l12 12M18 6L6 18";

/** The pictures that wait above the text field. tell: {change(), notice(words)} */
class Tray {
  constructor(session, tell) {
    Object.assign(this, { session, tell, _items: [], root: byId("pictures") });
    this.redraw();
  }

  get ready() { return this._items.filter((item) => item.id); }

  get isBusy() { return this._items.some((item) => !item.id && !item.problem); }

  add(files) {
    const problems = new Set();
    for (const file of files) {
      if (!KINDS.has(file.type)) problems.add(text("pictureKind"));
      else if (file.size > SIZE_BYTES_MAX) problems.add(text("pictureSize"));
      else if (this._items.length >= COUNT_MAX) problems.add(text("pictureCount", { max: COUNT_MAX }));
      else this._start(file);
    }
    this.tell.notice([...problems].join(" "));
  }

  /** What was uploaded, as {id, preview}; the tray is empty afterwards. */
  take() {
    const taken = this.ready.map(({ id, preview, name }) => ({ id, preview, name }));
    this._items = this._items.filter((item) => !item.id);
    this._paint();
    return taken;
  }

  clear() {
    for (const item of this._items) if (item.request) item.request.abort();
    this._items = [];
    this._paint();
  }

  redraw() {
    this.root.setAttribute("aria-label", text("pictures"));
    this._paint();
  }

  _start(file) {
    const item = { file, name: file.name || text("picture"), preview: URL.createObjectURL(file), done: 0 };
    this._items.push(item);
    this._upload(item);
  }

  async _upload(item, mayRenew = true) {
    Object.assign(item, { problem: null, done: 0 });
    this._paint();
    try {
      item.id = await this._post(item);
    } catch (status) {
      if (status === 401 && mayRenew && this.session.identity) {
        this.session.drop();
        return this._upload(item, false);
      }
      item.problem = text({ 413: "pictureSize", 415: "pictureKind", 400: "pictureRefused", 422: "pictureRefused" }[status] || "pictureFailed", { name: item.name });
      item.isFinal = status >= 400 && status < 500 && status !== 429 && status !== 401;
    }
    this._paint();
  }

  /** XMLHttpRequest, because only it tells how much has gone up. Rejects with the status, 0 for the network. */
  async _post(item) {
    await this.session.open().catch((problem) => { throw problem.status; });
    return new Promise((resolve, reject) => {
      const request = item.request = new XMLHttpRequest();
      const form = new FormData();
      form.append("file", item.file, item.name);
      request.open("POST", `${this.session.api}/attachments`);
      request.setRequestHeader("Authorization", `Bearer ${this.session.token}`);
      request.responseType = "json";
      request.timeout = UPLOAD_SECONDS_MAX * 1000;
      request.upload.onprogress = (event) => {
        item.done = event.lengthComputable ? event.loaded / event.total : 0;
        if (item.bar) item.bar.value = item.done;
      };
      request.onload = () => (request.status < 300 && request.response && request.response.attachment ? resolve(request.response.attachment) : reject(request.status));
      request.onerror = request.ontimeout = () => reject(0);
      request.send(form);
    });
  }

  _remove(item) {
    if (item.request) item.request.abort();
    URL.revokeObjectURL(item.preview);
    this._items = this._items.filter((one) => one !== item);
    this._paint();
    byId("text").focus();
  }

  _paint() {
    this.root.hidden = this._items.length === 0;
    this.root.replaceChildren(...this._items.map((item) => this._draw(item)));
    this.tell.change();
  }

  _draw(item) {
    item.bar = item.id || item.problem ? null : element("progress", { max: 1, value: item.done, "aria-label": text("uploading", { name: item.name }) });
    const again = item.problem && !item.isFinal
      ? element("button", { type: "button", class: "again", onclick: () => this._upload(item) }, text("retry")) : "";
    return element("li", { class: item.problem ? "picture bad" : "picture" },
      element("img", { src: item.preview, alt: item.id ? text("uploaded", { name: item.name }) : item.name }),
      item.bar || "",
      item.problem ? element("p", { role: "alert" }, item.problem) : "", again,
      element("button", { type: "button", class: "icon remove", "aria-label": text("remove", { name: item.name }), onclick: () => this._remove(item) }, icon(CROSS)));
  }
}

/** Pictures in the log. The server's copies need the token, so they are fetched and shown from memory. */
function drawPictures(attachments, session) {
  return element("div", { class: "shown" }, attachments.map((named) => {
    const one = typeof named === "string" ? { id: named } : named;
    const picture = element("img", { alt: text("picture"), src: one.preview });
    if (!one.preview) load(picture, one, session);
    return picture;
  }));
}

async function load(picture, { id, url }, session) {
  const address = new URL(url || `${session.api}/attachments/${id}`, location.href);
  if (address.origin !== location.origin) return;
  const answer = await fetch(address, { headers: { Authorization: `Bearer ${session.token}` }, credentials: "omit" }).catch(() => null);
  if (!answer || !answer.ok) return;
  const content = await answer.blob();
  const source = URL.createObjectURL(content);
  if (content.type.startsWith("video/")) picture.replaceWith(element("video", { src: source, controls: true, "aria-label": text("video") }));
  else picture.src = source;
}

provide("pictures", { Tray, drawPictures });
