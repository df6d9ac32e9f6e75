// A choice of language that is told by itself: it says nothing else, and what it led to stands in the log once. Pure.

const TOGETHER_SECONDS = 2;
const NAMES = { "zh-CN": "中文", en: "English" };

const speaking = (locale) => ({ action: `locale:${locale}`, label: NAMES[locale] });

const isSpeaking = (action) => /^locale:/.test(action || "");

/** Without the choices themselves, and without the answers to all of them but the last in a row. */
function withoutSpoken(replies) {
  const shown = [];
  let spoken = null;
  for (const reply of replies) {
    if (isSpeaking(reply.action)) {
      while (spoken && shown.length > spoken.from && isAnswer(shown[shown.length - 1], spoken.at)) shown.pop();
      spoken = { from: shown.length, at: reply.at };
    } else {
      if (reply.sender === "customer") spoken = null;
      shown.push(reply);
    }
  }
  return shown;
}

const isAnswer = ({ sender, at }, since) => sender !== "agent" && Date.parse(at) - Date.parse(since) <= TOGETHER_SECONDS * 1000;

module.exports = { isSpeaking, speaking, withoutSpoken };
