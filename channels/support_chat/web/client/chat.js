// The chat page's start: the frame first, the conversation's code after the first paint.
import { byId, config, paintAccent, paintStatus, paintWords } from "./shell.js";
import { setLocale } from "./text.js";

const CONVERSATION = ["talk", "element", "session", "stream", "outbox", "log", "cards", "choices", "composer", "shop"];
const PAINT_SECONDS_MAX = 0.2;

function localeKept() {
  try { return JSON.parse(sessionStorage.getItem(`refundbot:${config.slug}:locale`)); } catch { return null; }
}

/** All of it is asked for at once, not one import after another. */
function loadConversation() {
  for (const name of CONVERSATION) {
    const link = Object.assign(document.createElement("link"), { rel: "modulepreload", href: new URL(`./${name}.js`, import.meta.url) });
    document.head.append(link);
  }
  import("./talk.js").then(({ talk }) => talk(), () => paintStatus("offline"));
}

const painted = new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, PAINT_SECONDS_MAX * 1000);
});

setLocale(localeKept() ?? config.locale ?? navigator.language);
paintAccent(config.accent);
paintWords();
paintStatus("connecting");
byId("composer").addEventListener("submit", (event) => event.preventDefault());
painted.then(loadConversation);
