// The chat page's start: the frame first, the conversation's code after the first paint.
import { remembered } from "./kept.js";
import { byId, config, paintStatus, paintWords } from "./shell.js";
import { setLocale, setTimeZone } from "./text.js";

const CONVERSATION = [
  "talk", "element", "language", "closing", "hours", "welcome", "later", "session", "stream", "outbox", "outgoing", "log", "cards", "choices", "code", "composer", "shop", "unread",
];
const PAINT_SECONDS_MAX = 0.2;

/** All of it is asked for at once, not one import after another. */
function loadConversation() {
  for (const name of CONVERSATION) {
    const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href: `/static/chat/${name}.js` });
    document.head.append(link);
  }
  const script = Object.assign(document.createElement("script"), { type: "module", src: "/static/chat/talk.js" });
  script.onerror = () => paintStatus("offline");
  document.head.append(script);
}

const painted = new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, PAINT_SECONDS_MAX * 1000);
});

setLocale(remembered.get(`refundbot:${config.slug}:locale`) || config.locale || navigator.language);
setTimeZone(config.timezone);
paintWords();
paintStatus("connecting");
byId("composer").addEventListener("submit", (event) => event.preventDefault());
painted.then(loadConversation);

/** The shop page around this one hears that it is here: a frame that was refused says nothing. */
const shopOrigin = new URLSearchParams(location.search).get("origin");
if (window.parent !== window && shopOrigin) window.parent.postMessage({ type: "refundbot:here" }, shopOrigin);
