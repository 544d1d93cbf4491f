/* The conversation with the server: begin, send until acknowledged, catch up, start over. c is one chat. */

import { keep, newVisit, recall } from "./memory.js";
import { call, passing } from "./server.js";
import { fault, note, show, wait } from "./show.js";
import { learn } from "./words.js";

const LONGEST_WAIT = 30; // s between two tries

export const emit = (c, name, detail) =>
  c.host.dispatchEvent(new CustomEvent(`firasa:${name}`, { bubbles: true, composed: true, detail: { quiz: c.quiz, ...detail } }));

const response = (c) => `${c.base}/v1/responses/${c.turn.response_id}`;

/** Run one exchange at a time. What comes back after the conversation was left is dropped. */
const exchange = async (c, work) => {
  const { epoch } = c;
  const current = () => epoch === c.epoch;
  c.busy = true;
  const slow = setTimeout(() => wait(c, true), c.turn ? 350 : 0);
  try {
    await work(current);
  } finally {
    clearTimeout(slow);
    if (current()) {
      c.busy = false;
      wait(c, false);
    }
  }
};

/** Start, take up again, or go on in another language: the same visit gets the same response. */
export const begin = (c, lang = c.lang) => {
  if (c.busy || c.pending) return Promise.resolve();
  const fresh = !c.turn;
  return exchange(c, async (current) => {
    try {
      const token = c.host.getAttribute("token") ?? undefined;
      const [turn] = await Promise.all([
        call(`${c.base}/v1/responses`, { quiz: c.quiz, lang, visit: recall(c).visit, entry: c.entry, token }),
        learn(c, lang),
      ]);
      await learn(c, turn.lang);
      if (!current()) return;
      settled(c);
      c.said.clear();
      c.editing = null;
      c.pending = c.memory.pending;
      show(c, turn);
      if (fresh) emit(c, "start", { version: turn.version, lang: turn.lang, resumed: turn.history.length > 0 });
    } catch (problem) {
      if (current()) failed(c, problem, "unreached", () => begin(c, lang));
    }
  }).then(() => c.pending && !c.timer && deliver(c));
};

/** Take an answer, a typed message or a command: show it at once, keep it, and send it until it is acknowledged. */
export const send = (c, body, words) => {
  if (c.pending || c.busy || !c.turn) return; // a second tap
  if (c.editing && JSON.stringify(c.editing.value) === JSON.stringify(body.value)) {
    c.editing = null;
    return show(c, c.turn);
  }
  c.pending = { body, words };
  c.typing = "text" in body; // who writes goes on writing
  keep(c, { ...c.memory, pending: c.pending });
  fault(c, "");
  show(c, c.turn);
  deliver(c);
};

const deliver = (c, again) =>
  exchange(c, async (current) => {
    const { body } = c.pending;
    try {
      const turn = await call(`${response(c)}/answers`, { ...body, revision: c.turn.revision });
      await learn(c, turn.lang);
      if (!current()) return;
      const before = c.turn;
      acknowledged(c);
      show(c, turn);
      // One message may answer several questions.
      (body.item_id ? [body] : turn.heard?.items ?? []).forEach(({ item_id, value }) => emit(c, "answer", { item: item_id, value }));
      if (turn.status === "complete" && before.status !== "complete") {
        emit(c, "complete", { outcome: turn.result?.outcome ?? null, products: (turn.result?.products ?? []).map(({ id }) => id) });
      }
    } catch (problem) {
      if (current()) await undelivered(c, problem, again, current);
    }
  });

const undelivered = async (c, problem, again, current) => {
  const { code } = problem;
  const retry = () => deliver(c);
  if (passing(problem)) return failed(c, problem, "offline", retry);
  if (code === "response_not_found") return expired(c);
  if (/stale_revision|item_not_expected/.test(code)) {
    // Somebody (another window, a double) moved the conversation on: read where it stands. The answer is sent once more
    // when its question is still the one being asked.
    try {
      const turn = await call(`${response(c)}?lang=${c.turn.lang}`);
      if (!current()) return;
      const { body } = c.pending;
      if (!again && turn.item?.id === (body.item_id ?? c.turn.item?.id)) {
        c.turn = turn;
        return deliver(c, true);
      }
      acknowledged(c);
      show(c, turn);
      return note(c, "elsewhere");
    } catch (problem) {
      return problem.code === "response_not_found" ? expired(c) : failed(c, problem, "offline", retry);
    }
  }
  const { editing } = c;
  acknowledged(c);
  c.editing = editing;
  show(c, c.turn);
  fault(c, problem.errors[0]?.message || "refused");
  emit(c, "error", { code, message: problem.message });
};

const acknowledged = (c) => {
  settled(c);
  c.pending = c.editing = null;
  keep(c, { visit: c.memory.visit });
};

/** Drop the conversation from view; the server keeps it. */
export const forget = (c) => {
  c.inside ||= c.root.activeElement !== null;
  settled(c);
  c.epoch += 1;
  c.busy = false;
  c.turn = c.pending = c.editing = c.memory = null;
  c.said.clear();
  c.script = [];
  for (const part of ["log", "after", "stage", "dock"]) c.parts[part].replaceChildren();
  c.parts.fold.hidden = true;
};

const anew = (c, visit) => {
  forget(c);
  c.host.removeAttribute("visit");
  keep(c, { visit });
  return begin(c);
};

const expired = (c) => anew(c, newVisit()).then(() => note(c, "expired"));

/** Begin again with a new visit. The earlier conversation can be taken up again from the note. */
export const startOver = (c) => {
  const { visit } = recall(c);
  const had = c.turn?.history.length;
  return anew(c, newVisit()).then(() => had && note(c, "fresh", "undo", () => anew(c, visit)));
};

/** Say that a request is waiting and for how long, and offer to try at once. The words stay still while the seconds
 *  run, so that a screen reader hears them once. */
const failed = (c, problem, words, again) => {
  if (!c.tries || !passing(problem)) emit(c, "error", { code: problem.code, message: problem.message });
  if (!passing(problem)) return note(c, problem.code === "quiz_not_found" ? "missing" : "refused");
  c.tries = (c.tries ?? 0) + 1;
  const seconds = Math.max(problem.after, Math.min(LONGEST_WAIT, 2 ** (c.tries - 1)));
  c.go = () => {
    stop(c);
    note(c, "trying");
    again();
  };
  // A little jitter keeps a thousand chats from coming back in the same instant.
  c.timer = setTimeout(c.go, seconds * 1000 * (1 + Math.random() / 4));
  note(c, problem.code === "network" ? words : "tooMany", "retry", c.go, { n: seconds });
};

export const stop = (c) => {
  clearTimeout(c.timer);
  c.timer = c.go = null;
};

const settled = (c) => {
  stop(c);
  c.tries = 0;
  note(c);
};

/** Leave one address, with what was agreed to. */
export const identify = (c, channel, body, consent, refused) =>
  c.busy || exchange(c, async (current) => {
    try {
      const turn = await call(`${response(c)}/identify`, body);
      if (!current()) return;
      show(c, turn);
      c.parts.after.querySelector(".contact [tabindex]")?.focus();
      emit(c, "identify", { channel, consent });
    } catch (problem) {
      refused(passing(problem) ? "notSent" : channel === "email" ? "badEmail" : "badPhone");
      emit(c, "error", { code: problem.code, message: problem.message });
    }
  });
