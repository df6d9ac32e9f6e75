// Nothing that is said is lost or doubled: through broken sockets, lost answers and ended sessions.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { Clock, Page, WeChat, openPage, settle, wordsOf } = require("./stage/page");

const sent = (wechat) => wechat.calls.filter(({ method, path }) => method === "POST" && path === "/messages");

async function talking() {
  const wechat = new WeChat(new Clock());
  wechat.say({ text: "one" });
  wechat.say({ text: "two" });
  return { wechat, page: await openPage({ wechat }) };
}

test("a broken socket is opened again after a while, from the last known place", async () => {
  const { wechat, page } = await talking();

  wechat.socket.end();
  wechat.say({ text: "three" });
  await settle();
  assert.equal(wordsOf(page.one(".status")), "Reconnecting…");
  await wechat.clock.move(2);

  assert.deepEqual(page.bubbles, ["one", "two", "three"]);
  assert.equal(wordsOf(page.one(".status")), "Connected");
});

test("tries grow further apart and are never given up", async () => {
  const { wechat, page } = await talking();
  wechat.faults.isOffline = true;
  wechat.socket.end();

  const counts = [];
  for (let minute = 0; minute < 10; minute += 1) {
    const before = wechat.calls.length;
    await wechat.clock.move(60);
    counts.push(wechat.calls.length - before);
  }
  wechat.faults.isOffline = false;
  wechat.say({ text: "three" });
  await wechat.clock.move(31);

  assert.ok(counts[0] >= 5 && counts[0] <= 12, String(counts));
  assert.ok(counts[9] >= 2 && counts[9] <= 4, String(counts));
  assert.deepEqual(page.bubbles, ["one", "two", "three"]);
});

test("a network that comes back is used at once", async () => {
  const { wechat, page } = await talking();
  wechat.faults.isOffline = true;
  wechat.socket.end();
  await wechat.clock.move(120);
  wechat.say({ text: "three" });
  wechat.faults.isOffline = false;

  wechat.network({ isConnected: true });
  await settle();

  assert.deepEqual(page.bubbles, ["one", "two", "three"]);
});

test("where no socket opens, what is said is asked for", async () => {
  const wechat = new WeChat(new Clock());
  wechat.faults.hasNoSockets = true;
  const page = await openPage({ wechat });
  await wechat.clock.move(5);

  wechat.say({ text: "one" });
  await wechat.clock.move(3);
  assert.deepEqual(page.bubbles, ["one"]);
  wechat.faults.hasNoSockets = false;
  await wechat.clock.move(70);

  assert.equal(wechat.sockets.length, 1);
  assert.equal(wordsOf(page.one(".status")), "Connected");
});

test("frames that came twice, too early or as nonsense lose and double nothing", async () => {
  const { wechat, page } = await talking();
  const { socket } = wechat;
  socket.isDead = true;
  wechat.say({ text: "three" });
  wechat.say({ text: "four" });

  for (const data of ["", "null", "{", "[]", "7", '{"type":"later"}', JSON.stringify({ type: "reply", ...wechat.said[3] }), JSON.stringify({ type: "reply", ...wechat.said[0] })]) socket.hear(data);
  await settle();

  assert.deepEqual(page.bubbles, ["one", "two", "three", "four"]);
});

test("an answer that was lost is asked for with the same id, and has one effect", async () => {
  const { wechat, page } = await talking();
  wechat.faults.lost = 2;
  wechat.socket.isDead = true;

  await page.write("my cup is broken");
  await wechat.clock.move(10);

  assert.equal(sent(wechat).length, 3);
  assert.equal(new Set(sent(wechat).map(({ data }) => data.client_id)).size, 1);
  assert.deepEqual(page.bubbles, ["one", "two", "my cup is broken", "ok"]);
});

test("an answer shows the reply at once, below what was said, before the socket brings it", async () => {
  const { wechat, page } = await talking();
  wechat.socket.isDead = true;

  await page.write("hello");
  assert.deepEqual(page.bubbles, ["one", "two", "hello", "ok"]);
  await wechat.clock.move(1);

  assert.deepEqual(page.bubbles, ["one", "two", "hello", "ok"]);
  assert.ok(page.root.data.rows.every((row) => !row.status));
});

test("without network a message waits, says so, and goes out once when it is back", async () => {
  const { wechat, page } = await talking();
  wechat.faults.isOffline = true;

  await page.write("first");
  await page.write("second");
  await wechat.clock.move(3);
  assert.deepEqual(page.bubbles, ["one", "two", "first", "second"]);
  assert.ok(page.words.includes("Waiting for the network"));
  wechat.faults.isOffline = false;
  await wechat.clock.move(40);

  assert.deepEqual(wechat.messages.map(({ data }) => data.text), ["first", "second"]);
  assert.deepEqual(page.bubbles, ["one", "two", "first", "ok", "second", "ok"]);
});

test("what was not sent when the mini-program was closed is sent when it is opened again", async () => {
  const { wechat, page } = await talking();
  wechat.faults.isOffline = true;
  await page.write("unsent");
  page.leave();
  wechat.faults.isOffline = false;

  const again = await openPage({ wechat });
  await wechat.clock.move(1);

  assert.equal(wechat.messages.length, 1);
  assert.deepEqual(again.bubbles, ["one", "two", "unsent", "ok"]);
  assert.deepEqual(wechat.kept["refundbot:c-1"], []);
});

test("a message that is refused can be sent again or discarded, and holds up nobody", async () => {
  const { wechat, page } = await talking();
  wechat.faults.statuses = [422];
  await page.write("refused");
  await page.write("taken");
  assert.deepEqual(wechat.messages.map(({ data }) => data.text), ["taken"]);
  assert.ok(wordsOf(page.one(".problem")).includes("This was not accepted."));

  await page.tapOn(".retry");
  assert.deepEqual(wechat.messages.map(({ data }) => data.text), ["taken", "refused"]);
  wechat.faults.statuses = [413];
  await page.write("too large");
  await page.tapOn(".discard");

  assert.equal(page.all(".problem").length, 0);
  assert.equal(wechat.messages.length, 2);
});

test("a conflict is sent again under an id of its own", async () => {
  const { wechat, page } = await talking();
  wechat.faults.statuses = [409];
  await page.write("again");

  await page.tapOn(".retry");

  const ids = sent(wechat).map(({ data }) => data.client_id);
  assert.equal(ids.length, 2);
  assert.notEqual(ids[0], ids[1]);
});

test("a busy server is asked again after as long as it says", async () => {
  const { wechat, page } = await talking();
  wechat.faults.statuses = [429];

  await page.write("slowly");
  await wechat.clock.move(2.9);
  assert.ok(page.words.includes("Too fast"));
  assert.equal(sent(wechat).length, 1);
  await wechat.clock.move(0.2);

  assert.deepEqual(page.bubbles, ["one", "two", "slowly", "ok"]);
});

test("a page of somebody on the way is no answer: the message is sent again and has one effect", async () => {
  const { wechat, page } = await talking();
  wechat.faults.pages = 2;
  wechat.socket.isDead = true;

  await page.write("my cup is broken");
  await wechat.clock.move(10);
  await page.write("and the plate");
  await wechat.clock.move(10);

  assert.equal(new Set(sent(wechat).map(({ data }) => data.client_id)).size, 2);
  assert.deepEqual(page.bubbles, ["one", "two", "my cup is broken", "ok", "and the plate", "ok"]);
});

test("a session that ended is replaced by another log-in, and nothing is lost", async () => {
  const { wechat, page } = await talking();
  wechat.tokens.clear();

  await page.write("still me");
  wechat.socket.end(4401);
  await wechat.clock.move(2);

  assert.equal(wechat.logins, 2);
  assert.deepEqual(page.bubbles, ["one", "two", "still me", "ok"]);
});

test("a log-in that is refused says why, and the user's tap tries again", async () => {
  const wechat = new WeChat(new Clock());
  wechat.refusesLogin = { status: 403, type: "urn:refundbot:problem:login-blocked", detail: "WeChat does not let this account log in now." };
  const page = new Page(wechat);
  await settle();
  assert.ok(wordsOf(page.one(".notice")).startsWith("WeChat does not let"));
  assert.deepEqual(page.events.filter(([name]) => name === "problem").map(([, detail]) => detail.code), ["login-blocked"]);
  await wechat.clock.move(600);
  assert.equal(wechat.logins, 1);

  wechat.refusesLogin = null;
  wechat.say({ text: "one" });
  await page.tapOn(".again");

  assert.deepEqual(page.bubbles, ["one"]);
});

test("a page that is left stops everything", async () => {
  const { wechat, page } = await talking();

  page.leave();
  const before = wechat.calls.length;
  await wechat.clock.move(600);

  assert.equal(wechat.calls.length, before);
  assert.equal(wechat.socket.isOpen, false);
});
