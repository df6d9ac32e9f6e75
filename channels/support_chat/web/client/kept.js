// What the browser keeps for the chat. Where it forbids that (frames of another site, private windows), the shop page keeps
// it, and where there is none, this page's memory does.
export const shopPage = { keep: null };
const stores = {};

function store(name, place) {
  const memory = new Map();
  stores[name] = memory;
  return {
    get(key) {
      if (memory.has(key)) return memory.get(key);
      try { return JSON.parse(place().getItem(key)); } catch { return null; }
    },
    set(key, value) {
      memory.set(key, value);
      try {
        if (value === null) place().removeItem(key);
        else place().setItem(key, JSON.stringify(value));
      } catch {
        if (shopPage.keep) shopPage.keep(name, key, value);
      }
    },
  };
}

/** For this tab. */
export const kept = store("tab", () => sessionStorage);

/** For later visits too. */
export const remembered = store("always", () => localStorage);

/** What the shop page has kept, {tab: {key: value}, always: {key: value}}; what this page knows better stays. */
export function restore(given) {
  for (const [name, memory] of Object.entries(stores)) {
    for (const [key, value] of Object.entries((given && given[name]) || {})) if (!memory.has(key)) memory.set(key, value);
  }
}
