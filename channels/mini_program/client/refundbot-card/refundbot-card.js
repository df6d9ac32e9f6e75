// An order, a case, an offer or a refund at a glance; lib/card.js makes what is shown.

Component({
  properties: { card: Object },
});
