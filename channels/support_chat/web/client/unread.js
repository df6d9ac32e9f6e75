// What the customer has not read yet: counted while nobody sees the chat, told to the shop page, which remembers it.
import { tellShop } from "./shop.js";

export class Unread {
  constructor() {
    Object.assign(this, { isShown: false, conversation: null, seq: 0, newest: 0, count: 0, readBefore: null });
  }

  /** read: {conversation, seq}, what the shop page remembers of the last visit. */
  remember(read) {
    this.readBefore = read || null;
  }

  /** Another conversation from now on. */
  begin(conversation) {
    const { readBefore } = this;
    const isKnown = readBefore && readBefore.conversation === conversation;
    Object.assign(this, { conversation, seq: isKnown ? Number(readBefore.seq) || 0 : 0, newest: 0, count: 0 });
  }

  heard({ seq, sender }) {
    if (seq <= this.seq) return;
    if (this.isShown) return this._read(seq);
    if (sender === "customer") return;
    this.newest = seq;
    this.count += 1;
    this._tell();
  }

  show() {
    this.isShown = true;
    this._read(Math.max(this.newest, this.seq));
  }

  hide() {
    this.isShown = false;
  }

  _read(seq) {
    Object.assign(this, { seq, count: 0 });
    this._tell();
  }

  _tell() {
    if (this.conversation) tellShop("unread", { count: this.count, conversation: this.conversation, seq: this.seq });
  }
}
