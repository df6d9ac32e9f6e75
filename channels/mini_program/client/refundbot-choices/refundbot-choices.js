// What can be tapped in answer: buttons, or a list of several with how many of each. Tells `take` {action, label} once.

const { canSubmit, stepped, submission, taken, toggled } = require("../lib/choices");
const { text } = require("../lib/texts");

Component({
  properties: {
    choices: Object,
    active: Boolean,
    locale: { type: String, value: "zh-CN" },
  },
  data: { rows: [], shape: "", count: "", canSubmit: false, words: {} },

  observers: {
    /** The same question painted again keeps what was taken; another question, or one that is over, begins anew. */
    "choices, active, locale": function observed(choices, active, locale) {
      if (!choices) return;
      const shape = JSON.stringify(choices.rows);
      this._paint(shape === this.data.shape && active ? this.data.rows : choices.rows, { shape, words: { options: text(locale, "options"), submit: text(locale, "submitSelection"), quantity: text(locale, "quantity") } });
    },
  },

  methods: {
    _paint(rows, more = {}) {
      const { choices, locale } = this.data;
      const n = taken(rows).length;
      const named = rows.map((row) => ({ ...row, lessLabel: text(locale, "less", { name: row.name }), moreLabel: text(locale, "more", { name: row.name }) }));
      this.setData({ rows: named, count: n ? text(locale, "selected", { n }) : text(locale, "chooseSome"), canSubmit: canSubmit(rows, choices), ...more });
    },

    onRow({ currentTarget }) {
      if (this.data.active) this._paint(toggled(this.data.rows, currentTarget.dataset.index, this.data.choices.max));
    },

    onStep({ currentTarget }) {
      const { index, by } = currentTarget.dataset;
      if (this.data.active) this._paint(stepped(this.data.rows, index, by));
    },

    onSubmit() {
      if (this.data.active && this.data.canSubmit) this.triggerEvent("take", submission(this.data.rows, this.data.locale));
    },

    onButton({ currentTarget }) {
      const { action, label } = currentTarget.dataset;
      if (this.data.active) this.triggerEvent("take", { action, label });
    },
  },
});
