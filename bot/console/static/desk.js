// Keeps the desk's pages live: a wake-up from the server refetches the marked parts, forms send without leaving the page.

const slowPollMilliseconds = 15000;
const parts = () => [...document.querySelectorAll("[data-live]")];

async function refresh(part) {
  if (part.hasAttribute("data-keep-typing") && isBeingEdited(part)) return;
  if (part.querySelector("[data-picture]")?.files.length) return;
  const answer = await fetch(part.dataset.live, { headers: { "X-Fragment": "1" } });
  if (answer.status === 401) return location.assign("/desk/login");
  if (!answer.ok) return undefined;
  const html = await answer.text();
  if (part.dataset.shown === html) return undefined;
  // Somebody may have begun to type, or chosen a picture, while the answer was on its way.
  if (part.querySelector("[data-picture]")?.files.length) return undefined;
  if (part.hasAttribute("data-keep-typing") && isBeingEdited(part)) return undefined;
  const typed = typedText(part);
  const focused = focusables(part).indexOf(document.activeElement);
  part.dataset.shown = html;
  if (part.hasAttribute("data-stick")) appendNew(part, html);
  else part.innerHTML = html;
  part.querySelectorAll("form.decide").forEach(show);
  // Whoever had tabbed to a button is still there when its part was drawn anew.
  if (focused >= 0 && document.activeElement === document.body) focusables(part)[focused]?.focus();
  giveBack(part, typed);
  if (part.dataset.atEnd) part.scrollTop = part.scrollHeight;
  tick();
  return undefined;
}

// What was said before stays as it is: a screen reader hears only what is new, and pictures do not flicker.
function appendNew(log, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = [...template.content.children];
  const old = [...log.children];
  let same = 0;
  while (same < old.length && same < fresh.length && old[same].outerHTML === fresh[same].outerHTML) same += 1;
  old.slice(same).forEach((node) => node.remove());
  log.append(...fresh.slice(same));
}

function isBeingEdited(part) {
  const form = part.querySelector("form[data-touched]");
  return Boolean(form) || part.contains(document.activeElement);
}

const focusables = (part) => [...part.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];

function typedText(part) {
  const field = part.querySelector("textarea");
  return field && { id: field.id, value: field.value, hasFocus: document.activeElement === field, at: field.selectionStart };
}

function giveBack(part, typed) {
  const field = typed && typed.id && part.querySelector(`#${typed.id}`);
  if (!field) return;
  field.value = typed.value;
  if (typed.hasFocus) { field.focus(); field.setSelectionRange(typed.at, typed.at); }
}

let isRefreshing = false;
let isStale = false;

async function refreshAll() {
  if (isRefreshing) { isStale = true; return; }
  isRefreshing = true;
  try {
    do { isStale = false; await Promise.all(parts().map(refresh)); } while (isStale);
  } catch { /* the next wake-up or the slow poll tries again */ } finally { isRefreshing = false; }
}

function listen() {
  const address = document.body.dataset.events;
  if (!address) return;
  const light = document.querySelector("[data-live-state]");
  const source = new EventSource(address);
  source.addEventListener("open", () => { light.classList.add("on"); refreshAll(); });
  source.addEventListener("error", () => light.classList.remove("on"));
  source.addEventListener("wake", refreshAll);
  setInterval(refreshAll, slowPollMilliseconds);
}

function tick() {
  const words = document.documentElement.lang === "zh-CN" ? ["秒", "分", "小时", "天"] : ["s", "min", "h", "d"];
  for (const mark of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(mark.dateTime)) / 1000));
    const [size, word] = seconds < 60 ? [1, 0] : seconds < 3600 ? [60, 1] : seconds < 172800 ? [3600, 2] : [86400, 3];
    mark.textContent = `${Math.floor(seconds / size)} ${words[word]}`;
  }
}

async function send(form, button) {
  const data = new FormData(form, button);
  const picture = form.querySelector("[data-picture]");
  const hasPicture = Boolean(picture?.files.length);
  if (picture && !hasPicture) data.delete(picture.name);
  // A file makes the form a long one: its token goes in front, so that the server need not read it all to know who sends.
  const body = hasPicture ? data : new URLSearchParams(data);
  const headers = { "X-Fragment": "1", ...(hasPicture && { "X-Csrf": data.get("csrf") }) };
  // form.action would be the field of that name, where there is one.
  const action = form.getAttribute("action");
  // Whoever has moved on meanwhile keeps the place that they moved to.
  const isHere = () => document.activeElement === document.body || document.activeElement?.form?.getAttribute("action") === action;
  button?.setAttribute("disabled", "");
  try {
    const answer = await fetch(action, { method: "POST", body, headers });
    if (answer.status === 401) return location.assign("/desk/login");
    const text = await answer.text();
    say(form, answer.ok ? "" : text);
    if (answer.ok && form.hasAttribute("data-swap")) { form.closest("[data-part]").innerHTML = text; return undefined; }
    if (answer.ok && form.hasAttribute("data-reset")) forget(data.get("text"));
    if (answer.ok && picture) { picture.value = ""; chosen(picture); }
    if (answer.ok || answer.status === 409) form.removeAttribute("data-touched");
    if (isHere()) document.activeElement?.blur?.();
    await refreshAll();
    if (answer.ok && form.hasAttribute("data-reset") && isHere()) document.querySelector("#say-text")?.focus();
  } catch {
    say(form, document.documentElement.lang === "zh-CN" ? "没有发出去：连接中断，请再试一次。" : "Not sent: the connection broke. Please try again.");
  } finally { button?.removeAttribute("disabled"); }
  return undefined;
}

// Words are not needed beside a picture. Its part is not drawn anew while it waits to be sent.
function chosen(picture) {
  const { form } = picture;
  form.elements.namedItem("text").required = !picture.files.length;
  if (picture.files.length) form.dataset.touched = ""; else form.removeAttribute("data-touched");
}

// The field may have been drawn anew with the text still in it; what was typed since stays.
function forget(sent) {
  const field = document.querySelector("#say-text");
  if (field?.value === sent.replaceAll("\r\n", "\n")) field.value = "";
}

function say(form, text) {
  const part = form.closest("[data-live]") ?? form;
  let line = part.parentElement.querySelector(":scope > .notice.error");
  if (!text) { line?.remove(); return; }
  line ??= part.parentElement.insertBefore(document.createElement("p"), part);
  line.className = "notice error";
  line.setAttribute("role", "alert");
  line.textContent = text;
}

function fill(button) {
  const form = document.querySelector("form.decide");
  if (!form) return;
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
    const field = form.elements.namedItem(name);
    if (field) field.value = value;
  }
  form.dataset.touched = "";
  show(form);
  form.elements.namedItem("reply").focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

function show(form) {
  const action = form.elements.namedItem("action")?.value;
  const way = form.elements.namedItem("resolution")?.value;
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(action);
  for (const part of form.querySelectorAll("[data-for-way]")) part.hidden = part.dataset.forWay !== way;
  // What nobody sees is not sent: an amount typed for another way must not be taken for this one, nor silently dropped.
  for (const field of form.querySelectorAll("[data-for] input, [data-for] select")) field.disabled = Boolean(field.closest("[hidden]"));
}

document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("data-send")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener("input", (event) => {
  const form = event.target.closest("form.decide, form.payout");
  if (form) { form.dataset.touched = ""; show(form); }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-picture]")) chosen(event.target);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id === "say-text" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (button) fill(button);
});

// A log that shows its end goes on showing it, whatever is said and however its height changes.
for (const log of document.querySelectorAll("[data-stick]")) {
  let height = log.clientHeight;
  const toEnd = () => { height = log.clientHeight; if (log.dataset.atEnd) log.scrollTop = log.scrollHeight; };
  log.dataset.atEnd = "1";
  log.addEventListener("scroll", () => {
    if (log.clientHeight !== height) return;
    log.dataset.atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60 ? "1" : "";
  }, { passive: true });
  new ResizeObserver(toEnd).observe(log);
  toEnd();
}
for (const form of document.querySelectorAll("form.decide")) show(form);
setInterval(tick, 1000);
tick();
listen();
