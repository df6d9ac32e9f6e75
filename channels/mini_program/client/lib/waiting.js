// How long to wait before something is tried again. Pure: chance is an argument.

const RETRY_SECONDS_MAX = 30;
const FIRST_SECONDS = 0.4;
const EXPONENT_MAX = 7;

/** Doubling waits with jitter, so that many phones do not come back in the same instant. */
const retrySeconds = (failures, chance = Math.random()) =>
  Math.min(RETRY_SECONDS_MAX, FIRST_SECONDS * 2 ** Math.min(failures, EXPONENT_MAX)) * (0.5 + chance / 2);

module.exports = { RETRY_SECONDS_MAX, retrySeconds };
