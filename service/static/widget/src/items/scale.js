/* Steps from low to high; they start where reading starts, and the ends are named for everybody. */

import { h } from "../dom.js";
import { shown } from "../words.js";
import { choices } from "./choices.js";

export const scale = (c, item, value) => {
  const last = item.options.length - 1;
  const options = item.options.map(({ id }, at) => {
    const label = shown(c, id);
    const end = at === 0 ? item.low : at === last ? item.high : "";
    return { id, label, value: +id, say: end ? `${label}, ${end}` : null };
  });
  const wide = last > 6;
  const group = choices(c, { ...item, options }, value, wide ? "scale.nps" : "scale");
  if (!wide) group.style.setProperty("--columns", last + 1);
  const end = (which) => item[which] && h(`span.${which}`, { "aria-hidden": "true" }, item[which]);
  return h(`div.ends${wide ? ".wraps" : ""}`, {}, group, end("low"), end("high"));
};
