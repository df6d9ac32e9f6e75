// Talk with the shop page around this one (loader.js), which alone may say who the customer is and hear what happens.
const parameters = new URLSearchParams(location.search);

export const isEmbedded = window.parent !== window && parameters.get("embed") === "1";
const shopOrigin = parameters.get("origin");

export function tellShop(type, more = {}) {
  if (isEmbedded && shopOrigin) window.parent.postMessage({ type: `refundbot:${type}`, ...more }, shopOrigin);
}

/**
 * hear: {hello({identity, locale, read, kept}), identify({identity}), opened(), closed({read})}; read is {conversation, seq}, up to
 * where the customer has read, kept what this page could not keep itself. Only the embedding page at its stated origin is heard.
 */
export function hearShop(hear) {
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || origin !== shopOrigin || !data || typeof data.type !== "string") return;
    const name = data.type.replace(/^refundbot:/, "");
    if (["hello", "identify", "opened", "closed"].includes(name)) hear[name](data);
  });
  tellShop("ready");
}
