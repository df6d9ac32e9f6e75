// The shop's colour, made readable: words on it, and words of it on the light and the dark page. Pure.

const CONTRAST_MIN = 4.5;
const FALLBACK = "#2457c5";
const STEPS = 20;
const PAGES = { light: [243, 245, 249], dark: [28, 33, 43] };
const WHITE = [255, 255, 255];
const BLACK = [23, 28, 38];

/** Red, green and blue of #rgb or #rrggbb; null for anything else. */
function read(colour) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  const [, ...parts] = short ? [0, ...short.slice(1).map((digit) => digit + digit)] : /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour) || [0];
  return parts.length === 3 ? parts.map((part) => parseInt(part, 16)) : null;
}

const written = (parts) => `#${parts.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

function luminance(parts) {
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 (the same) to 21 (black on white), as WCAG counts it. */
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** The colour, moved towards another one only as far as its words can be read on the page. */
function readable(colour, page, towards) {
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = colour.map((part, index) => Math.round(part + ((towards[index] - part) * step) / STEPS));
    if (contrast(mixed, page) >= CONTRAST_MIN) return mixed;
  }
  return towards;
}

/** {accent, onAccent, inkLight, inkDark}, as the page's style wants them; a colour that is none is the usual one. */
function coloursOf(accent) {
  const own = read(accent) || read(FALLBACK);
  return {
    accent: written(own),
    onAccent: written(contrast(WHITE, own) >= contrast(BLACK, own) ? WHITE : BLACK),
    inkLight: written(readable(own, PAGES.light, BLACK)),
    inkDark: written(readable(own, PAGES.dark, WHITE)),
  };
}

module.exports = { CONTRAST_MIN, contrast, coloursOf, read };
