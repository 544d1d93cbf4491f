/* Where the chat stands: in the page, behind a bubble, or in a pop-up. */

import { begin, emit, send } from "./conversation.js";
import { button, h, icon, media } from "./dom.js";
import { keep, recall } from "./memory.js";
import { call } from "./server.js";
import { focusNext, note } from "./show.js";
import { learn, say } from "./words.js";

const SHEET = "max-width:30rem),(max-height:26rem"; // where a panel fills the screen
const QUIET = { passive: true, capture: true };

/** Listen until the element leaves the page. */
export const listen = (c, target, name, run) => {
  target.addEventListener(name, run, QUIET);
  c.watch.push(() => target.removeEventListener(name, run, QUIET));
};

/** Put the chat in its place, and begin when somebody can see it. */
export const place = (c) => {
  const mode = c.host.getAttribute("mode");
  const { chat } = c.parts;
  listen(c, window, "online", () => c.go?.());
  if (mode === "bubble" || mode === "popup") {
    c.panel = h("dialog.panel", { "aria-labelledby": "title" }, chat);
    c.panel.oncancel = (event) => {
      event.preventDefault();
      fold(c);
    };
    c.panel.onkeydown = (event) => event.key === "Escape" && fold(c);
    c.root.append(c.panel);
    return mode === "popup" ? popup(c) : bubble(c);
  }
  c.root.append(chat);
  if (mode === "page") return enter(c);
  const observer = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    observer.disconnect();
    enter(c);
  }, { rootMargin: "200px" });
  observer.observe(chat);
  c.watch.push(() => observer.disconnect());
};

const enter = (c) => {
  if (c.turn || c.busy) return;
  return begin(c).then(() => given(c));
};

/** An answer that came with a link. Opening a link is no answer, programs do that too: it counts with the first movement
 *  of a person, unless that is another choice. */
const given = (c) => {
  const [, id, text] = /^([\w-]+):(.*)$/.exec(c.host.getAttribute("answer")) ?? [];
  const { item } = c.turn ?? {};
  if (!id || item?.id !== id) return;
  const choice = c.parts.stage.querySelector(`[data-id="${CSS.escape(text)}"]`);
  choice?.setAttribute("aria-checked", true);
  note(c, "given");
  const act = (event) => {
    if (!event.isTrusted || c.turn?.item !== item) return;
    c.host.removeAttribute("answer");
    c.turn.item = { ...item };
    note(c);
    const elsewhere = event.type === "pointermove" || !event.composedPath().includes(c.parts.stage);
    if (elsewhere) send(c, { item_id: id, value: text }, choice?.textContent ?? text);
  };
  for (const name of ["pointermove", "pointerdown", "keydown", "wheel"]) listen(c, window, name, act);
};

export const unfold = (c) => {
  const { panel, launch } = c;
  if (!panel || panel.open) return;
  if (!launch || media(SHEET)) panel.showModal();
  else panel.show();
  if (launch) {
    launch.setAttribute("aria-expanded", true);
    launch.hidden = true;
  }
  keep(c, { ...recall(c), seen: Date.now() });
  emit(c, "open");
  enter(c);
  focusNext(c);
};

export const fold = (c) => {
  const { panel, launch } = c;
  if (!panel?.open) return;
  panel.close();
  emit(c, "close");
  if (!launch) return;
  launch.hidden = false;
  launch.setAttribute("aria-expanded", false);
  launch.focus();
};

// pop-up ------------------------------------------------------------------------------------------------------------

/** Open by itself when one of the occasions of the attribute "when" comes: delay:8 (seconds), scroll:50 (per cent of the
 *  page), exit (the pointer leaves for the tabs), purchase (the page says firasa:purchase). Once in "again" days. */
const popup = (c) => {
  const again = (c.host.getAttribute("again") ?? 30) * 864e5;
  const show = async () => {
    const { seen, visit } = recall(c);
    if (c.asked || Date.now() - (seen ?? 0) < again) return;
    c.asked = true;
    if (!c.quiz) {
      // Firasa knows who is to be asked what, and how often.
      const { quiz } = await call(`${c.base}/v1/surveys/next?visit=${visit}&lang=${c.lang}`).catch(() => 0);
      if (!quiz) return;
      c.host.setAttribute("visit", visit);
      c.host.setAttribute("quiz", quiz);
    }
    unfold(c);
  };
  for (const occasion of (c.host.getAttribute("when") ?? "delay:5").split(/\s+/)) {
    const [name, amount] = occasion.split(":");
    if (name === "delay") {
      const timer = setTimeout(show, amount * 1000);
      c.watch.push(() => clearTimeout(timer));
    }
    if (name === "scroll") {
      listen(c, window, "scroll", () => {
        const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
        if ((scrollTop + clientHeight) * 100 >= amount * scrollHeight) show();
      });
    }
    if (name === "exit") listen(c, document.documentElement, "mouseout", (event) => !event.relatedTarget && event.clientY <= 0 && show());
    if (name === "purchase") {
      listen(c, document, "firasa:purchase", ({ detail }) => {
        if (detail?.token) c.host.setAttribute("token", detail.token);
        show();
      });
    }
  }
};

// bubble ------------------------------------------------------------------------------------------------------------

const bubble = (c) => {
  const words = h("span");
  const launch = button("launch", () => unfold(c), { "aria-haspopup": "dialog", "aria-expanded": false }, icon("chat"), words);
  const name = () => (words.textContent = c.host.getAttribute("label") || say(c, "open"));
  name();
  learn(c, c.lang).then(name, () => 0);
  c.launch = launch;
  c.root.prepend(launch);
  let frame = 0;
  const look = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => launch.hidden || makeWay(c, launch));
  };
  listen(c, window, "scroll", look);
  listen(c, window, "resize", look);
  look();
};

/** Keep off the page's own buttons: rise above a bar that stays in place; step aside from anything that scrolls by,
 *  until it has passed. */
const makeWay = (c, launch) => {
  const rise = (lift) => {
    launch.classList.remove("away");
    launch.style.transform = lift ? `translateY(-${lift}px)` : "";
    return covered(c, launch.getBoundingClientRect());
  };
  const found = rise(0);
  if (!found || (stays(found) && [64, 96, 144, 208].some((lift) => !rise(lift)))) return;
  rise(0);
  launch.classList.add("away");
};

const stays = (element) => element && (/fixed|sticky/.test(getComputedStyle(element).position) || stays(element.parentElement));

/** The first control of the page under a box. A large link, such as a whole product card, can still be hit beside it
 *  and does not count. */
const covered = (c, { left, right, top, bottom }) => {
  for (let point = 0; point < 9; point += 1) {
    const at = [left - 4 + ((point % 3) * (right - left + 8)) / 2, top - 4 + (Math.floor(point / 3) * (bottom - top + 8)) / 2];
    for (const found of document.elementsFromPoint(...at)) {
      const control = found !== c.host && found.closest("a[href],button,input,select,textarea,label,summary,[role=button],firasa-quiz");
      if (control && (control.localName !== "a" || control.offsetHeight < 120)) return control;
    }
  }
};
