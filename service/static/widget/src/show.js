/* Showing a turn: header, progress, transcript, question or result; keeping the focus and the place in sight. */

import { begin, startOver, send } from "./conversation.js";
import { button, h, media, tool } from "./dom.js";
import { fold } from "./embeds.js";
import { result } from "./result.js";
import { stage } from "./stage.js";
import { write } from "./transcript.js";
import { say, shown } from "./words.js";

const NAMES = { en: "English", ar: "العربية" };

export const show = (c, turn) => {
  c.inside ||= c.root.activeElement !== null;
  c.turn = turn;
  head(c);
  progress(c);
  write(c);
  result(c);
  stage(c);
  if (c.inside) focusNext(c);
  c.inside = false;
  toEnd(c);
};

/** The chat's frame, before anything is known. */
export const build = (c) => {
  const chat = h("section.chat", { "aria-labelledby": "title" },
    h("header.head", {}, h(c.host.getAttribute("mode") === "page" ? "h1.title" : "h2.title", { id: "title" }), h("div.tools")),
    h("div.menu", { hidden: true }),
    h("div.track", { role: "progressbar" }, h("i.bar")),
    h("div.scroll", { tabindex: 0, role: "group" },
      button("fold", () => {
        c.unfolded = !c.unfolded;
        write(c);
      }, { hidden: true }),
      h("div.log", { role: "log" }),
      h("div.wait", { hidden: true, "aria-hidden": "true" }, "● ● ●"),
      h("div.stage"),
      h("div.after")),
    h("div.foot", {}, h("div.note", { role: "status" }), h("div.dock")));
  c.parts = { chat };
  for (const one of chat.querySelectorAll("[part]")) c.parts[one.className] = one;
  head(c);
};

const head = (c) => {
  const { chat, title, tools, menu, track, scroll } = c.parts;
  const { turn } = c;
  const lang = turn?.lang ?? c.lang;
  chat.lang = lang;
  chat.dir = turn?.dir ?? (lang === "ar" ? "rtl" : "ltr");
  title.textContent = turn?.title ?? "";
  title.hidden = !turn;
  const page = document.documentElement;
  if (turn && c.host.getAttribute("mode") === "page" && page.lang !== lang) {
    Object.assign(page, { lang, dir: chat.dir }); // a page that is only the quiz follows its language
    const url = new URL(location);
    url.searchParams.set("lang", lang);
    history.replaceState(null, "", url);
  }
  scroll.setAttribute("aria-label", say(c, "conversation") || c.quiz);
  track.setAttribute("aria-label", turn?.title || c.quiz);
  const open = turn?.status === "open";
  const started = turn?.history.length;
  const toggle = (event) => {
    menu.hidden = !menu.hidden;
    event.currentTarget.setAttribute("aria-expanded", !menu.hidden);
  };
  menu.hidden = true;
  menu.replaceChildren(...["why", "person", "stop"].map((command) =>
    button("plain", () => {
      menu.hidden = true;
      c.inside = true;
      send(c, { command }, say(c, command));
    }, {}, say(c, command))));
  tools.replaceChildren(...[
    ...(turn?.languages ?? []).filter((code) => code !== lang).map((code) =>
      button("tool", () => begin(c, code), { lang: code, dir: "auto" }, NAMES[code] ?? code)),
    started && tool("again", say(c, "again"), () => startOver(c)),
    open && button("tool", toggle, { "aria-label": say(c, "more"), "aria-expanded": false }, "•••"),
    c.panel && tool("close", say(c, "close"), () => fold(c)),
  ].filter(Boolean));
};

const progress = (c) => {
  const { track, bar } = c.parts;
  const { status, progress: { done, total } } = c.turn;
  const now = status === "complete" ? total : done;
  bar.style.inlineSize = `${(100 * now) / Math.max(total, 1)}%`;
  track.setAttribute("aria-valuemax", Math.max(total, 1));
  track.setAttribute("aria-valuenow", now);
  track.setAttribute("aria-valuetext", say(c, "step", { a: Math.min(now + 1, total), b: total }));
};

export const wait = (c, on) => {
  c.parts.wait.hidden = !on;
  if (on) toEnd(c);
};

/** Say something about the connection or the conversation, with a button if something can be done. */
export const note = (c, key, action, run, values) =>
  c.parts.note.replaceChildren(...(key ? [h("span", {}, say(c, key, values)), ...(action ? [button("plain", run, {}, say(c, action))] : [])] : []));

/** Say what is wrong with the answer: the key of words, or a sentence of the server. */
export const fault = (c, key, values) => {
  const bad = c.parts.stage.querySelector(".bad");
  if (bad) bad.textContent = shown(c, say(c, key, values) || key);
};

/** Bring what is to be answered into sight; when it is taller than the room, its beginning. */
export const toEnd = (c) => {
  const { scroll, after, stage, chat, foot } = c.parts;
  requestAnimationFrame(() => {
    const behavior = media("prefers-reduced-motion:reduce") ? "auto" : "smooth";
    const complete = c.turn?.status === "complete" && !c.editing;
    const from = (complete ? after : stage).offsetTop - scroll.offsetTop;
    scroll.scrollTo({ top: complete ? from - 72 : Math.min(scroll.scrollHeight - scroll.clientHeight, from - 12), behavior });
    // An inline chat grows with the conversation: follow it on the page, but only for someone who is answering.
    if (!c.panel && c.root.activeElement) (complete ? chat : foot).scrollIntoView({ block: complete ? "start" : "nearest", behavior });
  });
};

/** Give the focus to what comes next. */
export const focusNext = (c) => {
  const { dock, stage, after, chat, log } = c.parts;
  const ended = c.turn?.status === "complete" && !c.editing;
  const heading = ended && (after.querySelector("h2") ?? log.lastElementChild);
  // On a phone a field that takes the focus by itself would throw the keyboard over the question.
  const field = !media("pointer:coarse") && dock.querySelector(".answer textarea,.answer input");
  const written = c.typing && c.field;
  (heading || written || stage.querySelector(".choice[tabindex='0'],.solid") || field || stage.querySelector("h2") || chat.querySelector(".tool"))
    ?.focus({ preventScroll: true });
};
