/* The question that is asked or being changed, its controls by type, and the field that is always there. */

import { send } from "./conversation.js";
import { button, h, icon, tool } from "./dom.js";
import { choices } from "./items/choices.js";
import { several } from "./items/several.js";
import { scale } from "./items/scale.js";
import { fault, focusNext, show, toEnd } from "./show.js";
import { write } from "./transcript.js";
import { say } from "./words.js";

/** How each type is shown; the others are written into the field. */
const CONTROLS = {
  single: choices,
  yes_no: choices,
  consent: choices,
  picture: (c, item, value) => (item.max > 1 ? several : choices)(c, item, value),
  multiple: several,
  ranking: several,
  rating: scale,
  nps: scale,
  statement: (c, item) => h("div.group", {}, button("solid", () => answer(c, item, null, ""), {}, say(c, "next"))),
};

const KEYBOARDS = { number: "decimal", email: "email", phone: "tel" };
const FILLED = { email: "email", phone: "tel" };

export const answer = (c, { id }, value, words) => send(c, { item_id: id, value }, words);

/** Change an earlier answer, or with nothing go back to the present question. */
export const edit = (c, past) => {
  c.editing = past;
  write(c);
  stage(c);
  focusNext(c);
  toEnd(c);
};

export const stage = (c) => {
  const { stage, dock } = c.parts;
  const { editing, pending } = c;
  const { heard, item: next } = c.turn;
  const item = editing ? editing.item : next;
  c.other = null;
  stage.replaceChildren();
  dock.replaceChildren();
  if (!item) return;
  const control = CONTROLS[item.type]?.(c, item, editing?.value);
  stage.append(h("div.lead", {},
    editing && h("small", {}, say(c, "changing")),
    h("h2", { id: "ask", tabindex: "-1" }, item.text),
    item.help && h("p.help", {}, item.help),
    item.consent && h("p.wording", {}, item.consent.wording)));
  // What a typed message may have meant, when it was not clear.
  if (heard?.choices?.length && !editing) {
    stage.append(h("div.maybe", { role: "group", "aria-label": heard.text },
      heard.choices.map(({ item_id, value, label }) => button("chip", () => send(c, { item_id, value }, label), {}, label))));
  }
  if (control) stage.append(control);
  stage.append(h("p.bad", { role: "alert", id: "bad" }));
  dock.append(foot(c, item, control, editing));
  if (!pending) return;
  // While an answer is on its way its choice stays marked, and nothing else can be chosen.
  stage.querySelectorAll(".choice").forEach((choice) => {
    const on = [].concat(pending.body.value).map(String).includes(choice.dataset.id);
    choice.setAttribute("aria-checked", on);
    choice.setAttribute("aria-disabled", !on);
  });
};

/** The last line: back, the field, skip. */
const foot = (c, item, control, past) => {
  const { history } = c.turn;
  const before = past ? history[history.indexOf(past) - 1] : history.at(-1);
  return h(`form.write.${control ? "slim" : "answer"}`, { novalidate: true, onsubmit: (event) => {
      event.preventDefault();
      written(c, item, control);
    } },
    before && tool("back", say(c, "back"), () => edit(c, before)),
    field(c, item, control, past?.value),
    past ? button("tool", () => edit(c), {}, say(c, "keep"))
      : (item.skippable ?? !item.required) && item.type !== "statement" && button("tool", () => answer(c, item, null, ""), {}, say(c, "skip")));
};

const field = (c, item, control, value) => {
  const { type } = item;
  const long = type === "long_text";
  const input = h(long ? "textarea" : "input", {
    type: type === "date" ? type : null,
    "aria-labelledby": control ? null : "ask",
    "aria-label": control ? say(c, "type") : null,
    placeholder: (!control && item.placeholder) || say(c, control ? "type" : "answer"),
    autocomplete: FILLED[type] ?? "off",
    dir: FILLED[type] && "ltr",
    enterkeyhint: "send",
    rows: long && 3,
    inputmode: KEYBOARDS[type],
    "aria-describedby": control ? "ask bad" : "count bad",
  });
  c.field = input;
  if (!control && value != null) input.value = value;
  const ready = h("button.tool.go", { type: "submit", "aria-label": say(c, "send") }, icon("send"));
  const count = h("p.count", { id: "count", role: "status" });
  const paint = () => {
    ready.classList.toggle("ready", input.value.trim() !== "");
    // What is typed decides its own direction; an empty field keeps the chat's, for the words in it.
    if (!FILLED[type]) input.dir = input.value ? "auto" : "";
    const most = item.max_length;
    const left = most - [...input.value.trim()].length;
    count.textContent = !most || control ? "" : left < 0 ? say(c, "tooLong", { n: -left }) : left <= Math.max(20, most / 10) ? say(c, "left", { n: left }) : "";
  };
  input.oninput = () => {
    fault(c, "");
    paint();
  };
  input.onkeydown = (event) => {
    if (!long || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    input.form.requestSubmit();
  };
  paint();
  return h("div.grow", {}, h("div.field", {}, input, ready), count);
};

/** What was typed: text for "other", the answer itself where words are asked for, else a message to be understood. */
const written = (c, item, control) => {
  const text = c.field.value.trim();
  if (c.pending) return;
  if (c.other) return c.other(text);
  if (!text) return item.required || control ? fault(c, "empty") : answer(c, item, null, "");
  // A number, an address or a day has a digit or an @; anything else that is typed there is talk.
  if (control || (item.type in KEYBOARDS && !/[\d٠-٩۰-۹@]/.test(text))) return send(c, { text }, text);
  answer(c, item, text, text);
};
