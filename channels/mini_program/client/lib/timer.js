// The phone's clock, behind two words so that tests have one of their own.

/** after(seconds, call) gives the way to stop it. */
const timer = {
  now: () => Date.now(),
  after: (seconds, call) => {
    const handle = setTimeout(call, seconds * 1000);
    return () => clearTimeout(handle);
  },
};

module.exports = { timer };
