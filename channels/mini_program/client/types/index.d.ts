// What a merchant's mini-program sees of refundbot-chat: its properties, its events, and what can be called on it.

/** A language of the chat; the phone's own where none is given. */
export type ChatLocale = "zh-CN" | "en";

/** The attributes of <refundbot-chat>. */
export interface ChatProperties {
  /** The refundbot server, such as https://chat.example.com; it must stand among the mini-program's request, socket, uploadFile and downloadFile domains. */
  server: string;
  /** The merchant's name on that server (its slug). */
  shop: string;
  /** The name under which the mini-program was added: `refundbot channel add SHOP mini_program NAME`. */
  account: string;
  /** A JWT that the merchant's own server has signed for this customer; without one they prove an order by a code. */
  identity: string;
  /** The order that the page is about; shown only to its owner. */
  orderNo: string;
  locale: ChatLocale | "";
  /** The colour of buttons and of the customer's own messages, such as #2457c5; words on it and of it are made readable. */
  accent: string;
}

/** `bind:ready`: the conversation is open. */
export interface ReadyDetail {
  conversation: string;
}

/** `bind:problem`: the chat cannot go on until the user taps, or the page identifies them anew. */
export interface ProblemDetail {
  /** HTTP's status; 0 for the network. */
  status: number;
  /** Such as login-code-bad, login-not-set-up, unknown-merchant, identity-expired. */
  code: string;
  /** For the user, in their language. */
  detail: string;
}

/** `bind:case`: where a case stands has just been said. */
export interface CaseDetail {
  kind: "case";
  case_no: string;
  order_no: string;
  state: string;
  amount: number;
  currency: string;
}

/** `bind:handover`: in whose hands the conversation is. */
export interface HandoverDetail {
  holder: "bot" | "queue" | "agent";
  agent: string;
}

/** `bind:notices`: what the user answered to each subscribe-message template. */
export interface NoticesDetail {
  answers: Record<string, string>;
}

/** The events, by the name that stands behind `bind:`. */
export interface ChatEvents {
  ready: ReadyDetail;
  problem: ProblemDetail;
  case: CaseDetail;
  handover: HandoverDetail;
  notices: NoticesDetail;
}

/** The argument of a handler of one of the events. */
export interface ChatEvent<Name extends keyof ChatEvents> {
  type: Name;
  detail: ChatEvents[Name];
}

/** What `this.selectComponent("#chat")` gives. */
export interface ChatMethods {
  /** Says something, as if the user had written it. */
  say(words: string): void;
  /** Does what a button does (`start:refund`, `human`); label is what is shown of it. */
  act(action: string, label: string): void;
  /** Another person, or another order: the talk is theirs from now on. */
  identify(identity?: string, orderNo?: string): void;
}
