// What the customer has not read yet: counted while nobody sees the chat, told to the shop page, which remembers it.
import { tellShop } from "./shop.js";

export class Unread {
  constructor() {
    Object.assign(this, { isShown: false, readBefore: null });
    this.begin(null);
  }

  /** read: {conversation, seq}, what the shop page remembers of the last visit. */
  remember(read) {
    this.readBefore = read || null;
  }

  /** Another conversation from now on; others are the places of what the customer did not say. */
  begin(conversation) {
    Object.assign(this, { conversation, seq: this._known(conversation), newest: 0, others: [] });
  }

  heard({ seq, sender }) {
    this.newest = Math.max(this.newest, seq);
    if (sender !== "customer") this.others.push(seq);
    if (this.isShown) this._read();
    else if (sender !== "customer" && seq > this.seq) this._tell();
  }

  show() {
    this.isShown = true;
    this._read();
  }

  /** read: up to where the shop page knows it read; what came while it closed the chat was seen by nobody. */
  hide(read) {
    this.isShown = false;
    this.remember(read);
    this.seq = this._known(this.conversation);
    if (this._count) this._tell();
  }

  get _count() {
    return this.others.filter((seq) => seq > this.seq).length;
  }

  _known(conversation) {
    const { readBefore } = this;
    return readBefore && readBefore.conversation === conversation ? Number(readBefore.seq) || 0 : 0;
  }

  _read() {
    this.seq = Math.max(this.newest, this.seq);
    this._tell();
  }

  _tell() {
    if (this.conversation) tellShop("unread", { count: this._count, conversation: this.conversation, seq: this.seq });
  }
}
