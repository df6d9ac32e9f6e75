// A choice of language that is told by itself: it says nothing else, and what it led to stands in the log once. Pure.

const TOGETHER_SECONDS = 2;
const NAMES = { "zh-CN": "中文", en: "English" };

const speaking = (locale) => ({ action: `locale:${locale}`, label: NAMES[locale] });

const isSpeaking = (action) => /^locale:/.test(action || "");

/** Without the choices themselves, and of the answers to several of them in a row only with the last one. */
function withoutSpoken(replies) {
  const shown = [];
  let told = null;
  let spoken = null;
  for (const reply of replies) {
    if (isSpeaking(reply.action)) {
      told = reply;
      continue;
    }
    if (reply.sender === "customer") told = spoken = null;
    else if (told) {
      while (spoken && shown.length > spoken.from && isAnswer(shown[shown.length - 1], spoken.at)) shown.pop();
      spoken = { from: shown.length, at: told.at };
      told = null;
    }
    shown.push(reply);
  }
  return shown;
}

const isAnswer = ({ sender, at }, since) => sender !== "agent" && Date.parse(at) - Date.parse(since) <= TOGETHER_SECONDS * 1000;

module.exports = { isSpeaking, speaking, withoutSpoken };
