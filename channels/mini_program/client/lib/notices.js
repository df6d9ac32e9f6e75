// When to ask whether notices may be sent: at the tap that submits a refund, once for each refund. Pure.

const SUBMITS = /^(confirm:yes|evidence:skip|offer:[^:]+:accept|appeal:.+)$/;
const BEGINS = /^(start:refund|order:.+)$/;

const isSubmission = (action) => SUBMITS.test(action || "");

/** {isAsked, isDue}: what is remembered after a tap on this action, and whether it is the one to ask at. */
function afterTap(isAsked, action) {
  if (BEGINS.test(action || "")) return { isAsked: false, isDue: false };
  const isDue = !isAsked && isSubmission(action);
  return { isAsked: isAsked || isDue, isDue };
}

module.exports = { afterTap, isSubmission };
