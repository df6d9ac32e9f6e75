// Talk with the shop page around this one (loader.js), which alone may say who the customer is and hear what happens.
const parameters = new URLSearchParams(location.search);

export const isEmbedded = window.parent !== window && parameters.get("embed") === "1";
const shopOrigin = parameters.get("origin");

export function tellShop(type, more = {}) {
  if (isEmbedded && shopOrigin) window.parent.postMessage({ type: `refundbot:${type}`, ...more }, shopOrigin);
}

/** hear: {hello(identity, locale), identify(identity), opened()}; only the embedding page at its stated origin is heard. */
export function hearShop(hear) {
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || origin !== shopOrigin || typeof data?.type !== "string") return;
    if (data.type === "refundbot:hello") hear.hello(data.identity ?? null, data.locale ?? null);
    if (data.type === "refundbot:identify") hear.identify(data.identity ?? null);
    if (data.type === "refundbot:opened") hear.opened();
  });
  tellShop("ready");
}
