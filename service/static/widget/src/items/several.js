/* Several of them, or all in order: taps toggle, a button or Enter confirms; limits are said in words. */

import { button, h, icon, picture } from "../dom.js";
import { fault } from "../show.js";
import { answer } from "../stage.js";
import { say, shown } from "../words.js";
import { arrows, askOther, isPicked, look, offered } from "./choices.js";

export const several = (c, item, value) => {
  const options = offered(c, item);
  const ranking = item.type === "ranking";
  const all = options.length;
  const most = item.max || all;
  const least = Math.max(item.min ?? (ranking ? most : 1), item.required ? 1 : 0);
  let chosen = options.filter((option) => (value ?? []).some((one) => isPicked(option, one)));
  if (ranking) chosen.sort((a, b) => value.indexOf(a.id) - value.indexOf(b.id));
  const otherText = (value ?? []).find?.((one) => one.other)?.other;
  const limits = [least > 1 && say(c, "atLeast", { n: least }), most < all && say(c, "atMost", { n: most })].filter(Boolean).join(" · ");
  const said = h("span.say", { id: "limits", role: "status" }, ranking ? say(c, "order") : limits || say(c, "any"));
  const list = h(`div.${look(item, options)}`);

  const paint = () => [...list.children].forEach((choice, at) => {
    const option = options[at];
    const place = chosen.indexOf(option) + 1;
    const full = !place && chosen.length >= most && !option.exclusive && !chosen.some(({ exclusive }) => exclusive);
    choice.setAttribute("aria-checked", !!place);
    choice.setAttribute("aria-disabled", full);
    if (!ranking) return;
    choice.firstChild.textContent = place ? shown(c, place) : "";
    choice.setAttribute("aria-label", place ? `${option.label}: ${shown(c, place)}` : option.label);
  });
  const toggle = (option) => {
    if (c.pending) return;
    fault(c, "");
    if (chosen.includes(option)) chosen = chosen.filter((one) => one !== option);
    else {
      const rest = option.exclusive ? [] : chosen.filter(({ exclusive }) => !exclusive);
      if (rest.length >= most) return fault(c, "atMost", { n: most });
      chosen = [...rest, option];
    }
    paint();
    c.other = null;
    if (option.other && chosen.includes(option)) askOther(c, item, confirm, otherText);
  };
  const confirm = () => {
    const picked = ranking ? chosen : options.filter((option) => chosen.includes(option));
    if (!picked.length && !item.required) return answer(c, item, null, "");
    if (picked.length < least && !picked.some(({ exclusive }) => exclusive)) return fault(c, "atLeast", { n: least });
    const own = c.field.value.trim() || otherText;
    if (picked.some(({ other }) => other) && !own) return fault(c, "empty");
    const words = picked.map(({ other, label }) => (other ? own : label));
    answer(c, item, picked.map(({ other, id }) => (other ? { other: own } : id)), words.join(say(c, "comma")));
  };
  list.append(...options.map((option, at) =>
    button("choice", () => toggle(option), { role: "checkbox", tabindex: at ? -1 : 0, "data-id": option.id },
      h("span.box", { "aria-hidden": true }, !ranking && icon("tick")), option.image && picture(option.image), h("span", {}, option.label))));
  list.onkeydown = (event) => {
    if (event.key !== "Enter") return arrows(event, list);
    event.preventDefault(); // Space toggles, Enter sends
    confirm();
  };
  paint();
  return h("div.group", { role: "group", "aria-labelledby": "ask", "aria-describedby": "limits" },
    list, h("div.confirm", {}, said, button("solid", confirm, {}, say(c, "done"))));
};
