// Every sentence of the component, by language. {name} is filled in.

const CHINESE = {
  log: "对话内容", comma: "，", human: "转人工", humanLabel: "转人工客服", restart: "重新开始", language: "EN", languageLabel: "Switch to English",
  connecting: "连接中…", connected: "已连接", reconnecting: "正在重新连接…", ended: "对话已中断",
  placeholder: "输入消息…", input: "消息", send: "发送", attach: "添加图片或视频", tooLong: "超出 {over} 个字",
  you: "我", bot: "智能助手", agent: "客服", system: "通知", typing: "正在输入…", newer: "有新消息", earlier: "更早的消息", today: "今天", yesterday: "昨天",
  welcomeTitle: "您好，需要什么帮助？", welcomeText: "先由智能助手为您解答，您可以随时转人工。",
  startRefund: "申请退款", refundStatus: "退款进度", refundStatusText: "我的退款到哪一步了？",
  sending: "发送中", waiting: "等待网络，恢复后自动发送", busy: "服务繁忙，稍后自动重试", tooFast: "发送太快，稍后自动重试", held: "还没有发送", sent: "已送达",
  retry: "重试", discard: "放弃", again: "重新连接",
  error: "这条消息没有发送成功。", error409: "这条消息和之前发出的内容冲突，没有再次发送。", error413: "内容太大。", error422: "内容不符合要求。", error5xx: "服务暂时不可用，这条消息还没有送达。",
  refused: "无法打开对话，请稍后再试。",
  withAgent: "客服 {name} 为您服务", waitingForPerson: "正在为您转接人工客服", withBot: "智能助手继续为您服务", withPerson: "人工客服为您服务",
  picture: "图片", pictureLost: "图片没有加载出来", pictures: "待发送的图片和视频", remove: "移除", uploading: "正在上传", uploaded: "已上传",
  pictureSize: "图片太大，最多 {max} MB", videoSize: "视频太大，最多 {max} MB", uploadFailed: "上传失败", pictureRefused: "无法识别，请换一个",
  quantity: "数量", less: "减少 {name} 的数量", more: "增加 {name} 的数量", selected: "已选 {n} 项", chooseSome: "请选择", submitSelection: "确定",
  moneyConfirm: "请核对金额", options: "选项",
  orderNo: "订单号", placed: "下单", piece: "{n} 件商品", pieces: "{n} 件商品", caseNo: "售后单号", refundNo: "退款单号", destination: "退回", until: "有效期至",
  order: "订单", case: "售后", offer: "方案", refund: "退款",
  orderStates: { unpaid: "待付款", deposit_paid: "已付定金", paid: "待发货", part_shipped: "部分发货", shipped: "已发货", delivered: "已签收", completed: "已完成", cancelled: "已取消" },
  caseStates: { collecting: "填写中", offered: "等您选择", stopping: "拦截包裹中", under_review: "审核中", awaiting_customer: "等您补充", awaiting_return: "等您寄回", inspecting: "验货中", awaiting_finance: "财务处理中", refunding: "退款处理中", refunded: "已退款", replacing: "换货处理中", compensated: "已补偿", rejected: "未通过", withdrawn: "已撤销", failed: "人工处理中" },
  refundStates: { created: "已受理", sending: "处理中", pending: "确认中", succeeded: "已退款", failed: "人工处理中", closed: "已关闭" },
  resolutions: { original_route: "原路退回", balance: "退到余额", coupon: "优惠券", exchange: "换货", expedite: "加急配送", keep_item_partial: "留下商品，部分退款" },
};

const ENGLISH = {
  log: "Conversation", comma: ", ", human: "Person", humanLabel: "Talk to a person", restart: "Start over", language: "中文", languageLabel: "切换到中文",
  connecting: "Connecting…", connected: "Connected", reconnecting: "Reconnecting…", ended: "Chat interrupted",
  placeholder: "Write a message…", input: "Message", send: "Send", attach: "Add pictures or videos", tooLong: "{over} characters too long",
  you: "You", bot: "Assistant", agent: "Support", system: "Notice", typing: "typing…", newer: "New messages", earlier: "Earlier messages", today: "Today", yesterday: "Yesterday",
  welcomeTitle: "Hello, how can we help?", welcomeText: "An automated assistant answers first. You can ask for a person at any time.",
  startRefund: "Ask for a refund", refundStatus: "Refund status", refundStatusText: "Where is my refund?",
  sending: "Sending", waiting: "Waiting for the network; it will be sent by itself", busy: "The service is busy; it will be sent in a moment", tooFast: "Too fast; it will be sent in a moment", held: "Not sent yet", sent: "Delivered",
  retry: "Try again", discard: "Discard", again: "Reconnect",
  error: "This message could not be sent.", error409: "This message conflicts with one already sent, so it was not sent again.", error413: "This is too large.", error422: "This was not accepted.", error5xx: "The service is not available now; this message has not arrived.",
  refused: "The chat could not be opened. Please try again later.",
  withAgent: "{name} is with you now", waitingForPerson: "Passing you to a person", withBot: "The assistant is back with you", withPerson: "A person is with you now",
  picture: "Picture", pictureLost: "Not loaded", pictures: "Pictures and videos to send", remove: "Remove", uploading: "Uploading", uploaded: "Uploaded",
  pictureSize: "Too large: up to {max} MB", videoSize: "Too large: up to {max} MB", uploadFailed: "Upload failed", pictureRefused: "Could not be read; try another",
  quantity: "Quantity", less: "Fewer of {name}", more: "More of {name}", selected: "{n} chosen", chooseSome: "Please choose", submitSelection: "Continue",
  moneyConfirm: "Please check the amount", options: "Options",
  orderNo: "Order", placed: "Placed", piece: "{n} item", pieces: "{n} items", caseNo: "Case", refundNo: "Refund no.", destination: "Goes to", until: "Valid until",
  order: "Order", case: "Case", offer: "Option", refund: "Refund",
  orderStates: { unpaid: "Not paid", deposit_paid: "Deposit paid", paid: "Preparing", part_shipped: "Partly shipped", shipped: "Shipped", delivered: "Delivered", completed: "Completed", cancelled: "Cancelled" },
  caseStates: { collecting: "In progress", offered: "Your choice", stopping: "Stopping the parcel", under_review: "Under review", awaiting_customer: "Waiting for you", awaiting_return: "Waiting for the return", inspecting: "Being inspected", awaiting_finance: "With finance", refunding: "Refund in progress", refunded: "Refunded", replacing: "Replacement on its way", compensated: "Compensated", rejected: "Not approved", withdrawn: "Withdrawn", failed: "With our staff" },
  refundStates: { created: "Accepted", sending: "In progress", pending: "Being confirmed", succeeded: "Refunded", failed: "With our staff", closed: "Closed" },
  resolutions: { original_route: "Original payment method", balance: "Shop balance", coupon: "Coupon", exchange: "Exchange", expedite: "Faster delivery", keep_item_partial: "Keep the item, partial refund" },
};

const CATALOGUES = { "zh-CN": CHINESE, en: ENGLISH };

const localeOf = (wanted) => (/^en/i.test(wanted || "") ? "en" : "zh-CN");

/** The sentence with its values put in. */
const text = (locale, key, values = {}) =>
  (CATALOGUES[locale][key] || key).replace(/\{(\w+)\}/g, (_, name) => (values[name] === undefined || values[name] === null ? "" : String(values[name])));

/** The word for a code of a closed list; an unknown code is shown as it is. */
const word = (locale, list, code) => CATALOGUES[locale][list][code] || String(code || "").replace(/_/g, " ");

module.exports = { CATALOGUES, localeOf, text, word };
