// Pictures and short videos as evidence: chosen, checked, uploaded with progress, shown. Loaded only when the first one appears.
import { element, icon } from "./element.js";
import { provide } from "./later.js";
import { byId, config } from "./shell.js";
import { text } from "./text.js";

const KINDS = { picture: /^image\/(jpeg|png|webp)$/, video: /^video\/(mp4|webm|quicktime)$/ };
const MEGABYTE = 1024 * 1024;
const COUNT_MAX = 6;
const UPLOAD_SECONDS_MAX = 300;
const CROSS = "M6 6l12 12M18 6L6 18";

/** picture or video; a browser that does not say leaves it to the server, null is neither. */
function kindOf({ type }) {
  if (!type) return "picture";
  return Object.keys(KINDS).find((kind) => KINDS[kind].test(type)) || null;
}

const named = ({ name }, problem) => (name ? text("ofFile", { name, problem }) : problem);

const sizeProblem = (kind) => text(`${kind}Size`, { max: Math.floor(config.limits[kind] / MEGABYTE) });

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
      const kind = kindOf(file);
      if (!kind) problems.add(named(file, text("pictureKind")));
      else if (!file.size) problems.add(named(file, text("pictureEmpty")));
      else if (file.size > config.limits[kind]) problems.add(named(file, sizeProblem(kind)));
      else if (this._items.length >= COUNT_MAX) problems.add(text("pictureCount", { max: COUNT_MAX }));
      else this._start(file, kind);
    }
    this.tell.notice([...problems].join(" "));
  }

  /** What was uploaded, as {id, preview}; the tray is empty afterwards. */
  take() {
    const taken = this.ready.map(({ id, preview, name, kind }) => ({ id, preview, name, kind }));
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

  _start(file, kind) {
    const item = { file, kind, name: file.name || text(kind), preview: URL.createObjectURL(file), done: 0 };
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
      const key = { 415: "pictureKind", 400: "pictureRefused", 422: "pictureRefused" }[status] || "pictureFailed";
      item.problem = status === 413 ? sizeProblem(item.kind) : text(key, { name: item.name });
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
        if (item.bar) showProgress(item);
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
    const isGoing = !item.id && !item.problem;
    item.bar = isGoing ? element("progress", { max: 1, value: item.done, "aria-label": text("uploading", { name: item.name }) }) : null;
    item.percent = isGoing ? element("span", { class: "percent", "aria-hidden": "true" }) : null;
    if (isGoing) showProgress(item);
    const again = item.problem && !item.isFinal
      ? element("button", { type: "button", class: "again", onclick: () => this._upload(item) }, text("retry")) : "";
    return element("li", { class: item.problem ? "picture bad" : "picture" },
      drawPreview(item, item.id ? text("uploaded", { name: item.name }) : item.name),
      item.bar || "", item.percent || "",
      item.problem ? element("p", { role: "alert" }, item.problem) : "", again,
      element("button", { type: "button", class: "icon remove", "aria-label": text(isGoing ? "cancelUpload" : "remove", { name: item.name }), onclick: () => this._remove(item) }, icon(CROSS)));
  }
}

function showProgress({ bar, percent, done }) {
  bar.value = done;
  percent.textContent = `${Math.round(done * 100)}%`;
}

function drawPreview({ kind, preview }, name) {
  if (kind !== "video") return element("img", { src: preview, alt: name });
  const video = element("video", { src: `${preview}#t=0.1`, "aria-label": name, preload: "metadata", playsinline: true });
  video.muted = true;
  return video;
}

/** Pictures in the log. The server's copies need the token, so they are fetched and shown from memory. */
function drawPictures(attachments, session) {
  return element("div", { class: "shown" }, attachments.map((named) => {
    const one = typeof named === "string" ? { id: named } : named;
    const picture = one.preview ? drawPreview(one, text(one.kind || "picture")) : element("img", { alt: text("picture") });
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
