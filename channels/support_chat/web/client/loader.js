// Puts the chat onto a shop page: <script src="…/chat/demo/loader.js" async></script>, demo being the merchant.
// Optional: data-identity (signed by the shop's server), data-locale (zh-CN, en).
// Also <script src="…/chat/loader.js" data-merchant="demo" async></script>, which fetches the one above.
// Everything here is understood by browsers of 2020, such as the one inside WeChat, and passes a strict content policy.
(() => {
  "use strict";
  const widget = "{{widget}}";
  const script = document.currentScript;
  if (!script || window.refundbot) return;
  const { locale } = script.dataset;
  const merchant = widget.slug || script.dataset.merchant;
  const chatOrigin = new URL(script.src).origin;
  if (!widget.slug) {
    if (!merchant) return;
    const whole = document.createElement("script");
    Object.assign(whole, { src: `${chatOrigin}/chat/${encodeURIComponent(merchant)}/loader.js`, async: true, nonce: script.nonce || "" });
    Object.assign(whole.dataset, script.dataset);
    document.head.append(whole);
    return;
  }
  const words = /^en/i.test(locale || document.documentElement.lang || navigator.language)
    ? { open: "Open support chat", close: "Close support chat", title: "Support chat", unread: "new messages",
      refused: "The chat did not open here. Please try again later, or contact the shop in another way." }
    : { open: "打开在线客服", close: "关闭在线客服", title: "在线客服", unread: "条新消息",
      refused: "聊天没能在这里打开，请稍后再试，或用其他方式联系店铺。" };
  const PHONE = matchMedia("(max-width: 560px)");
  const TALK_HOURS = 24;
  const SILENCE_SECONDS = 1.5;
  const side = widget.position;
  const edge = (name) => `max(20px, env(safe-area-inset-${name}))`;
  const BASE = {
    launcher: `position: fixed; ${side}: ${edge(side)}; bottom: ${edge("bottom")}; z-index: 2147483000; width: 56px; height: 56px; border: 0;
      border-radius: 50%; cursor: pointer; padding: 0; background: ${widget.colour}; color: ${widget.text}; box-shadow: 0 6px 24px rgba(15, 23, 42, .28);`,
    badge: `position: absolute; top: -2px; right: -2px; min-width: 20px; height: 20px; border-radius: 10px; background: #c81e1e;
      color: #fff; font: 600 12px/20px system-ui, sans-serif; padding: 0 5px; box-sizing: border-box;`,
    panel: `position: fixed; ${side}: ${edge(side)}; bottom: 92px; z-index: 2147483001; width: 400px; height: min(680px, calc(100vh - 112px));
      border-radius: 18px; overflow: hidden; background: #fff; box-shadow: 0 16px 56px rgba(15, 23, 42, .3);`,
    frame: "width: 100%; height: 100%; border: 0; display: block; color-scheme: normal;",
    refused: `display: flex; flex-direction: column; gap: 12px; justify-content: center; height: 100%; padding: 24px; box-sizing: border-box;
      background: #fff; color: #171c26; font: 16px/1.5 system-ui, sans-serif; text-align: center;`,
    plain: `min-height: 44px; border: 1px solid #7b8698; border-radius: 22px; padding: 0 20px; background: #fff; color: #171c26; font: inherit; cursor: pointer;`,
  };
  const MORE = `
    :host { all: initial; }
    [hidden] { display: none !important; }
    .launcher { transition: transform .15s; }
    .launcher:hover { transform: translateY(-2px); }
    .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #111827; }
    .panel { animation: rise .18s ease-out; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    @media (prefers-color-scheme: dark) { .panel { background: #12151c; } }
    @media (prefers-reduced-motion: reduce) { .panel { animation: none; } .launcher { transition: none; } }`;

  let identity = script.dataset.identity || null;
  let frame = null;
  let refused = null;
  let isHere = false;
  let isReady = false;
  let isOpen = false;
  let isSwitching = false;
  let isPlain = false;
  let overflowBefore = "";

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const make = (name, attributes, parent, space) => {
    const made = space ? document.createElementNS(space, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  };
  const launcher = make("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-label": words.open, "aria-haspopup": "dialog" }, root);
  const panel = make("div", { class: "panel", role: "dialog", "aria-label": words.title, hidden: "" }, root);
  drawIcon();
  const badge = make("span", { class: "badge", "aria-hidden": "true", hidden: "" }, launcher);

  function drawIcon() {
    const SVG = "http://www.w3.org/2000/svg";
    const look = { fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" };
    const svg = make("svg", { viewBox: "0 0 24 24", width: "26", height: "26", "aria-hidden": "true", ...look }, launcher, SVG);
    make("path", { d: "M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12zM9 12h.01M13 12h.01M17 12h.01" }, svg, SVG);
  }

  /** A constructed sheet passes a strict content policy; browsers without it get the plain looks, which pass it too. */
  function dress() {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(Object.entries(BASE).map(([name, look]) => `.${name} { ${look} }`).join("\n") + MORE);
      root.adoptedStyleSheets = [sheet];
      if (root.adoptedStyleSheets[0] === sheet) return;
    } catch { /* as below */ }
    isPlain = true;
    host.style.all = "initial";
    for (const part of [launcher, panel, badge]) part.style.cssText = BASE[part.className];
  }

  /** On a phone the chat fills what the keyboard leaves of the screen (which 100vh does not know). */
  function fit() {
    const view = window.visualViewport;
    const isFull = isOpen && PHONE.matches;
    panel.style.cssText = isPlain ? BASE.panel : "";
    if (!isFull) return;
    const isZoomed = view && view.scale > 1.01;
    const [top, height] = view && !isZoomed ? [view.offsetTop, view.height] : [0, window.innerHeight];
    Object.assign(panel.style, { top: `${top}px`, left: "0", right: "0", bottom: "auto", width: "auto", height: `${height}px`, borderRadius: "0" });
  }

  function tell(type, more = {}) {
    if (isReady) frame.contentWindow.postMessage({ type: `refundbot:${type}`, ...more }, chatOrigin);
  }

  const announce = (name, detail = {}) => window.dispatchEvent(new CustomEvent(`refundbot:${name}`, { detail }));

  function load() {
    if (frame) return;
    const address = `${chatOrigin}/chat/${encodeURIComponent(merchant)}?embed=1&origin=${encodeURIComponent(location.origin)}`;
    frame = make("iframe", { class: "frame", src: address, title: words.title, allow: "clipboard-write" }, panel);
    if (isPlain) frame.style.cssText = BASE.frame;
    const loaded = frame;
    frame.addEventListener("load", () => setTimeout(() => loaded === frame && !isHere && explain(), SILENCE_SECONDS * 1000));
  }

  /** Something was loaded and it is not the chat: a page that may not hold the frame, or no network. */
  function explain() {
    if (refused) return;
    frame.hidden = true;
    refused = make("div", { class: "refused", role: "alert" }, panel);
    make("p", {}, refused).textContent = words.refused;
    const button = make("button", { type: "button", class: "plain" }, refused);
    button.textContent = words.close;
    button.addEventListener("click", close);
    if (isPlain) for (const part of [refused, button]) part.style.cssText = BASE[part.className];
    console.error(`refundbot: the chat did not open on ${location.origin}. Where this page may not hold it, allow its origin: `
      + `refundbot merchant origins ${merchant} --origin ${location.origin}`);
  }

  // What is remembered over page loads: whose talk it was (a number, not the name), up to where it was read, how much was not.
  const memoryKey = `refundbot:${merchant}:unread`;
  let memory = null;

  function recall() {
    try { memory = JSON.parse(localStorage.getItem(memoryKey)) || memory; } catch { /* this page's memory is all there is */ }
    if (!memory || memory.who !== whoIs(identity)) memory = null;
    return memory;
  }

  function remember(news) {
    memory = { ...memory, ...news, who: whoIs(identity), at: Date.now() };
    try { localStorage.setItem(memoryKey, JSON.stringify(memory)); } catch { /* as above */ }
  }

  function forget() {
    memory = null;
    try { localStorage.removeItem(memoryKey); } catch { /* nothing is there */ }
  }

  // What the chat's own page may not keep, being of another site: for this tab, and for good.
  const places = { tab: () => sessionStorage, always: () => localStorage };
  const keptKey = `refundbot:${merchant}:kept`;

  function keptIn(place) {
    try { return JSON.parse(places[place]().getItem(keptKey)) || {}; } catch { return {}; }
  }

  function keep({ place, key, value }) {
    if (place !== "tab" && place !== "always") return;
    const all = keptIn(place);
    if (value === null) delete all[key];
    else all[key] = value;
    try { places[place]().setItem(keptKey, JSON.stringify(all)); } catch { /* the chat's page has it in memory */ }
  }

  function whoIs(token) {
    const letters = subjectOf(token);
    let number = 5381;
    for (let index = 0; index < letters.length; index += 1) number = (number * 33 + letters.charCodeAt(index)) % 4294967296;
    return number;
  }

  function subjectOf(token) {
    try { return JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub || ""; } catch { return token || ""; }
  }

  let counted = 0;

  function show(count) {
    badge.hidden = !count;
    badge.textContent = count > 9 ? "9+" : String(count);
    launcher.setAttribute("aria-label", count ? `${words.open} (${count} ${words.unread})` : isOpen ? words.close : words.open);
    if (count !== counted) announce("unread", { count });
    counted = count;
  }

  function open() {
    if (isOpen) return;
    isOpen = true;
    load();
    panel.hidden = false;
    launcher.setAttribute("aria-expanded", "true");
    if (memory) remember({ count: 0 });
    show(0);
    if (PHONE.matches) {
      overflowBefore = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
      panel.setAttribute("aria-modal", "true");
    }
    fit();
    frame.focus();
    tell("opened");
    announce("open");
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    if (refused) {
      panel.replaceChildren(); // opened again, it is tried again
      refused = frame = null;
    }
    panel.hidden = true;
    fit();
    launcher.setAttribute("aria-expanded", "false");
    if (panel.getAttribute("aria-modal")) {
      document.documentElement.style.overflow = overflowBefore;
      panel.removeAttribute("aria-modal");
    }
    show(0);
    launcher.focus();
    tell("closed", { read: memory });
    announce("close");
  }

  /** Another customer (or none): the former one's talk is out of sight before this returns, and gone before it is back. */
  function identify(token) {
    const isOther = whoIs(token) !== whoIs(identity);
    identity = token || null;
    if (isOther) {
      forget();
      show(0);
    }
    if (!isReady) return;
    isSwitching = isOther;
    if (isOther) frame.style.visibility = "hidden";
    tell("identify", { identity });
  }

  const heard = {
    here: () => {
      isHere = true;
      if (refused) [refused.hidden, frame.hidden] = [true, false];
    },
    ready: () => {
      isReady = true;
      tell("hello", { identity, locale: locale || null, read: recall(), kept: { tab: keptIn("tab"), always: keptIn("always") } });
      if (isOpen) tell("opened");
    },
    identified: (data) => {
      if (data.identity !== identity) return;
      isSwitching = false;
      frame.style.visibility = "";
    },
    close,
    keep,
    unread: ({ count, conversation, seq }) => {
      if (isSwitching) return;
      remember({ conversation, seq, count: isOpen ? 0 : Number(count) || 0 });
      if (!isOpen) show(memory.count);
    },
    "identity-needed": () => announce("identity-needed"),
  };

  window.addEventListener("message", ({ origin, source, data }) => {
    if (!frame || origin !== chatOrigin || source !== frame.contentWindow || !data) return;
    const name = String(data.type).replace(/^refundbot:/, "");
    if (Object.prototype.hasOwnProperty.call(heard, name)) heard[name](data);
  });
  window.addEventListener("keydown", (event) => event.key === "Escape" && isOpen && !event.defaultPrevented && close());
  window.addEventListener("storage", ({ key }) => key === memoryKey && !isOpen && show(recall() ? memory.count : 0));
  window.addEventListener("resize", fit);
  if (window.visualViewport) {
    window.visualViewport.addEventListener("resize", fit);
    window.visualViewport.addEventListener("scroll", fit);
  }
  launcher.addEventListener("click", () => (isOpen ? close() : open()));

  /** Who has a talk going sees at once what is new in it, and goes on hearing of it while the chat is closed. */
  function start() {
    document.body.append(host);
    const talk = recall();
    if (!talk) return;
    show(talk.count || 0);
    if (Date.now() - talk.at < TALK_HOURS * 3.6e6) setTimeout(load, 500);
  }

  dress();
  window.refundbot = Object.freeze({ open, close, identify });
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
  announce("ready");
})();
