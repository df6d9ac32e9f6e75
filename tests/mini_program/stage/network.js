// `wx` on a phone whose network is real: what the component asks goes to a server, and nothing is made up but the user.
const fs = require("node:fs");
const WebSocket = require("ws"); // of jsdom's own; Node's wants its own kind of events, and the document has others

class Phone {
  /** codes: what wx.login is to give, one after another; files: paths of the pictures that the user chooses. */
  constructor({ codes, files = [] }) {
    Object.assign(this, { codes: [...codes], files, asked: [], kept: {}, sockets: [], isTapping: false });
  }

  get wx() {
    return {
      login: ({ success, fail }) => setImmediate(() => (this.codes.length ? success({ code: this.codes.shift() }) : fail({}))),
      request: ({ url, method, header, data, success, fail }) => {
        const body = data === undefined ? undefined : JSON.stringify(data);
        answer(fetch(url, { method, headers: header, body }), success, fail);
      },
      uploadFile: ({ url, filePath, name, header, success, fail }) => {
        const form = new FormData();
        form.append(name, new Blob([fs.readFileSync(filePath)]), "picture.png");
        answer(fetch(url, { method: "POST", headers: header, body: form }), success, fail);
        return { onProgressUpdate() {} };
      },
      downloadFile: ({ url, header, success, fail }) => {
        fetch(url, { headers: header }).then((found) => success({ statusCode: found.status, tempFilePath: url }), fail);
      },
      connectSocket: ({ url }) => {
        const socket = new WebSocket(url);
        this.sockets.push(socket);
        return {
          onOpen: (call) => { socket.onopen = () => call(); },
          onMessage: (call) => { socket.onmessage = ({ data }) => call({ data }); },
          onError: (call) => { socket.onerror = () => call({}); },
          onClose: (call) => { socket.onclose = ({ code }) => call({ code }); },
          send: ({ data }) => socket.send(data),
          close: ({ code }) => socket.close(code),
        };
      },
      chooseMedia: ({ success }) => setImmediate(() => success({
        tempFiles: this.files.map((tempFilePath) => ({ tempFilePath, size: fs.statSync(tempFilePath).size, fileType: "image" })),
      })),
      requestSubscribeMessage: ({ tmplIds, success, fail }) => {
        if (!this.isTapping) return fail({ errCode: 20003 });
        this.asked.push(tmplIds);
        return setImmediate(() => success(tmplIds.reduce((all, template) => ({ ...all, [template]: "accept" }), {})));
      },
      onNetworkStatusChange() {},
      offNetworkStatusChange() {},
      getStorageSync: (key) => this.kept[key] || "",
      setStorageSync: (key, value) => { this.kept[key] = value; },
      previewImage() {},
      getAppBaseInfo: () => ({ language: "en" }),
    };
  }
}

function answer(asked, success, fail) {
  asked.then(async (found) => success({ statusCode: found.status, data: await found.text(), header: Object.fromEntries(found.headers) }), fail);
}

module.exports = { Phone };
