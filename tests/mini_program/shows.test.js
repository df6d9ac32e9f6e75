// What the page shows of a conversation, and what its buttons say.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Clock, WeChat, openPage, settle, wordsOf } = require("./stage/page");

const ORDER = { kind: "order", order_no: "O-1", status: "delivered", placed_at: "2026-11-01T10:00:00+08:00", title: "Tea cup", lines: 2, amount: 123456, currency: "CNY" };
const LINES = [
  { label: "Cup × 3", action: "line:1*3" },
  { label: "Pot", action: "line:2" },
  { label: "Back", action: "back" },
];

function talked(...replies) {
  const wechat = new WeChat(new Clock());
  for (const reply of replies) wechat.say(reply);
  return wechat;
}

const attribute = (element, name) => (element.toJSON().attrs.find((one) => one.name === name) || {}).value;

test("messages of all senders are shown in order, with the day and their time", async () => {
  const page = await openPage({
    wechat: talked({ text: "Hello" }, { sender: "customer", text: "Hi" }, { sender: "agent", agent: "Li", text: "I am here" }, { sender: "system", text: "A notice" }),
  });

  assert.deepEqual(page.bubbles, ["Hello", "Hi", "I am here", "A notice"]);
  assert.equal(wordsOf(page.one(".day")), "Today");
  assert.equal(wordsOf(page.one(".from")), "Support Li");
  assert.equal(page.all(".message.customer").length, 1);
  assert.equal(attribute(page.one(".message.agent"), "ariaLabel"), "Support Li, I am here");
});

test("an empty conversation welcomes and starts with a tap", async () => {
  const wechat = talked();
  const page = await openPage({ wechat });

  await page.tapOn(".start");

  assert.equal(wechat.messages[0].data.action, "start:refund");
  assert.equal(page.all(".welcome").length, 0);
});

for (const [card, words] of [
  [ORDER, ["Tea cup", "Delivered", "CN¥1,234.56", "2 items", "O-1", "Nov 1, 2026"]],
  [{ kind: "case", case_no: "C-7", order_no: "O-1", state: "under_review", amount: 5900, currency: "CNY" }, ["Case", "Under review", "CN¥59.00", "C-7"]],
  [{ kind: "offer", offer_id: "f", resolution: "balance", amount: 6200, currency: "CNY", expires_at: "2026-11-21T12:00:00Z", text: "with a bonus" }, ["Shop balance", "CN¥62.00", "with a bonus", "Valid until"]],
  [{ kind: "refund", refund_no: "R-1", case_no: "C-7", amount: 1200, currency: "JPY", destination: "WeChat Pay", state: "succeeded" }, ["Refund", "Refunded", "¥1,200", "WeChat Pay"]],
]) {
  test(`a card of an ${card.kind} says what it is about`, async () => {
    const page = await openPage({ wechat: talked({ text: "See", card }) });
    const [shown] = page.nested(".card");

    for (const word of words) assert.ok(wordsOf(shown).includes(word), `${word} in ${wordsOf(shown)}`);
    assert.equal(attribute(shown, "ariaRole"), "group");
    assert.ok(attribute(shown, "ariaLabel").includes(words[0]));
  });
}

test("a card of a kind that is unknown is left out and its text says it", async () => {
  const page = await openPage({ wechat: talked({ text: "Something new", card: { kind: "parcel" } }) });

  assert.equal(page.nested(".card").length, 0);
  assert.deepEqual(page.bubbles, ["Something new"]);
});

test("a tap on a button sends its action once and the old question is over", async () => {
  const wechat = talked({ text: "What?", choices: [{ label: "Damaged", action: "reason:damaged" }, { label: "Other", action: "reason:other" }] });
  const page = await openPage({ wechat });
  const button = page.button("Damaged");

  await page.tap(button);
  await page.tap(button);

  assert.deepEqual(wechat.messages.map(({ data }) => data.action), ["reason:damaged"]);
  assert.deepEqual(page.bubbles, ["What?", "Damaged", "ok"]);
  assert.equal(page.nested(".choice.off").length, 2);
});

test("several lines are taken together, each with its number of pieces", async () => {
  const wechat = talked({ text: "Which?", choices: LINES, select: { min: 1, max: 2 } });
  const page = await openPage({ wechat });
  assert.equal(page.nested(".submit.off").length, 1);

  const [cup, pot] = page.nested(".take");
  await page.tap(cup);
  await page.tap(page.nested(".less")[0]);
  await page.tap(pot);
  assert.equal(wordsOf(page.nested(".count")[0]), "2 chosen");
  await page.tap(page.nested(".submit")[0]);

  assert.equal(wechat.messages[0].data.action, "line:1*2+line:2");
  assert.equal(page.bubbles[1], "Cup × 2, Pot");
});

test("a stepper stays between one piece and all, and a row over the most is not taken", async () => {
  const wechat = talked({ text: "Which?", choices: LINES, select: { min: 1, max: 1 } });
  const page = await openPage({ wechat });
  const [cup, pot] = page.nested(".take");

  await page.tap(page.nested(".less")[0]); // not taken yet: nothing
  await page.tap(cup);
  for (let count = 0; count < 5; count += 1) await page.tap(page.nested(".less")[0]);
  assert.equal(wordsOf(page.nested(".quantity")[0]), "1 / 3");
  for (let count = 0; count < 5; count += 1) await page.tap(page.nested(".more")[0]);
  await page.tap(pot);

  assert.equal(wordsOf(page.nested(".quantity")[0]), "3 / 3");
  assert.equal(page.nested(".taken").length, 1);
  assert.equal(attribute(cup, "ariaRole"), "checkbox");
});

test("what is taken stays taken while others speak of nothing new", async () => {
  const wechat = talked({ text: "Which?", choices: LINES, select: { min: 1, max: 2 } });
  const page = await openPage({ wechat });
  await page.tap(page.nested(".take")[0]);

  wechat.frame({ type: "typing", agent: "Li" });
  await wechat.clock.move(0);

  assert.ok(page.words.includes("Li typing…"));
  assert.equal(page.nested(".taken").length, 1);
});

test("a question about money stands out, and only the newest can be answered", async () => {
  const confirm = [{ label: "Yes", action: "confirm:yes" }, { label: "No", action: "confirm:no" }];
  const page = await openPage({ wechat: talked({ text: "Refund ¥59.00?", choices: confirm }, { text: "Refund ¥60.00?", choices: confirm }) });

  assert.equal(page.all(".confirm").length, 2);
  assert.ok(page.words.includes("Please check the amount"));
  assert.deepEqual(page.root.data.rows.filter((row) => row.choices).map((row) => row.isActive), [false, true]);
});

test("who is there is told", async () => {
  const wechat = talked({ text: "Hello" });
  const page = await openPage({ wechat });

  wechat.handOver("queue");
  await wechat.clock.move(0);
  assert.equal(wordsOf(page.one(".status")), "Passing you to a person");
  wechat.handOver("agent", "Li");
  await wechat.clock.move(0);

  assert.equal(wordsOf(page.one(".status")), "Li is with you now");
  assert.deepEqual(page.events.filter(([name]) => name === "handover").map(([, detail]) => detail.holder), ["queue", "agent"]);
});

test("who comes later, or asks in place of a socket, is told who is there", async () => {
  const wechat = talked({ text: "Hello" });
  wechat.faults.hasNoSockets = true;
  wechat.handOver("agent", "Li");
  const page = await openPage({ wechat });
  await wechat.clock.move(5);
  assert.equal(wordsOf(page.one(".status")), "Li is with you now");

  await page.hide();
  wechat.handOver("bot");
  wechat.faults.hasNoSockets = false;
  await page.show();

  assert.equal(wordsOf(page.one(".status")), "The assistant is back with you");
});

test("a hand-over between the history and the socket is not missed", async () => {
  const wechat = talked({ text: "Hello" });
  const { _connect: connect } = wechat;
  wechat._connect = (call) => {
    wechat.handOver("queue");
    return connect.call(wechat, call);
  };

  const page = await openPage({ wechat });

  assert.equal(wordsOf(page.one(".status")), "Passing you to a person");
});

test("every control has a role and a label", async () => {
  const page = await openPage({ wechat: talked({ text: "Which?", choices: LINES, select: { min: 1, max: 2 } }) });
  const tapped = [".language", ".human", ".attach", ".send"].map((selector) => page.one(selector)).concat(page.nested(".choice"), page.nested(".step"), page.nested(".take"));

  assert.equal(tapped.length, 4 + 2 + 2 + 2);
  for (const control of tapped) {
    assert.ok(["button", "checkbox"].includes(attribute(control, "ariaRole")), wordsOf(control));
    assert.ok(attribute(control, "ariaLabel"), wordsOf(control));
  }
});

test("the shop's colour is the page's, and a colour that is none changes nothing", async () => {
  const page = await openPage({ wechat: talked({ text: "Hello" }), accent: "#ffd400" });

  const usual = await openPage({ wechat: talked({ text: "Hello" }) });

  assert.equal(usual.root.data.colours.accent, "#2457c5");
  assert.equal(page.root.data.colours.accent, "#ffd400");
  assert.equal(page.root.data.colours.onAccent, "#171c26");
  page.root.setData({ accent: "url(x)" });
  assert.equal(page.root.data.colours.accent, "#2457c5");
});

test("who reads further up is not carried away, but told that there is more", async () => {
  const wechat = talked({ text: "one" }, { text: "two" });
  const page = await openPage({ wechat });
  const log = page.one(".log");
  assert.equal(page.root.data.bottom, "m2");

  log.dispatchEvent("scroll", { detail: { deltaY: 40 } });
  await settle();
  wechat.say({ text: "three" });
  await wechat.clock.move(0);
  assert.equal(page.root.data.bottom, "m2");
  await page.tapOn(".newer");
  assert.equal(page.root.data.bottom, "m3");
  wechat.say({ text: "four" });
  await wechat.clock.move(0);

  assert.equal(page.root.data.bottom, "m4");
  assert.equal(page.all(".newer").length, 0);
});

test("one's own message is always in sight", async () => {
  const wechat = talked({ text: "one" });
  const page = await openPage({ wechat });
  page.one(".log").dispatchEvent("scroll", { detail: { deltaY: 40 } });
  await settle();

  await page.write("hello");

  assert.equal(page.root.data.bottom, "m3");
});

test("of a long talk the newest part is shown, and the rest by a tap", async () => {
  const wechat = talked(...Array.from({ length: 250 }, (_, number) => ({ text: `message ${number + 1}` })));
  wechat.page = 200;
  const page = await openPage({ wechat });
  assert.equal(page.bubbles.length, 100);
  assert.equal(page.bubbles[99], "message 250");

  await page.tapOn(".earlier");
  await page.tapOn(".earlier");

  assert.equal(page.bubbles.length, 250);
  assert.equal(page.all(".earlier").length, 0);
});

test("a new message is all that the page is told of", async () => {
  const wechat = talked(...Array.from({ length: 20 }, (_, number) => ({ text: `message ${number + 1}` })));
  const page = await openPage({ wechat });
  const told = [];
  const { setData } = page.root.instance;
  page.root.instance.setData = (change) => { told.push(...Object.keys(change)); setData.call(page.root.instance, change); };

  wechat.say({ text: "one more" });
  await wechat.clock.move(0);

  assert.deepEqual(told.filter((name) => name.startsWith("rows")), ["rows[21]"]);
  assert.equal(page.bubbles[20], "one more");
});

test("the page can speak for its user, and make the talk another person's", async () => {
  const wechat = talked({ text: "Hello" });
  const page = await openPage({ wechat });
  page.root.instance.say("  where is my order  ");
  page.root.instance.say("   ");
  page.root.instance.act("human", "A person, please");
  await settle();
  assert.deepEqual(wechat.messages.map(({ data }) => data.text || data.action), ["where is my order", "human"]);

  wechat.said = [];
  wechat.conversation = "c-2";
  page.root.instance.identify("another.signed.jwt", "O-9");
  await settle();

  assert.deepEqual([wechat.wish.identity, wechat.wish.order_no, wechat.logins], ["another.signed.jwt", "O-9", 2]);
  assert.deepEqual(page.bubbles, []);
  assert.deepEqual(page.events.filter(([name]) => name === "ready").map(([, { conversation }]) => conversation), ["c-1", "c-2"]);
});
