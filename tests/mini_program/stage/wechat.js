// `wx` with a phone, its user and the shop's server behind it. It has state, checks what it is sent, and fails as told.
const assert = require("node:assert/strict");

const BASE = "https://shop.example/api/chat/shop";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

class WeChat {
  constructor(clock) {
    Object.assign(this, { clock, said: [], messages: [], calls: [], sockets: [], logins: 0, codes: new Set(), tokens: new Set(), kept: {}, chosen: [], uploads: [], downloads: [], asked: [], previews: [] });
    Object.assign(this, { templates: ["tpl"], notices: [], answers: { tpl: "accept" }, isTapping: false, network: () => {}, conversation: "c-1", page: 3 });
    // What goes wrong: isOffline, sockets that never open, calls that fail with a status, answers that get lost, a Wi-Fi whose own page answers.
    this.hands = { type: "handover", holder: "bot", agent: null };
    this.faults = { isOffline: false, hasNoSockets: false, statuses: [], lost: 0, pages: 0, upload: 0, downloads: 0 };
    this.reply = () => [{ text: "ok" }];
  }

  /** Somebody says something; who listens hears it. */
  say(reply) {
    const whole = { seq: this.said.length + 1, at: this.clock.iso, sender: "bot", agent: null, text: "", choices: [], select: null, card: null, ...reply };
    this.said.push(whole);
    for (const socket of this.sockets) socket.bring();
    return whole;
  }

  /** The conversation goes into other hands; who comes later is told as well. */
  handOver(holder, agent = null) {
    this.hands = { type: "handover", holder, agent };
    for (const socket of this.sockets) socket.tellHands();
  }

  frame(frame) {
    for (const socket of this.sockets.filter((one) => one.isOpen)) socket.hear(JSON.stringify(frame));
  }

  get socket() { return this.sockets[this.sockets.length - 1]; }

  get wx() {
    return {
      login: ({ success, fail }) => this._later(() => {
        if (this.faults.isOffline) return fail({});
        this.logins += 1;
        this.codes.add(`code-${this.logins}`);
        return success({ code: `code-${this.logins}` });
      }),
      request: (call) => this._later(() => this._request(call)),
      connectSocket: (call) => this._connect(call),
      uploadFile: (call) => this._upload(call),
      downloadFile: ({ url, header, success, fail }) => this._later(() => {
        this.downloads.push(url.split("/").pop());
        if (this.faults.isOffline) return fail({});
        if (!this.tokens.has(header.Authorization.slice(7))) return success({ statusCode: 401, tempFilePath: "wxfile://problem" });
        if (this.faults.downloads) return success({ statusCode: this.faults.downloads, tempFilePath: "wxfile://problem" });
        return success({ statusCode: 200, tempFilePath: `wxfile://${url.split("/").pop()}` });
      }),
      chooseMedia: ({ count, success, fail }) => this._later(() => (this.chosen.length ? success({ tempFiles: this.chosen.slice(0, count) }) : fail({}))),
      requestSubscribeMessage: ({ tmplIds, success, fail }) => {
        this.asked.push(tmplIds);
        if (!this.isTapping) return fail({ errCode: 20003, errMsg: "requestSubscribeMessage:fail can only be invoked by user TAP gesture." });
        if (this.subscribeError) return this._later(() => fail({ errCode: this.subscribeError }));
        return this._later(() => success({ errMsg: "requestSubscribeMessage:ok", ...this.answers }));
      },
      onNetworkStatusChange: (call) => { this.network = call; },
      offNetworkStatusChange: () => { this.network = () => {}; },
      getStorageSync: (key) => this.kept[key] || "",
      setStorageSync: (key, value) => { this.kept[key] = JSON.parse(JSON.stringify(value)); },
      previewImage: (shown) => this.previews.push(shown),
      getAppBaseInfo: () => ({ language: "en" }),
    };
  }

  _later(act) { setImmediate(act); }

  _request({ url, method, header, data, success, fail }) {
    const path = url.slice(BASE.length);
    assert.ok(url.startsWith(BASE), url);
    this.calls.push({ method, path, data });
    if (this.faults.isOffline) return fail({ errMsg: "request:fail" });
    const status = path.endsWith("/sessions") ? 0 : this.faults.statuses.shift();
    if (status) return success({ statusCode: status, data: JSON.stringify({ type: "urn:refundbot:problem:some", detail: "why" }), header: { "Retry-After": "3" } });
    if (this.faults.pages > 0) {
      this.faults.pages -= 1;
      return success({ statusCode: 200, data: "<html>Log in to this Wi-Fi</html>", header: {} });
    }
    const [code, body] = path.endsWith("/sessions") ? this._session(data) : this._known(method, path, header, data);
    if (method === "POST" && path === "/messages" && this.faults.lost > 0) {
      this.faults.lost -= 1;
      return fail({ errMsg: "request:fail timeout" });
    }
    return success({ statusCode: code, data: JSON.stringify(body), header: {} });
  }

  _session(data) {
    if (this.refusesLogin) return [this.refusesLogin.status, this.refusesLogin];
    assert.ok(this.codes.delete(data.code), "a code is good once");
    const token = `token-${this.logins}`;
    this.tokens.add(token);
    this.wish = data;
    return [201, { session: token, conversation: this.conversation, customer: null, expires: this.clock.at / 1000 + 86400, merchant: "Tea Shop", utc_offset_minutes: 480, templates: this.templates, limits: { picture: 1000, video: 5000 } }];
  }

  _check(header) { assert.ok(this.tokens.has(header.Authorization.slice(7)), "not signed in"); }

  _known(method, path, header, data) {
    if (!this.tokens.has(header.Authorization.slice(7))) return [401, { type: "urn:refundbot:problem:session-expired" }];
    if (path.startsWith("/messages?after=")) return [200, { messages: this.said.filter(({ seq }) => seq > Number(path.split("=")[1])).slice(0, this.page), more: this.said.length > Number(path.split("=")[1]) + this.page, handover: this.hands }];
    if (path === "/notices") {
      this.notices.push(data.answers);
      return [200, { allowed: [] }];
    }
    assert.equal(path, "/messages");
    return [200, this._take(data)];
  }

  /** The same id again has the same answer and no second effect. */
  _take(data) {
    assert.match(data.client_id, UUID);
    const before = this.messages.find((message) => message.data.client_id === data.client_id);
    if (before) return before.answer;
    this.say({ sender: "customer", text: data.text || "", action: data.action, client_id: data.client_id, attachments: data.attachments || [] });
    const replies = this.reply(data).map((reply) => this.say(reply));
    const answer = { seq: this.said.length, replies };
    this.messages.push({ data, answer });
    return answer;
  }

  _upload({ url, filePath, name, header, success, fail }) {
    assert.equal(url, `${BASE}/attachments`);
    assert.equal(name, "file");
    this._check(header);
    let told = () => {};
    this._later(() => {
      told({ progress: 50 });
      if (this.faults.isOffline) return fail({});
      if (this.faults.upload) return success({ statusCode: this.faults.upload, data: "{}" });
      this.uploads.push(filePath);
      return success({ statusCode: 201, data: JSON.stringify({ attachment: `att-${this.uploads.length}`, media_type: "image/jpeg" }) });
    });
    return { onProgressUpdate: (call) => { told = call; } };
  }

  _connect({ url, fail }) {
    if (this.faults.isOffline || this.faults.hasNoSockets) {
      this._later(() => fail({ errMsg: "connectSocket:fail" }));
      return { onOpen() {}, onMessage() {}, onError() {}, onClose() {}, send() {}, close() {} };
    }
    const socket = new Socket(this, url);
    this.sockets.push(socket);
    return socket;
  }
}

/** One socket: it brings what is said after the place that it was opened with, once the session was told. */
class Socket {
  constructor(wechat, url) {
    Object.assign(this, { wechat, after: Number(/after=(\d+)&/.exec(url)[1]), holder: /&holder=(\w+)$/.exec(url)[1], isOpen: false, isDead: false, heard: {} });
    assert.ok(url.startsWith("wss://shop.example/api/chat/shop/stream?after="));
    wechat._later(() => this.heard.open && this.heard.open());
  }

  onOpen(call) { this.heard.open = call; }
  onMessage(call) { this.hear = (data) => call({ data }); }
  onError() {}
  onClose(call) { this.heard.close = call; }

  send({ data }) {
    const token = JSON.parse(data).session;
    this.wechat._later(() => {
      if (!this.wechat.tokens.has(token)) return this.end(4401);
      this.isOpen = true;
      this.bring();
      return this.tellHands();
    });
  }

  /** Only what the phone does not know already. */
  tellHands() {
    const { hands } = this.wechat;
    if (!this.isOpen || this.isDead || hands.holder === this.holder) return;
    this.holder = hands.holder;
    this.hear(JSON.stringify(hands));
  }

  bring() {
    if (!this.isOpen || this.isDead) return;
    const { said } = this.wechat;
    for (; this.after < said.length; this.after += 1) this.hear(JSON.stringify({ type: "reply", ...said[this.after] }));
  }

  /** The network ends it, and the phone is told. */
  end(code = 1006) {
    this.isOpen = false;
    this.heard.close({ code });
  }

  close() { this.isOpen = false; }
}

module.exports = { WeChat };
