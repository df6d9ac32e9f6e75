// The conversation: joins session, stream, outbox, log and composer, and paints what they tell.
import { Closing, isClosing } from "./closing.js";
import { Composer } from "./composer.js";
import { element } from "./element.js";
import { Following } from "./following.js";
import { closedWords } from "./hours.js";
import { restore, shopPage } from "./kept.js";
import { Language, chosenLocale, isSpeaking } from "./language.js";
import { later } from "./later.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { drawEntry } from "./outgoing.js";
import { Session, claimsOf, identityFromAddress } from "./session.js";
import { byId, config, paintStatus, paintWords } from "./shell.js";
import { hearShop, isEmbedded, tellShop } from "./shop.js";
import { Stream } from "./stream.js";
import { currentLocale, setLocale, text } from "./text.js";
import { Unread } from "./unread.js";
import { paintWelcome } from "./welcome.js";

const TYPING_SECONDS = 6;
const HOURS_SECONDS = 30;
const seen = { state: "connecting", handover: null, problem: null, typingTimer: 0 };
const unread = new Unread();
const language = new Language((message) => {
  following.begin();
  outbox.add(message);
});
const closing = new Closing(() => following.follow());
let session = null;
let stream = null;
let outbox = null;

const log = new Log(byId("log"), { take: (action, label) => say(action ? { action, label } : { text: label }), pictures: drawPicturesLater });
const following = new Following(log, { scroller: byId("scroller"), outgoing: byId("outgoing"), newer: byId("newer") });
const composer = new Composer({ send: sayWithPictures, notice: paintHint });

function begin(identity) {
  const { locale } = claimsOf(identity || "");
  if (locale && !config.locale && !chosenLocale()) useLocale(locale);
  leave();
  session = new Session({ api: config.api, slug: config.slug, identity, locale: currentLocale() });
  outbox = new Outbox(session, { change: paintOutgoing, sent: (seq) => stream.heard(seq), refused });
  composer.reset(session);
  closing.begin(session);
  listen();
}

/** Nothing of the former customer's talk stays, on the page or in this tab. */
function leave() {
  if (stream) stream.stop();
  if (outbox) outbox.stop();
  if (session) session.leave();
  log.clear();
  unread.begin(null);
  byId("outgoing").replaceChildren();
  Object.assign(seen, { handover: null, problem: null });
  following.begin();
  paintTyping("");
  paintNotice(null);
}

function listen() {
  seen.state = "connecting";
  setLoading(true);
  stream = new Stream(session, { conversation: beginTalk, reply: heard, handover: handed, typing, refused, state: changed });
  paint();
}

function beginTalk(id) {
  log.clear();
  unread.begin(id);
  seen.handover = null;
}

function changed(state) {
  const isBack = state === "connected" && seen.state !== "connected";
  seen.state = state;
  if (state === "connected") setLoading(false);
  if (isBack) outbox.pump();
  if (isBack && !log.isEmpty) closing.look();
  if (isBack) language.catchUp({ isBegun: !log.isEmpty });
  paintStart();
  paint();
}

/** While history comes in nothing is read out; new messages are. */
function setLoading(isLoading) {
  byId("log").setAttribute("aria-busy", String(isLoading));
}

const isLoading = () => byId("log").getAttribute("aria-busy") === "true";

function say({ label, ...message }) {
  paintHint("");
  closing.leave();
  if (message.action) byId("scroller").focus({ preventScroll: true });
  following.begin();
  outbox.add({ ...message, label: label || message.text, ...language.forMessage({ isFirst: log.isEmpty }) });
}

function sayWithPictures(said, pictures) {
  if (pictures.length) say({ text: said, attachments: pictures.map(({ id }) => id), previews: pictures });
  else say({ text: said });
}

function heard(reply) {
  outbox.seen(reply);
  log.add(reply);
  outbox.shown(reply.seq);
  unread.heard(reply);
  if (reply.sender !== "customer") paintTyping("");
  if (!isLoading() && isClosing(reply)) closing.look();
  paintStart();
  following.follow();
}

function typing({ sender, agent }) {
  if (sender !== "customer") paintTyping(`${agent || ""} ${text("typing")}`.trim());
}

function handed(hands) {
  seen.handover = hands;
  if (hands.holder === "bot") closing.look();
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
  const around = { pictures: drawPicturesLater, isHeld: Boolean(seen.problem), retry: (entry) => outbox.retry(entry), discard: (entry) => outbox.discard(entry) };
  const said = entries.filter((entry) => !entry.isSeen && !isSpeaking(entry.body.action));
  byId("outgoing").replaceChildren(...said.map((entry) => drawEntry(entry, around)));
  log.isWaiting = said.some((entry) => entry.state !== "refused");
  log.refreshChoices();
  paintStart();
  following.follow();
}

/** A place for pictures that is filled once their code is there. */
function drawPicturesLater(attachments) {
  const place = element("div", { class: "place" });
  const owner = session;
  later("pictures").then(({ drawPictures }) => {
    place.append(drawPictures(attachments, owner));
    following.follow();
  }, () => {});
  return place;
}

/** Who is there: a person, nobody yet, or the assistant alone until people are back. */
function whoIsThere() {
  const { agent, holder } = seen.handover || { holder: "" };
  const away = { "": "staffBack", queue: "waitingBack" }[holder];
  if (away && closedWords(away)) return { words: closedWords(away), isAway: true };
  if (!holder) return { words: text("connected") };
  if (holder === "bot") return { words: text("withBot") };
  if (agent) return { words: text("withAgent", { name: agent }) };
  return { words: text(holder === "agent" ? "withPerson" : "waitingForPerson") };
}

function paintTyping(words) {
  clearTimeout(seen.typingTimer);
  byId("typing").textContent = words;
  if (words) seen.typingTimer = setTimeout(() => paintTyping(""), TYPING_SECONDS * 1000);
  following.follow();
}

const paintStart = () => paintWelcome(log.isEmpty && !(outbox && outbox.entries.length) && !isLoading() && !seen.problem, { say, language: chooseLanguage });

function paint() {
  paintStatus(seen.state, seen.state === "connected" ? whoIsThere() : {});
  if (seen.problem) paintProblem();
}

/** The keyboard of a phone covers a page that does not know of it: the page ends where the keyboard begins. */
function leaveRoom() {
  const { height, scale } = window.visualViewport;
  const isCovered = scale < 1.01 && window.innerHeight - height > 1;
  document.body.style.height = isCovered ? `${height}px` : "";
  if (isCovered) window.scrollTo(0, 0);
  following.follow();
}

function useLocale(locale) {
  setLocale(locale);
  if (session) session.locale = currentLocale();
  paintWords();
  composer.redraw();
  log.redraw();
  closing.redraw();
  if (outbox) paintOutgoing(outbox.entries);
  paint();
}

/** The consumer's own choice: remembered, and told to the assistant, with the next message or by itself. */
function chooseLanguage(locale) {
  useLocale(locale);
  language.choose({ isBegun: !log.isEmpty });
}

function wire() {
  byId("human").addEventListener("click", () => say({ action: "human", label: text("humanLabel") }));
  byId("restart").addEventListener("click", () => say({ action: "cancel", label: text("restart") }));
  byId("language").addEventListener("click", () => chooseLanguage(currentLocale() === "en" ? "zh-CN" : "en"));
  byId("close").addEventListener("click", () => tellShop("close"));
  byId("newer").addEventListener("click", () => {
    following.toEnd();
    byId("text").focus();
  });
  if (window.visualViewport) window.visualViewport.addEventListener("resize", leaveRoom);
  document.addEventListener("keydown", (event) => event.key === "Escape" && !event.isComposing && tellShop("close"));
  if (config.hours) setInterval(paint, HOURS_SECONDS * 1000);
  window.addEventListener("online", () => outbox && outbox.pump());
}

/** A newer proof of the same customer changes nothing on the page; anybody else begins anew. */
function identify(identity) {
  if (!session || identity !== session.identity) {
    if (session && !seen.problem && identity && session.renew(identity)) return;
    begin(identity);
  } else if (seen.problem) begin(identity);
}

/** Begins the conversation: at once on a page of its own, inside a shop page when that page has said who is there. */
function talk() {
  if (!isEmbedded) begin(config.identity || identityFromAddress());
  wire();
  if (!isEmbedded) return;
  byId("close").hidden = false;
  shopPage.keep = (place, key, value) => tellShop("keep", { place, key, value });
  hearShop({
    hello: ({ identity, locale, read, kept }) => {
      restore(kept);
      const wanted = chosenLocale() || locale;
      if (wanted) useLocale(wanted);
      unread.remember(read);
      if (!session) begin(identity || null);
    },
    identify: ({ identity }) => {
      identify(identity || null);
      tellShop("identified", { identity });
    },
    opened: () => {
      unread.show();
      following.follow();
      byId("text").focus();
    },
    closed: ({ read }) => unread.hide(read),
  });
}

talk();
