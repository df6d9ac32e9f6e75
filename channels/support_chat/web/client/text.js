// Every sentence of the chat page, by locale. {name} is filled in.
const CHINESE = {
  title: "{merchant} 在线客服", comma: "，", merchant: "在线客服", log: "对话内容", close: "关闭对话",
  language: "EN", languageLabel: "Switch to English", languages: "语言",
  hours: "人工客服时间：{hours}", closed: "现在是非工作时间，人工客服 {back} 回来。智能助手随时为您服务。", closedLong: "人工客服现在不在。智能助手随时为您服务。",
  staffBack: "人工 {back} 回来", staffBackLong: "智能助手在线", waitingBack: "已为您保留，人工 {back} 回来", waitingBackLong: "已为您保留，等人工回来",
  human: "转人工", humanLabel: "转人工客服", restart: "重新开始",
  connecting: "连接中…", connected: "已连接", reconnecting: "正在重新连接…", offline: "网络已断开", ended: "对话已结束",
  placeholder: "输入消息…", input: "消息", send: "发送", attach: "添加图片或视频",
  counter: "还可以输入 {left} 个字", tooLong: "超出 {over} 个字",
  you: "我", bot: "智能助手", agent: "客服", system: "通知",
  typing: "正在输入…", newer: "有新消息", today: "今天", yesterday: "昨天",
  welcomeTitle: "您好，需要什么帮助？", welcomeText: "先由智能助手为您解答，您可以随时转人工。",
  startRefund: "申请退款", refundStatus: "退款进度", refundStatusText: "我的退款到哪一步了？",
  sending: "发送中", held: "还没有发送", busy: "服务繁忙，稍后自动重试", waiting: "等待网络，恢复后自动发送", failed: "未发送", retry: "重试", discard: "放弃",
  error: "这条消息没有发送成功。", errorBusy: "服务暂时不可用，这条消息还没有送达。", error409: "这条消息和之前发出的内容冲突，没有再次发送。", error413: "内容太大。", error422: "内容不符合要求。",
  error429: "发送太快，稍后自动重试", expired: "登录信息已过期，请回到店铺页面重新打开对话。",
  sessionEnded: "对话已过期。", newChat: "开始新对话", refused: "无法打开对话，请稍后再试。", missing: "没有找到这家店铺。",
  withAgent: "客服 {name} 为您服务", waitingForPerson: "正在为您转接人工客服", withBot: "智能助手继续为您服务", withPerson: "人工客服为您服务",
  picture: "图片", video: "视频", pictures: "待发送的图片和视频", remove: "移除 {name}", uploading: "正在上传 {name}", uploaded: "{name} 已上传",
  pictureKind: "只支持 JPEG、PNG、WebP 图片和 MP4、WebM、MOV 视频。", pictureSize: "图片不能超过 {max} MB。", videoSize: "视频不能超过 {max} MB。", pictureEmpty: "文件是空的。", ofFile: "{name}：{problem}",
  pictureCount: "一次最多 {max} 个文件。", cancelUpload: "取消上传 {name}",
  pictureFailed: "{name} 上传失败", pictureRefused: "无法识别这个文件，请换一个。",
  rating: "服务评价", ratingCase: "这次售后处理得怎么样？", ratingTalk: "这次服务怎么样？", ratingScore: "{n} 分，{word}", ratingWords: "想说的话（可不填）",
  rating1: "很不满意", rating2: "不满意", rating3: "一般", rating4: "满意", rating5: "很满意", ratingSend: "提交评价", ratingLater: "不评价", ratingThanks: "感谢您的评价！", ratingFailed: "没有提交成功，请重试。",
  quantity: "数量", less: "减少 {name} 的数量", more: "增加 {name} 的数量", ofQuantity: "共 {max} 件", selected: "已选 {n} 项", chooseSome: "请选择",
  submitSelection: "确定", code: "6 位验证码", codeAgainIn: "{label}（{seconds} 秒）", moneyConfirm: "请核对金额", options: "选项",
  orderNo: "订单号", placed: "下单", pieces: "{n} 件商品", caseNo: "售后单号", refundNo: "退款单号", destination: "退回", until: "有效期至",
  order: "订单", case: "售后", offer: "方案", refund: "退款",
  orderStates: { unpaid: "待付款", deposit_paid: "已付定金", paid: "待发货", part_shipped: "部分发货", shipped: "已发货", delivered: "已签收", completed: "已完成", cancelled: "已取消" },
  caseStates: { collecting: "填写中", offered: "等您选择", stopping: "拦截包裹中", under_review: "审核中", awaiting_customer: "等您补充", awaiting_return: "等您寄回", inspecting: "验货中", awaiting_finance: "财务处理中", refunding: "退款处理中", refunded: "已退款", replacing: "换货处理中", compensated: "已补偿", rejected: "未通过", withdrawn: "已撤销", failed: "人工处理中" },
  refundStates: { created: "已受理", sending: "处理中", pending: "确认中", succeeded: "已退款", failed: "人工处理中", closed: "已关闭" },
  resolutions: { original_route: "原路退回", balance: "退到余额", coupon: "优惠券", exchange: "换货", expedite: "加急配送", keep_item_partial: "留下商品，部分退款" },
};

const ENGLISH = {
  title: "{merchant} support chat", comma: ", ", merchant: "Support chat", log: "Conversation", close: "Close chat",
  language: "中文", languageLabel: "切换到中文", languages: "Language",
  hours: "Staff hours: {hours}", closed: "Our staff are back {back}. The assistant answers at all hours.", closedLong: "Our staff are not here now. The assistant answers at all hours.",
  staffBack: "Staff back {back}", staffBackLong: "The assistant is here", waitingBack: "Kept for you · staff back {back}", waitingBackLong: "Kept for you until staff are back",
  human: "Person", humanLabel: "Talk to a person", restart: "Start over",
  connecting: "Connecting…", connected: "Connected", reconnecting: "Reconnecting…", offline: "You are offline", ended: "Chat ended",
  placeholder: "Write a message…", input: "Message", send: "Send", attach: "Add pictures or videos",
  counter: "{left} characters left", tooLong: "{over} characters too long",
  you: "You", bot: "Assistant", agent: "Support", system: "Notice",
  typing: "typing…", newer: "New messages", today: "Today", yesterday: "Yesterday",
  welcomeTitle: "Hello, how can we help?", welcomeText: "An automated assistant answers first. You can ask for a person at any time.",
  startRefund: "Ask for a refund", refundStatus: "Refund status", refundStatusText: "Where is my refund?",
  sending: "Sending", held: "Not sent yet", busy: "The service is busy; it will be sent in a moment", waiting: "Waiting for the network; it will be sent by itself", failed: "Not sent", retry: "Try again", discard: "Discard",
  error: "This message could not be sent.", errorBusy: "The service is not available now; this message has not arrived.", error409: "This message conflicts with one already sent, so it was not sent again.", error413: "This is too large.", error422: "This was not accepted.",
  error429: "Too fast; it will be sent in a moment", expired: "Your sign-in has expired. Please open the chat again from the shop page.",
  sessionEnded: "This chat has expired.", newChat: "Start a new chat", refused: "The chat could not be opened. Please try again later.", missing: "This shop was not found.",
  withAgent: "{name} is with you now", waitingForPerson: "Passing you to a person", withBot: "The assistant is back with you", withPerson: "A person is with you now",
  picture: "Picture", video: "Video", pictures: "Pictures and videos to send", remove: "Remove {name}", uploading: "Uploading {name}", uploaded: "{name} uploaded",
  pictureKind: "Only JPEG, PNG and WebP pictures and MP4, WebM and MOV videos can be sent.", pictureSize: "A picture can have up to {max} MB.", videoSize: "A video can have up to {max} MB.", pictureEmpty: "The file is empty.", ofFile: "{name}: {problem}",
  pictureCount: "Up to {max} files at a time.", cancelUpload: "Cancel the upload of {name}",
  pictureFailed: "{name} could not be uploaded", pictureRefused: "This file could not be read. Please try another.",
  rating: "Rating", ratingCase: "How was this request handled?", ratingTalk: "How was this chat?", ratingScore: "{n} of 5, {word}", ratingWords: "In your words (optional)",
  rating1: "very bad", rating2: "bad", rating3: "so-so", rating4: "good", rating5: "very good", ratingSend: "Send rating", ratingLater: "No rating", ratingThanks: "Thank you for your rating!", ratingFailed: "It could not be sent. Please try again.",
  quantity: "Quantity", less: "Fewer of {name}", more: "More of {name}", ofQuantity: "of {max}", selected: "{n} chosen", chooseSome: "Please choose",
  submitSelection: "Continue", code: "6-digit code", codeAgainIn: "{label} ({seconds} s)", moneyConfirm: "Please check the amount", options: "Options",
  orderNo: "Order", placed: "Placed", pieces: { one: "{n} item", other: "{n} items" }, caseNo: "Case", refundNo: "Refund no.", destination: "Goes to", until: "Valid until",
  order: "Order", case: "Case", offer: "Option", refund: "Refund",
  orderStates: { unpaid: "Not paid", deposit_paid: "Deposit paid", paid: "Preparing", part_shipped: "Partly shipped", shipped: "Shipped", delivered: "Delivered", completed: "Completed", cancelled: "Cancelled" },
  caseStates: { collecting: "In progress", offered: "Your choice", stopping: "Stopping the parcel", under_review: "Under review", awaiting_customer: "Waiting for you", awaiting_return: "Waiting for the return", inspecting: "Being inspected", awaiting_finance: "With finance", refunding: "Refund in progress", refunded: "Refunded", replacing: "Replacement on its way", compensated: "Compensated", rejected: "Not approved", withdrawn: "Withdrawn", failed: "With our staff" },
  refundStates: { created: "Accepted", sending: "In progress", pending: "Being confirmed", succeeded: "Refunded", failed: "With our staff", closed: "Closed" },
  resolutions: { original_route: "Original payment method", balance: "Shop balance", coupon: "Coupon", exchange: "Exchange", expedite: "Faster delivery", keep_item_partial: "Keep the item, partial refund" },
};

const CATALOGUES = { "zh-CN": CHINESE, en: ENGLISH };
let locale = "zh-CN";

export const currentLocale = () => locale;

export function setLocale(wanted) {
  locale = /^en/i.test(wanted || "") ? "en" : "zh-CN";
}

export function text(key, values = {}) {
  const found = CATALOGUES[locale][key] || key;
  const sentence = found.other ? found[new Intl.PluralRules(locale).select(values.n)] || found.other : found;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => (values[name] === undefined || values[name] === null ? "" : values[name]));
}

/** The word for a code of a closed list (a state, a resolution); an unknown code is shown as it is. */
export const word = (list, code) => CATALOGUES[locale][list][code] || String(code || "").replace(/_/g, " ");

/** An amount of minor units; the currency itself knows how many decimals it has. */
export function money(minor, currency) {
  try {
    const format = new Intl.NumberFormat(locale, { style: "currency", currency });
    return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
  } catch {
    return `${minor} ${currency}`;
  }
}

// The merchant's time zone: what the assistant writes and what a card shows is the same day and hour, wherever the reader is.
let timeZone;

export function setTimeZone(zone) {
  try {
    timeZone = new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch { /* a zone that this browser does not know: its own */ }
}

const moment = (at, options) => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(date);
};
export const clock = (at) => moment(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const shortDay = (at) => moment(at, { year: "numeric", month: "short", day: "numeric" });
export const dayAndClock = (at, timeZone) => moment(at, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
export const weekdayAndClock = (at, timeZone) => moment(at, { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });

export function dayName(at) {
  const day = shortDay(at);
  if (day === shortDay(Date.now())) return text("today");
  if (day === shortDay(Date.now() - 864e5)) return text("yesterday");
  return moment(at, { month: "long", day: "numeric", weekday: "short" });
}
