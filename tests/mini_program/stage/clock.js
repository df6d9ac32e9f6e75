// The clock that the component is given: it stands still, and what was to happen later happens when it is moved.
const { timer } = require("../../../channels/mini_program/client/lib/timer");

const START = Date.parse("2026-11-20T12:00:00Z");

class Clock {
  constructor() {
    Object.assign(this, { at: START, due: [] });
    timer.now = () => this.at;
    timer.after = (seconds, call) => {
      const one = { at: this.at + seconds * 1000, call };
      this.due.push(one);
      return () => { this.due = this.due.filter((other) => other !== one); };
    };
  }

  get iso() { return new Date(this.at).toISOString(); }

  /** Everything due until then happens, in order; what promises lead to happens in between. */
  async move(seconds) {
    const end = this.at + seconds * 1000;
    for (;;) {
      await settle();
      const next = this.due.filter((one) => one.at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.due = this.due.filter((one) => one !== next);
      this.at = Math.max(this.at, next.at);
      next.call();
    }
    this.at = end;
    await settle();
  }
}

/** Until every promise that can go on has gone on. */
async function settle() {
  for (let round = 0; round < 20; round += 1) await new Promise((resolve) => { setImmediate(resolve); });
}

module.exports = { Clock, settle };
