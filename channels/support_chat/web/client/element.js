// Making page elements. Words always go in as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";

/** element("button", {class: "x", onclick: f, "aria-label": "…"}, child, "words", …) */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Whether a table of our own has this key; the key may come from outside. */
export const has = (table, key) => Object.prototype.hasOwnProperty.call(table, key);

export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}
