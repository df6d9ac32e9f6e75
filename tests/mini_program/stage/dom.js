// A document for miniprogram-simulate, which then renders components without WeChat.
const { JSDOM } = require("jsdom");

const { window } = new JSDOM("<html><body></body></html>", { pretendToBeVisual: true });
const names = ["document", "navigator", "Node", "HTMLElement", "Event", "CustomEvent", "MutationObserver", "getComputedStyle", "requestAnimationFrame"];
Object.defineProperty(globalThis, "window", { value: window, configurable: true, writable: true });
for (const name of names) Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });

module.exports = { simulate: require("miniprogram-simulate") };
