// Pictures, and the notices that are asked for when a refund is submitted.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Clock, WeChat, openPage, settle, wordsOf } = require("./stage/page");

const CONFIRM = { text: "Refund ¥59.00?", choices: [{ label: "Confirm", action: "confirm:yes" }, { label: "No", action: "confirm:no" }] };
const picture = (name, size = 500) => ({ tempFilePath: `wxfile://${name}`, size, fileType: "image" });

async function asked(...replies) {
  const wechat = new WeChat(new Clock());
  for (const reply of replies) wechat.say(reply);
  return { wechat, page: await openPage({ wechat }) };
}

test("the tap that submits a refund asks for notices, and the answer is told to the server", async () => {
  const { wechat, page } = await asked(CONFIRM);

  await page.tap(page.button("Confirm"));

  assert.deepEqual(wechat.asked, [["tpl"]]);
  assert.deepEqual(wechat.notices, [{ tpl: "accept" }]);
  assert.deepEqual(wechat.messages.map(({ data }) => data.action), ["confirm:yes"]);
  assert.deepEqual(page.events.filter(([name]) => name === "notices").map(([, detail]) => detail.answers), [{ tpl: "accept" }]);
});

test("a no is told too, and the refund is submitted all the same", async () => {
  const { wechat, page } = await asked(CONFIRM);
  wechat.answers = { tpl: "reject" };

  await page.tap(page.button("Confirm"));

  assert.deepEqual(wechat.notices, [{ tpl: "reject" }]);
  assert.equal(wechat.messages.length, 1);
});

test("who has switched all notices off has said no; another fault says nothing", async () => {
  const { wechat, page } = await asked(CONFIRM);
  wechat.subscribeError = 20004;
  await page.tap(page.button("Confirm"));
  const other = await asked(CONFIRM);
  other.wechat.subscribeError = 10005;
  await other.page.tap(other.page.button("Confirm"));

  assert.deepEqual([wechat.notices, other.wechat.notices], [[{ tpl: "reject" }], []]);
  assert.deepEqual([wechat.messages.length, other.wechat.messages.length], [1, 1]);
});

test("nothing is asked at any other tap, nor where the shop has no template", async () => {
  const { wechat, page } = await asked(CONFIRM);
  await page.tap(page.button("No"));
  const bare = new WeChat(new Clock());
  bare.templates = [];
  bare.say(CONFIRM);
  const other = await openPage({ wechat: bare });
  await other.tap(other.button("Confirm"));

  assert.deepEqual([...wechat.asked, ...bare.asked], []);
});

test("one refund asks once; the next one asks again", async () => {
  const skip = { text: "Pictures?", choices: [{ label: "None", action: "evidence:skip" }] };
  const { wechat, page } = await asked(skip);
  wechat.reply = ({ action }) => (action === "evidence:skip" ? [CONFIRM] : [{ text: "done", choices: [{ label: "Another", action: "start:refund" }] }]);

  await page.tap(page.button("None"));
  await page.tap(page.button("Confirm"));
  assert.equal(wechat.asked.length, 1);
  wechat.reply = () => [CONFIRM];
  await page.tap(page.button("Another"));
  await page.tap(page.button("Confirm"));

  assert.equal(wechat.asked.length, 2);
});

test("pictures go up and are sent with the words", async () => {
  const { wechat, page } = await asked({ text: "Show it" });
  wechat.chosen = [picture("a.jpg"), picture("b.jpg")];

  await page.tapOn(".attach");
  await settle();
  assert.deepEqual(wechat.uploads, ["wxfile://a.jpg", "wxfile://b.jpg"]);
  await page.write("broken here");

  assert.deepEqual(wechat.messages[0].data.attachments, ["att-1", "att-2"]);
  assert.equal(wechat.messages[0].data.text, "broken here");
  assert.equal(page.all(".item").length, 0);
  assert.deepEqual(page.root.data.rows.find((row) => row.text === "broken here").pictures.map(({ path }) => path), ["wxfile://att-1", "wxfile://att-2"]);
});

test("pictures alone can be sent, but not before they are up", async () => {
  const { wechat, page } = await asked({ text: "Show it" });
  wechat.chosen = [picture("a.jpg")];
  await page.tapOn(".send");
  await page.tapOn(".attach");
  await settle();

  await page.tapOn(".send");

  assert.deepEqual(wechat.messages.map(({ data }) => [data.text, data.attachments]), [[undefined, ["att-1"]]]);
});

test("an upload that failed says so, is tried again by a tap, and can be taken away", async () => {
  const { wechat, page } = await asked({ text: "Show it" });
  wechat.chosen = [picture("a.jpg")];
  wechat.faults.upload = 503;
  await page.tapOn(".attach");
  await settle();
  assert.equal(wordsOf(page.one(".item .why")), "Upload failed");

  wechat.faults.upload = 0;
  await page.tapOn(".upload-again");
  assert.deepEqual(wechat.uploads, ["wxfile://a.jpg"]);
  await page.tapOn(".remove");

  assert.equal(page.all(".item").length, 0);
});

test("an upload that the network broke goes on by itself when there is one again, and by a tap before", async () => {
  const { wechat, page } = await asked({ text: "Show it" });
  wechat.chosen = [picture("a.jpg")];
  wechat.faults.isOffline = true;
  await page.tapOn(".attach");
  await settle();
  assert.equal(page.all(".upload-again").length, 1);

  wechat.faults.isOffline = false;
  wechat.network({ isConnected: true });
  await settle();

  assert.deepEqual(wechat.uploads, ["wxfile://a.jpg"]);
  assert.equal(page.all(".item .why").length, 0);
});

test("an upload that the session's end refused can be tried again", async () => {
  const { wechat, page } = await asked({ text: "Show it" });
  wechat.chosen = [picture("a.jpg")];
  wechat.faults.upload = 401;
  await page.tapOn(".attach");
  await settle();

  wechat.faults.upload = 0;
  await page.tapOn(".upload-again");

  assert.deepEqual(wechat.uploads, ["wxfile://a.jpg"]);
});

test("a picture that did not come says so, is fetched again by a tap, and when the page comes back", async () => {
  const wechat = new WeChat(new Clock());
  wechat.say({ text: "", sender: "customer", attachments: ["att-1", "att-2"] });
  wechat.faults.downloads = 503;
  const page = await openPage({ wechat });
  await settle();
  assert.equal(page.all(".picture.lost").length, 2);
  assert.equal(wordsOf(page.one(".picture-again")), "Try again");
  await wechat.clock.move(600);
  assert.deepEqual(wechat.downloads, ["att-1", "att-2"]);

  wechat.faults.downloads = 0;
  await page.tapOn(".picture-again");
  assert.equal(page.all(".picture.lost").length, 1);
  await page.hide();
  await page.show();

  assert.equal(page.all(".picture.lost").length, 0);
  assert.deepEqual(wechat.downloads, ["att-1", "att-2", "att-1", "att-2"]);
});

test("a picture of an ended session is fetched with the next one", async () => {
  const { wechat, page } = await asked({ text: "Show it" });
  wechat.tokens.clear();

  wechat.say({ text: "", sender: "agent", attachments: ["att-3"] });
  await settle();

  assert.equal(page.all(".picture.lost").length, 0);
  assert.equal(wechat.logins, 2);
});

test("a picture that is too large or unreadable is told and not sent", async () => {
  const { wechat, page } = await asked({ text: "Show it" });
  wechat.chosen = [picture("large.jpg", 2000)];
  await page.tapOn(".attach");
  await settle();
  assert.deepEqual(wechat.uploads, []);
  assert.ok(wordsOf(page.one(".item .why")).startsWith("Too large"));

  wechat.chosen = [picture("odd.jpg")];
  wechat.faults.upload = 415;
  await page.tapOn(".attach");
  await settle();

  assert.ok(page.words.includes("Could not be read"));
  assert.equal(page.all(".upload-again").length, 0);
  assert.equal(page.all(".send.off").length, 1);
});

test("a picture in the conversation is fetched with the session and opens large", async () => {
  const { wechat, page } = await asked({ text: "", sender: "customer", attachments: ["att-9"] });
  await settle();

  await page.tapOn(".picture");

  assert.deepEqual(wechat.previews, [{ urls: ["wxfile://att-9"], current: "wxfile://att-9" }]);
});
