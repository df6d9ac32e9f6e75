// A user of the component at a real server: asks for a refund by tapping, and tells as JSON what they saw.
// Standard input: {server, shop, account, identity, order_no, codes, files}.
const path = require("node:path");
const { simulate } = require("./stage/dom");
const { Phone } = require("./stage/network");

const CLIENT = path.resolve(__dirname, "../../channels/mini_program/client");
const SECONDS_MAX = 60;
const WISHES = ["order:", "line:", "lines:all", "reason:no_longer_wanted", "evidence:skip", "remedy:refund_only", "offer:", "resolution:original_route", "confirm:yes"];

class User {
  constructor(given) {
    this.phone = new Phone(given);
    globalThis.wx = this.phone.wx;
    const { server, shop, account, identity, order_no: orderNo } = given;
    this.page = simulate.render(simulate.load(path.join(CLIENT, "refundbot-chat/refundbot-chat")), { server, shop, account, identity, orderNo });
    this.waiting = new Set();
    const { instance } = this.page;
    const paint = instance.setData.bind(instance);
    instance.setData = (change) => {
      paint(change);
      for (const look of this.waiting) look();
    };
    this.page.attach(document.createElement("div"));
  }

  get rows() { return this.page.data.rows.filter((row) => row.kind === "message"); }

  /** Until the page shows something of which this holds. */
  until(what, holds) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${what}: ${JSON.stringify(this.rows.map((row) => row.text))}`)), SECONDS_MAX * 1000);
      const look = () => {
        const found = holds();
        if (!found) return;
        this.waiting.delete(look);
        clearTimeout(late);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  /** The newest question that can be answered; of offers the one that pays back the way it was paid. */
  question() {
    const open = [...this.rows].reverse().filter((row) => row.choices && row.isActive);
    return open.find(({ card }) => card && card.title === "Original payment method") || open[0];
  }

  /** Taps in its handler, as WeChat wants it. */
  take(choice) {
    this.phone.isTapping = true;
    this.page.instance.onChoice({ detail: choice });
    this.phone.isTapping = false;
  }

  /** Answers the question with what is wished; everything of a list. */
  answer({ choices: { rows, buttons } }) {
    if (rows.length) return this.take({ action: rows.map((row) => row.code + (row.hasQuantity ? `*${row.most}` : "")).join("+"), label: "all" });
    for (const wish of WISHES) {
      const found = buttons.find(({ action }) => action.startsWith(wish) && !action.endsWith(":decline"));
      if (found) return this.take(found);
    }
    throw new Error(`nothing to take: ${JSON.stringify(buttons)}`);
  }

  async refund() {
    this.take({ action: "start:refund", label: "Ask for a refund" });
    for (let turn = 0; turn < 12; turn += 1) {
      const before = this.rows.length;
      const seen = await this.until("an answer", () => this.rows.length > before - 1 && (this.submitted() || this.question()));
      if (this.submitted()) return;
      this.answer(seen);
      const { key } = seen;
      await this.until("the question to be over", () => this.rows.some((row) => row.key === key && !row.isActive));
    }
  }

  submitted() { return this.rows.find((row) => row.card && ["case", "refund"].includes(row.card.kind)); }
}

async function main(given) {
  const user = new User(given);
  const { page } = user;
  await user.until("a connection", () => page.data.connection === "connected");
  if (given.files) {
    page.instance.onAttach();
    await user.until("an upload", () => page.data.tray.some((item) => item.isDone));
    page.instance.onSend();
    await user.until("the picture", () => user.rows.some((row) => row.pictures.length && !row.clientId));
  }
  page.triggerPageLifeTime("hide");
  page.triggerPageLifeTime("show");
  await user.until("a connection again", () => page.data.connection === "connected");
  await user.refund();
  const { state } = page.instance._talk;
  const told = { seqs: state.replies.map(({ seq }) => seq), texts: user.rows.map((row) => row.text), asked: user.phone.asked, sockets: user.phone.sockets.length, events: page.data.problem };
  process.stdout.write(JSON.stringify(told), () => process.exit(0));
}

let written = "";
process.stdin.on("data", (part) => { written += part; });
process.stdin.on("end", () => main(JSON.parse(written)).catch((error) => {
  process.stderr.write(String(error.stack));
  process.exit(1);
}));
