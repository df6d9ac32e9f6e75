// The conversation: joins session, stream, outbox, log and composer, and paints what they tell.
import { Composer } from "./composer.js";
import { element } from "./element.js";
import { Log, drawMessage } from "./log.js";
import { Outbox } from "./outbox.js";
import { Session, claimsOf, kept } from "./session.js";
import { byId, config, paintStatus, paintWords } from "./shell.js";
import { hearShop, isEmbedded, tellShop } from "./shop.js";
import { Stream } from "./stream.js";
import { currentLocale, setLocale, text } from "./text.js";

const TYPING_SECONDS = 6;
const NEAR_END_PIXELS = 60;
const scroller = byId("scroller");
const localeKey = `refundbot:${config.slug}:locale`;
const seen = { state: "connecting", handover: null, problem: null, isFollowing: true, unread: 0, typingTimer: 0 };
let session = null;
let stream = null;
let outbox = null;

const log = new Log(byId("log"), { take: (action, label) => say({ action, label }), pictures: drawPicturesLater });
const composer = new Composer({ send: sayWithPictures, notice: paintHint });

function begin(identity) {
  const { locale } = claimsOf(identity ?? "");
  if (locale && !config.locale && !kept.get(localeKey)) useLocale(locale);
  stream?.stop();
  outbox?.stop();
  log.clear();
  seen.handover = seen.problem = null;
  paintNotice(null);
  session = new Session({ api: config.api, slug: config.slug, identity, locale: currentLocale() });
  outbox = new Outbox(session, { change: paintOutgoing, sent: (seq) => stream.heard(seq), refused });
  composer.reset(session);
  listen();
}

function listen() {
  seen.state = "connecting";
  setLoading(true);
  stream = new Stream(session, { conversation: () => log.clear(), reply: heard, frame: heardFrame, refused, state: changed });
  paint();
}

function changed(state) {
  const isBack = state === "connected" && seen.state !== "connected";
  seen.state = state;
  if (state === "connected") setLoading(false);
  if (isBack) outbox.pump();
  paintWelcome();
  paint();
}

/** While history comes in nothing is read out; new messages are. */
function setLoading(isLoading) {
  byId("log").setAttribute("aria-busy", String(isLoading));
}

const isLoading = () => byId("log").getAttribute("aria-busy") === "true";

function say({ label, ...message }) {
  paintHint("");
  if (message.action) scroller.focus({ preventScroll: true });
  seen.isFollowing = true;
  outbox.add({ ...message, label: label ?? message.text });
}

function sayWithPictures(said, pictures) {
  if (pictures.length) say({ text: said, attachments: pictures.map(({ id }) => id), previews: pictures });
  else say({ text: said });
}

function heard(reply) {
  outbox.seen(reply);
  log.add(reply);
  outbox.shown(reply.seq);
  if (reply.sender !== "customer") {
    paintTyping("");
    if (!isLoading()) tellShop("unread", { count: (seen.unread += 1) });
  }
  paintWelcome();
  follow();
}

function heardFrame(frame) {
  if (frame.type === "typing" && frame.sender !== "customer") paintTyping(`${frame.agent ?? ""} ${text("typing")}`.trim());
  if (frame.type !== "handover") return;
  seen.handover = frame;
  paint();
}

/** The server will not go on: the reason and the one way out are shown. */
function refused(problem) {
  if (seen.problem) return;
  stream.stop();
  outbox.isHeld = true;
  Object.assign(seen, { problem, state: "ended" });
  setLoading(false);
  if (problem.status === 401 && session.identity) tellShop("identity-needed");
  paintOutgoing(outbox.entries);
  paint();
}

function startAgain() {
  session.drop();
  seen.problem = null;
  paintNotice(null);
  listen();
  outbox.isHeld = false;
  outbox.pump();
  byId("text").focus();
}

function paintProblem() {
  const { status } = seen.problem;
  if (status === 401 && session.identity) return paintNotice({ words: text("expired") });
  if (status === 401) return paintNotice({ words: text("sessionEnded"), name: text("newChat"), act: startAgain });
  return paintNotice({ words: text(status === 404 ? "missing" : "refused"), name: text("retry"), act: startAgain });
}

/** A passing word about what was just done; the reason why nothing works stays when it passes. */
function paintHint(words) {
  if (words) paintNotice({ words });
  else if (seen.problem) paintProblem();
  else paintNotice(null);
}

function paintNotice(notice) {
  const bar = byId("notice");
  bar.hidden = !notice;
  bar.replaceChildren();
  if (!notice) return;
  bar.append(element("p", {}, notice.words));
  if (notice.act) bar.append(element("button", { type: "button", onclick: notice.act }, notice.name));
}

function paintOutgoing(entries) {
  byId("outgoing").replaceChildren(...entries.filter((entry) => !entry.isSeen).map(drawEntry));
  log.isWaiting = entries.some((entry) => entry.state !== "refused" && !entry.isSeen);
  log.refreshChoices();
  paintWelcome();
  follow();
}

function drawEntry(entry) {
  const list = entry.previews?.length ? entry.previews : entry.body.attachments?.map((id) => ({ id }));
  const message = { sender: "customer", text: entry.label, at: entry.at };
  const node = drawMessage(message, { pictures: list ? drawPicturesLater(list) : null, end: drawProgress(entry) });
  node.classList.add(entry.state);
  node.dataset.clientId = entry.client_id;
  return node;
}

function drawProgress(entry) {
  if (entry.state !== "refused") return element("span", {}, text(waitingKey(entry)));
  const key = entry.status >= 500 ? "errorBusy" : `error${entry.status}`;
  return element("div", { class: "problem", role: "alert" },
    element("p", {}, text(key) === key ? text("error") : text(key), entry.detail && currentLocale() === "en" ? ` ${entry.detail}` : ""),
    element("button", { type: "button", onclick: () => outbox.retry(entry) }, text("retry")),
    element("button", { type: "button", onclick: () => outbox.discard(entry) }, text("discard")));
}

function waitingKey({ status, tries }) {
  if (seen.problem) return "held";
  if (status === 429) return "error429";
  if (status >= 500) return "busy";
  return tries > 1 ? "waiting" : "sending";
}

/** A place for pictures that is filled once their code is there. */
function drawPicturesLater(attachments) {
  const place = element("div", { class: "place" });
  import("./pictures.js").then(({ drawPictures }) => {
    place.append(drawPictures(attachments, session));
    follow();
  });
  return place;
}

function handoverWords({ agent, holder }) {
  if (holder === "bot" || holder === "returned") return text("withBot");
  if (agent) return text("withAgent", { name: agent });
  return text(holder === "agent" ? "withPerson" : "waitingForPerson");
}

function paintTyping(words) {
  clearTimeout(seen.typingTimer);
  byId("typing").textContent = words;
  if (words) seen.typingTimer = setTimeout(() => paintTyping(""), TYPING_SECONDS * 1000);
  follow();
}

function paintWelcome() {
  const welcome = byId("welcome");
  const isWanted = log.isEmpty && !outbox?.entries.length && !isLoading() && !seen.problem;
  if (welcome.hidden === !isWanted && welcome.lang === currentLocale()) return;
  welcome.hidden = !isWanted;
  welcome.lang = currentLocale();
  const button = (label, message) => element("button", { type: "button", class: "choice", onclick: () => say({ label, ...message }) }, label);
  welcome.replaceChildren(
    element("h2", {}, text("welcomeTitle")), element("p", {}, text("welcomeText")),
    element("div", { class: "choices" },
      button(text("startRefund"), { action: "start:refund" }),
      button(text("refundStatus"), { text: text("refundStatusText") }),
      button(text("humanLabel"), { action: "human" })));
}

function paint() {
  const isHandedOver = seen.handover && seen.state === "connected";
  paintStatus(seen.state, isHandedOver ? handoverWords(seen.handover) : text(seen.state));
  if (seen.problem) paintProblem();
}

function follow() {
  if (seen.isFollowing) scroller.scrollTop = scroller.scrollHeight;
  byId("newer").hidden = seen.isFollowing;
}

function useLocale(locale) {
  setLocale(locale);
  if (session) session.locale = currentLocale();
  paintWords();
  composer.redraw();
  log.redraw();
  if (outbox) paintOutgoing(outbox.entries);
  paint();
}

function switchLanguage() {
  kept.set(localeKey, currentLocale() === "en" ? "zh-CN" : "en");
  useLocale(kept.get(localeKey));
}

/** An identity handed over in the address (#identity=…) never reaches a server log, and leaves the address at once. */
function identityFromAddress() {
  const found = new URLSearchParams(location.hash.slice(1)).get("identity");
  if (found) history.replaceState(null, "", location.pathname + location.search);
  return found;
}

function wire() {
  byId("human").addEventListener("click", () => say({ action: "human", label: text("humanLabel") }));
  byId("restart").addEventListener("click", () => say({ action: "cancel", label: text("restart") }));
  byId("language").addEventListener("click", switchLanguage);
  byId("close").addEventListener("click", () => tellShop("close"));
  byId("newer").addEventListener("click", () => {
    seen.isFollowing = true;
    follow();
    byId("text").focus();
  });
  scroller.addEventListener("scroll", () => {
    seen.isFollowing = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END_PIXELS;
    byId("newer").hidden = seen.isFollowing;
  }, { passive: true });
  new ResizeObserver(follow).observe(scroller);
  document.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && tellShop("close"));
  window.addEventListener("online", () => outbox?.pump());
}

/** Begins the conversation: at once on a page of its own, inside a shop page when that page has said who is there. */
export function talk() {
  if (!isEmbedded) begin(config.identity ?? identityFromAddress());
  wire();
  if (!isEmbedded) return;
  byId("close").hidden = false;
  hearShop({
    hello: (identity, locale) => {
      if (locale && !kept.get(localeKey)) useLocale(locale);
      if (!session) begin(identity);
    },
    identify: (identity) => (seen.problem || identity !== session?.identity) && begin(identity),
    opened: () => {
      seen.unread = 0;
      byId("text").focus();
    },
  });
}
