/* How the chat looks. Every colour is a custom property with a default for light and, where the page itself declares a
   dark color-scheme, for dark (light-dark follows the page). Older browsers keep light. */

import LOOKS from "./looks.css";

// name, in the light, in the dark
const COLOURS = `
paper #ffffff #211e1b
sunken #f3f0eb #2b2723
line #e4dfd7 #3b3631
rim #d2cbc0 #504941
edge #8c8377 #877e74
ink #1f1c18 #f2eee8
quiet #686158 #a9a094
accent #0f5e5c #6cc5be
accent-strong #0a4644 #94d9d3
on-accent #ffffff #062b2a
accent-soft #e2efed #17302f
accent-ink #0c5351 #8bd5ce
danger #a3271d #f19c93
`;

const palette = (colour) => `:host{${COLOURS.replace(/(\S+) (\S+) (\S+)\n/g, `--$1:var(--firasa-$1,${colour});`)}}`;

/** Constructed style sheets need no style-src; before Safari 16.4 a style element does, with the script's nonce. */
export const dress = (root, nonce) => {
  const text = `${palette("$2")}@supports (color:light-dark(#000,#fff)){${palette("light-dark($2,$3)")}}${LOOKS}`;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement("style");
    style.nonce = nonce ?? "";
    style.textContent = text;
    root.append(style);
  }
};
