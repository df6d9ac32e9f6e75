// The only file that calls WeChat: what wx can, as promises. Everything else is given this.

const { Problem } = require("./problem");

const REQUEST_SECONDS_MAX = 15;
const UPLOAD_SECONDS_MAX = 120;

/** Noted from the start: a component may be made while the whole mini-program is in the background. */
const app = { isHidden: false };
if (typeof wx !== "undefined" && wx.onAppHide) {
  wx.onAppHide(() => { app.isHidden = true; });
  wx.onAppShow(() => { app.isHidden = false; });
}

const offline = () => new Problem(0);

function read(data) {
  if (typeof data !== "string") return data;
  try { return JSON.parse(data); } catch (_) { return null; }
}

/** A code of wx.login. Rejects with Problem 0. */
const login = () => new Promise((resolve, reject) => {
  wx.login({ success: ({ code }) => (code ? resolve(code) : reject(offline())), fail: () => reject(offline()) });
});

/** {status, body, headers}; rejects with Problem 0 where no answer came. */
const request = ({ url, method = "GET", headers = {}, json }) => new Promise((resolve, reject) => {
  wx.request({
    url, method, header: { "Content-Type": "application/json", ...headers }, data: json, dataType: "other",
    timeout: REQUEST_SECONDS_MAX * 1000,
    success: ({ statusCode, data, header }) => resolve({ status: statusCode, body: read(data), headers: header || {} }),
    fail: () => reject(offline()),
  });
});

/** As request, for a file under the name `file`; progress(percent) is told how much has gone up. */
const upload = ({ url, headers, path, progress }) => new Promise((resolve, reject) => {
  const task = wx.uploadFile({
    url, filePath: path, name: "file", header: headers, timeout: UPLOAD_SECONDS_MAX * 1000,
    success: ({ statusCode, data, header }) => resolve({ status: statusCode, body: read(data), headers: header || {} }),
    fail: () => reject(offline()),
  });
  if (task && task.onProgressUpdate) task.onProgressUpdate(({ progress: percent }) => progress(percent));
});

/** As request, for something that needs the session to be fetched; the body names its local path. */
const download = ({ url, headers }) => new Promise((resolve, reject) => {
  wx.downloadFile({
    url, header: headers,
    success: ({ statusCode, tempFilePath }) => resolve({ status: statusCode, body: { path: tempFilePath }, headers: {} }),
    fail: () => reject(offline()),
  });
});

/** A socket; tell: {open(), frame(text), close(code)}, and close is told once however it ends. */
function socket(url, tell) {
  let isOver = false;
  const task = wx.connectSocket({ url, fail: () => ended(0) });
  function ended(code) {
    if (isOver) return;
    isOver = true;
    tell.close(code);
  }
  if (task) {
    task.onOpen(() => !isOver && tell.open());
    task.onMessage(({ data }) => !isOver && tell.frame(data));
    task.onError(() => ended(0));
    task.onClose(({ code } = {}) => ended(code || 0));
  }
  return {
    send: (text) => task.send({ data: text, fail: () => ended(0) }),
    close: () => {
      ended(1000);
      if (task) task.close({ code: 1000, fail: () => {} });
    },
  };
}

/** Pictures and short videos that the user chose: [{path, size, kind}], none where they chose none. */
const choose = (count) => new Promise((resolve) => {
  wx.chooseMedia({
    count, mediaType: ["image", "video"], sizeType: ["compressed"], maxDuration: 30,
    success: ({ tempFiles }) => resolve(tempFiles.map((file) => ({
      path: file.tempFilePath, size: file.size, kind: file.fileType === "video" ? "video" : "picture", preview: file.thumbTempFilePath || file.tempFilePath,
    }))),
    fail: () => resolve([]),
  });
});

/** What the user says to each template; to be called in the handler of a tap. null where they were not asked. */
const askNotices = (templates) => new Promise((resolve) => {
  if (!wx.requestSubscribeMessage) return resolve(null);
  return wx.requestSubscribeMessage({
    tmplIds: templates,
    success: (answers) => {
      const told = templates.filter((template) => typeof answers[template] === "string");
      resolve(told.reduce((all, template) => ({ ...all, [template]: answers[template] }), {}));
    },
    fail: ({ errCode } = {}) => resolve(errCode === 20004 ? templates.reduce((all, template) => ({ ...all, [template]: "reject" }), {}) : null),
  });
});

/** Whether the user sees the component's page; one that cannot be told from others counts as the one in front. */
function isInFront(component) {
  if (app.isHidden) return false;
  const pages = typeof getCurrentPages === "function" ? getCurrentPages() : [];
  const front = pages[pages.length - 1];
  return !front || !front.getPageId || !component.getPageId || front.getPageId() === component.getPageId();
}

/** Calls back when a network is there again; gives the way to stop that. */
function onNetwork(call) {
  const heard = ({ isConnected }) => call(isConnected);
  if (!wx.onNetworkStatusChange) return () => {};
  wx.onNetworkStatusChange(heard);
  return () => wx.offNetworkStatusChange && wx.offNetworkStatusChange(heard);
}

const kept = (key) => { try { return wx.getStorageSync(key) || null; } catch (_) { return null; } };
const keep = (key, value) => { try { wx.setStorageSync(key, value); } catch (_) { /* a full store keeps nothing */ } };
const show = (paths, current) => wx.previewImage({ urls: paths, current });
const language = () => { try { return wx.getAppBaseInfo ? wx.getAppBaseInfo().language : wx.getSystemInfoSync().language; } catch (_) { return "zh_CN"; } };

module.exports = { askNotices, choose, download, isInFront, keep, kept, language, login, onNetwork, request, show, socket, upload };
