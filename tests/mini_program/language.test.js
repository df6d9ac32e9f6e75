// Both languages, and what a choice in the midst of a talk does.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Clock, WeChat, openPage } = require("./stage/page");

const ORDER = { kind: "order", order_no: "O-1", status: "delivered", placed_at: "2026-11-01T10:00:00+08:00", title: "Tea cup", lines: 2, amount: 123456, currency: "CNY" };

function talked(...replies) {
  const wechat = new WeChat(new Clock());
  for (const reply of replies) wechat.say(reply);
  return wechat;
}

test("both languages, and the choice is told with the next message", async () => {
  const wechat = talked({ text: "您好", card: ORDER });
  const page = await openPage({ wechat, locale: "zh-CN" });
  assert.equal(wechat.wish.locale, "zh-CN");
  assert.ok(page.words.includes("已签收"));
  assert.ok(page.words.includes("2026年11月1日"));

  await page.tapOn(".language");
  await page.write("hello");

  assert.ok(page.words.includes("Delivered"));
  assert.equal(wechat.messages[0].data.locale, "en");
});

test("another language is told once it has settled, and the open question stands there once in it", async () => {
  const ASKED = { "zh-CN": "是这个订单吗？", en: "Is this the order?" };
  const wechat = talked({ text: ASKED["zh-CN"], choices: [{ label: "是", action: "order:1" }] });
  wechat.reply = ({ action }) => [{ text: ASKED[action.slice("locale:".length)], choices: [{ label: "ok", action: "order:1" }] }];
  const page = await openPage({ wechat, locale: "zh-CN" });
  const sent = () => wechat.messages.map(({ data }) => data.action);

  for (let press = 0; press < 5; press += 1) await page.tapOn(".language");
  await wechat.clock.move(1);
  assert.deepEqual(sent(), ["locale:en"]);
  assert.deepEqual(page.bubbles, [ASKED["zh-CN"], ASKED.en]);
  assert.deepEqual(page.root.data.rows.filter((row) => row.choices).map((row) => row.isActive), [false, true]);
  for (const said of [ASKED["zh-CN"], ASKED.en]) {
    await wechat.clock.move(60);
    await page.tapOn(".language");
    await wechat.clock.move(1);
    assert.deepEqual(page.bubbles, [ASKED["zh-CN"], said]);
  }

  await page.tapOn(".language");
  await page.tapOn(".language");
  await wechat.clock.move(5);

  assert.deepEqual(sent(), ["locale:en", "locale:zh-CN", "locale:en"]);
});

test("a language in which it was said already takes nothing away", async () => {
  const wechat = talked({ text: "Is this the order?", choices: [{ label: "Yes", action: "order:1" }] });
  for (let time = 0; time < 3; time += 1) wechat.say({ sender: "customer", action: "locale:en" });

  const page = await openPage({ wechat });

  assert.deepEqual(page.bubbles, ["Is this the order?"]);
  assert.deepEqual(page.root.data.rows.filter((row) => row.choices).map((row) => row.isActive), [true]);
});
