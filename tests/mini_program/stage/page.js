// The component on a page, with a user who reads and taps.
const assert = require("node:assert/strict");
const path = require("node:path");
const { simulate } = require("./dom");
const { Clock, settle } = require("./clock");
const { WeChat } = require("./wechat");

const CLIENT = path.resolve(__dirname, "../../../channels/mini_program/client");
/** The mini-program as a whole: hide() and show() are what WeChat calls. */
const app = {};
globalThis.wx = { onAppHide: (call) => { app.hide = call; }, onAppShow: (call) => { app.show = call; } };
const chat = simulate.load(path.join(CLIENT, "refundbot-chat/refundbot-chat"));

/** The words of an element and of all below it. */
function wordsOf(component) {
  const { dom } = component;
  return dom.textContent.replace(/\s+/g, " ").trim();
}

class Page {
  constructor(wechat, properties = {}) {
    this.wechat = wechat;
    this.events = [];
    globalThis.wx = wechat.wx;
    this.root = simulate.render(chat, { server: "https://shop.example", shop: "shop", ...properties });
    this.root.instance.getPageId = () => "page-1";
    for (const name of ["ready", "problem", "case", "handover", "notices"]) this.root.addEventListener(name, ({ detail }) => this.events.push([name, detail]));
    for (const name of Object.keys(this.root.instance)) this._watch(name);
    this.root.attach(document.createElement("div"));
  }

  /** WeChat knows what is called in the handler of a tap, and what only after it. */
  _watch(name) {
    const { instance } = this.root;
    if (typeof instance[name] !== "function" || !/^on[A-Z]/.test(name) || name === "onInput") return;
    const handler = instance[name];
    instance[name] = (event) => {
      this.wechat.isTapping = true;
      handler.call(instance, event);
      this.wechat.isTapping = false;
    };
  }

  all(selector) { return this.root.querySelectorAll(selector); }

  one(selector) {
    const found = this.root.querySelector(selector);
    assert.ok(found, `nothing is ${selector} in ${this.words}`);
    return found;
  }

  get words() { return wordsOf(this.root); }

  /** The bubbles, by their sender. */
  get bubbles() { return this.root.data.rows.filter((row) => row.kind === "message").map((row) => row.text); }

  async tap(element) {
    element.dispatchEvent("tap");
    await settle();
  }

  async tapOn(selector) { await this.tap(this.one(selector)); }

  /** A button of the newest question, by its words. */
  button(label) {
    const shown = this.nested(".choice");
    const found = shown.find((one) => wordsOf(one) === label);
    assert.ok(found, `no button ${label} in ${this.words}`);
    return found;
  }

  /** Elements inside the cards and choices, the newest message's first. */
  nested(selector) {
    return [...this.all(".choices-of"), ...this.all(".card-of")].reverse().flatMap((one) => one.querySelectorAll(selector));
  }

  async write(text) {
    this.one(".draft").dispatchEvent("input", { detail: { value: text } });
    await settle();
    await this.tapOn(".send");
  }

  async hide() {
    this.root.triggerPageLifeTime("hide");
    await settle();
  }

  async show() {
    this.root.triggerPageLifeTime("show");
    await settle();
  }

  leave() { this.root.detach(); }
}

/** A page that is open and connected. */
async function openPage({ wechat = new WeChat(new Clock()), ...properties } = {}) {
  const page = new Page(wechat, properties);
  await settle();
  return page;
}

module.exports = { Clock, Page, app, WeChat, openPage, settle, wordsOf };
