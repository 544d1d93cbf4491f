/* One of several: tap, or arrows in the direction of reading and Enter. */

import { button, h, picture } from "../dom.js";
import { answer } from "../stage.js";
import { say } from "../words.js";

/** The options to show: those of the item, with "other", and the two of a consent. */
export const offered = (c, item) =>
  item.options?.length
    ? [...item.options, ...(item.other && !item.options.some(({ other }) => other) ? [{ id: "other", label: item.other.label, other: true }] : [])]
    : ["granted", "declined"].map((id) => ({ id, label: say(c, id) }));

/** Whether a choice is that of an answer, which for "other" holds its text. */
export const isPicked = (option, value) => (option.other ? !!value?.other : String(value) === option.id);

/** Words of "other" are written into the field: ask for them there. */
export const askOther = (c, item, taken, text) => {
  c.other = taken;
  c.field.placeholder = item.other?.placeholder || say(c, "answer");
  c.field.setAttribute("aria-label", item.other?.label || say(c, "answer"));
  c.field.value ||= text ?? "";
  c.field.focus();
};

export const look = (item, options) =>
  item.type === "picture" ? "choices.pictures" : Math.max(...options.map(({ label }) => label.length)) > (item.type === "single" ? 18 : 12) ? "choices.long" : "choices";

export const choices = (c, item, value, style) => {
  const options = offered(c, item);
  const chosen = options.findIndex((option) => isPicked(option, value));
  const group = h(`div.${style ?? look(item, options)}`, { role: "radiogroup", "aria-labelledby": "ask", "aria-required": !!item.required }, options.map((option, at) =>
    button("choice", () => {
      if (c.pending) return;
      if (!option.other) return answer(c, item, option.value ?? option.id, option.label);
      mark(group, at);
      askOther(c, item, (text) => text && answer(c, item, { other: text }, text), value?.other);
    }, { role: "radio", "aria-checked": at === chosen, tabindex: at === Math.max(chosen, 0) ? 0 : -1, "data-id": option.id, "aria-label": option.say },
    option.image && picture(option.image), h("span", {}, option.label))));
  group.onkeydown = (event) => arrows(event, group);
  return group;
};

const mark = (group, to) => [...group.querySelectorAll(".choice")].forEach((choice, at) => {
  choice.tabIndex = at === to ? 0 : -1;
  if (choice.role === "radio") choice.ariaChecked = at === to;
});

/** The choices are one stop of the Tab key; arrows, Home and End move among them. */
export const arrows = (event, group) => {
  const all = [...group.querySelectorAll(".choice")];
  const at = all.indexOf(event.target.closest(".choice"));
  const along = getComputedStyle(group).direction === "rtl" ? -1 : 1;
  const step = { ArrowRight: along, ArrowLeft: -along, ArrowDown: 1, ArrowUp: -1 }[event.key];
  const to = step ? (at + step + all.length) % all.length : { Home: 0, End: all.length - 1 }[event.key];
  if (at < 0 || to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  mark(group, to);
  all[to].focus();
};
