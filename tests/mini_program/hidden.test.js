// The page in the background: nothing is asked there, nothing is lost meanwhile.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Clock, WeChat, app, openPage, settle } = require("./stage/page");

const texts = (wechat) => wechat.said.map(({ text }) => text);

async function talking() {
  const wechat = new WeChat(new Clock());
  wechat.say({ text: "one" });
  wechat.say({ text: "two" });
  return { wechat, page: await openPage({ wechat }) };
}

test("what was said while the phone was in the background comes once, in order", async () => {
  const { wechat, page } = await talking();

  await page.hide();
  wechat.say({ text: "three" });
  for (let number = 4; number < 12; number += 1) wechat.say({ text: `more ${number}` });
  await wechat.clock.move(60);
  assert.deepEqual(page.bubbles, ["one", "two"]);
  await page.show();

  assert.deepEqual(page.bubbles, texts(wechat));
  assert.equal(wechat.sockets.length, 2);
  assert.equal(wechat.socket.after, 11);
});

test("in the background nothing is asked and no socket stays open", async () => {
  const { wechat, page } = await talking();

  await page.hide();
  const before = wechat.calls.length;
  await wechat.clock.move(3600);

  assert.equal(wechat.calls.length, before);
  assert.ok(wechat.sockets.every((socket) => !socket.isOpen));
});

test("a network that comes back while the page is hidden starts nothing before the page is shown", async () => {
  const { wechat, page } = await talking();
  await page.hide();
  const before = wechat.calls.length;

  wechat.network({ isConnected: true });
  await wechat.clock.move(60);
  assert.equal(wechat.calls.length, before);
  assert.equal(wechat.sockets.length, 1);
  wechat.say({ text: "three" });
  await page.show();

  assert.deepEqual(page.bubbles, ["one", "two", "three"]);
});

test("another person on a hidden page is talked with when it is shown", async () => {
  const { wechat, page } = await talking();
  await page.hide();
  const before = wechat.logins;

  page.root.instance.identify("another");
  await wechat.clock.move(60);
  assert.equal(wechat.logins, before);
  await page.show();

  assert.equal(wechat.wish.identity, "another");
  assert.deepEqual(page.bubbles, ["one", "two"]);
});

test("a component that is put on a page in the background waits until that page is shown", async (context) => {
  context.after(() => { delete globalThis.getCurrentPages; });
  globalThis.getCurrentPages = () => [{ getPageId: () => "page-1" }, { getPageId: () => "page-2" }];
  const wechat = new WeChat(new Clock());
  wechat.say({ text: "one" });
  const page = await openPage({ wechat });
  await wechat.clock.move(60);
  assert.equal(wechat.logins, 0);

  await page.show();

  assert.deepEqual(page.bubbles, ["one"]);
});

test("a component that is made while the mini-program is in the background waits until it is back", async () => {
  const wechat = new WeChat(new Clock());
  wechat.say({ text: "one" });
  app.hide();
  const page = await openPage({ wechat });
  await wechat.clock.move(60);
  assert.equal(wechat.logins, 0);

  app.show();
  await page.show();

  assert.deepEqual(page.bubbles, ["one"]);
});

test("a socket that died without a word is replaced when the page comes back", async () => {
  const { wechat, page } = await talking();
  wechat.socket.isDead = true;
  wechat.say({ text: "unheard" });
  await settle();
  assert.deepEqual(page.bubbles, ["one", "two"]);

  await page.hide();
  await page.show();

  assert.deepEqual(page.bubbles, ["one", "two", "unheard"]);
});
