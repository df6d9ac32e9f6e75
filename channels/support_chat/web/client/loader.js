// Puts the chat onto a shop page: <script src="…/chat/loader.js" data-merchant="demo" async></script>
// Optional: data-identity (signed by the shop's server), data-locale (zh-CN, en), data-accent (#rrggbb).
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script?.dataset.merchant || window.refundbot) return;
  const { merchant, locale, accent } = script.dataset;
  const chatOrigin = new URL(script.src).origin;
  const words = /^en/i.test(locale || document.documentElement.lang || navigator.language)
    ? { open: "Open support chat", close: "Close support chat", title: "Support chat", unread: "new messages" }
    : { open: "打开在线客服", close: "关闭在线客服", title: "在线客服", unread: "条新消息" };
  const PHONE = "(max-width: 560px)";
  const STYLE = `
    :host { all: initial; }
    button { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: max(20px, env(safe-area-inset-bottom));
      z-index: 2147483000; width: 56px; height: 56px; border: 0; border-radius: 50%; cursor: pointer; padding: 0;
      background: var(--accent, #2456d6); color: #fff; box-shadow: 0 6px 24px rgb(15 23 42 / .28); transition: transform .15s; }
    button:hover { transform: translateY(-2px); }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #111827; }
    svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .badge { position: absolute; top: -2px; right: -2px; min-width: 20px; height: 20px; border-radius: 10px; background: #c81e1e;
      color: #fff; font: 600 12px/20px system-ui, sans-serif; padding: 0 5px; box-sizing: border-box; }
    .badge[hidden], .panel[hidden] { display: none; }
    .panel { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: 92px; z-index: 2147483001; width: 400px;
      height: min(680px, calc(100vh - 112px)); border-radius: 18px; overflow: hidden; background: #fff;
      box-shadow: 0 16px 56px rgb(15 23 42 / .3); animation: rise .18s ease-out; }
    iframe { width: 100%; height: 100%; border: 0; display: block; color-scheme: normal; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    @media ${PHONE} { .panel { inset: 0; width: auto; height: 100vh; height: 100dvh; border-radius: 0; } }
    @media (prefers-color-scheme: dark) { .panel { background: #12151c; } }
    @media (prefers-reduced-motion: reduce) { .panel { animation: none; } button { transition: none; } }`;

  let identity = script.dataset.identity || null;
  let frame = null;
  let isReady = false;
  let isOpen = false;
  let overflowBefore = "";

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const make = (name, attributes, parent) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  };
  const launcher = make("button", { type: "button", "aria-expanded": "false", "aria-label": words.open, "aria-haspopup": "dialog" }, root);
  const panel = make("div", { class: "panel", role: "dialog", "aria-label": words.title, hidden: "" }, root);
  const badge = make("span", { class: "badge", "aria-hidden": "true", hidden: "" }, launcher);

  function drawIcon() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", "M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12zM9 12h.01M13 12h.01M17 12h.01");
    svg.append(path);
    launcher.prepend(svg);
  }

  /** A constructed sheet passes a shop's strict content policy; a style element is for browsers without it. */
  function dress() {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      make("style", {}, root).textContent = STYLE;
    }
    if (/^#[0-9a-f]{6}$/i.test(accent ?? "")) host.style.setProperty("--accent", accent);
  }

  function tell(type, more = {}) {
    if (isReady) frame.contentWindow.postMessage({ type: `refundbot:${type}`, ...more }, chatOrigin);
  }

  function load() {
    const address = `${chatOrigin}/chat/${encodeURIComponent(merchant)}?embed=1&origin=${encodeURIComponent(location.origin)}`;
    frame = make("iframe", { src: address, title: words.title, allow: "clipboard-write" }, panel);
  }

  function show(count) {
    badge.hidden = !count;
    badge.textContent = count > 9 ? "9+" : String(count);
    launcher.setAttribute("aria-label", count ? `${words.open} (${count} ${words.unread})` : isOpen ? words.close : words.open);
  }

  function open() {
    if (isOpen) return;
    isOpen = true;
    if (!frame) load();
    panel.hidden = false;
    launcher.setAttribute("aria-expanded", "true");
    show(0);
    if (matchMedia(PHONE).matches) {
      overflowBefore = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
      panel.setAttribute("aria-modal", "true");
    }
    frame.focus();
    tell("opened");
  }

  function close() {
    if (!isOpen) return;
    isOpen = false;
    panel.hidden = true;
    launcher.setAttribute("aria-expanded", "false");
    if (panel.getAttribute("aria-modal")) {
      document.documentElement.style.overflow = overflowBefore;
      panel.removeAttribute("aria-modal");
    }
    show(0);
    launcher.focus();
  }

  function identify(token) {
    identity = token || null;
    tell("identify", { identity });
  }

  const heard = {
    "refundbot:ready": () => {
      isReady = true;
      tell("hello", { identity, locale: locale || null });
      if (isOpen) tell("opened");
    },
    "refundbot:close": close,
    "refundbot:unread": ({ count }) => !isOpen && show(Number(count) || 0),
    "refundbot:identity-needed": () => window.dispatchEvent(new CustomEvent("refundbot:identity-needed")),
  };

  window.addEventListener("message", ({ origin, source, data }) => {
    if (!frame || origin !== chatOrigin || source !== frame.contentWindow) return;
    if (Object.hasOwn(heard, data?.type)) heard[data.type](data);
  });
  window.addEventListener("keydown", (event) => event.key === "Escape" && isOpen && !event.defaultPrevented && close());
  launcher.addEventListener("click", () => (isOpen ? close() : open()));
  drawIcon();
  dress();
  const put = () => document.body.append(host);
  if (document.body) put();
  else document.addEventListener("DOMContentLoaded", put);
  window.refundbot = Object.freeze({ open, close, identify });
})();
