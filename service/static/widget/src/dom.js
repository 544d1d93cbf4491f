/* Making elements. Nothing here parses markup. */

const ICONS = {
  close: "M6 6l12 12M18 6L6 18",
  again: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5",
  back: "M15 5l-7 7 7 7",
  send: "M5 12h13M12 6l6 6-6 6",
  tick: "M5 12.5l4.5 4.5L19 7",
  pen: "M4 20l1-4L16.5 4.5l3 3L8 19z",
  down: "M5 9l7 7 7-7",
  share: "M12 15V4M8 8l4-4 4 4M5 13v6h14v-6",
  chat: "M4 5h16v11H10l-4.5 4v-4H4zM8.5 10.5h.01M12 10.5h.01M15.5 10.5h.01",
  // Two squares turned by 45°: the eight-pointed star.
  star: "M5 5h14v14H5zM12 2.1l9.9 9.9-9.9 9.9L2.1 12zM8 8h8v8H8zM12 6.35L17.65 12 12 17.65 6.35 12z",
};

/** An element: h("button.tool", {onclick, "aria-label": "…"}, child, …). Children that are false or empty are left
 *  out; the first class is also the name of its part for the shop's style sheet. */
export const h = (name, props, ...children) => {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes[0]) {
    element.className = classes.join(" ");
    element.setAttribute("part", classes[0]);
  }
  for (const [key, value] of Object.entries(props || {})) {
    const state = key.startsWith("aria"); // whose false is said too
    if (value == null || (value === false && !state)) continue;
    if (value.call) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true && !state ? "" : value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
};

export const button = (look, onclick, props, ...children) => h(`button.${look}`, { type: "button", onclick, ...props }, ...children);

export const icon = (name) => {
  const make = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
  const svg = make("svg");
  const path = make("path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (/back|send/.test(name)) svg.classList.add("turn"); // these point along the line
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};

/** A button that is only a picture. */
export const tool = (name, label, onclick, props) => button("tool", onclick, { "aria-label": label, title: label, ...props }, icon(name));

/** An address that may be put in a link: http(s), mail and telephone only, read relative to the page. */
export const safe = (address) => {
  try {
    const url = new URL(address, document.baseURI);
    return /^(https?|mailto|tel):$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
};

/** A picture, or where it is missing a calm tile. */
export const picture = (address) => {
  const image = h("img.pic", { alt: "", loading: "lazy", src: safe(address) });
  image.onerror = () => image.replaceWith(h("span.pic", { "aria-hidden": "true" }));
  return image;
};

export const media = (query) => matchMedia(`(${query})`).matches;
