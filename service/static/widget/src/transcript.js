/* The log: what was said, asked and answered, in order. Nodes that stay the same are kept, so that a screen reader hears
   each turn once. */

import { button, h, icon, picture, safe } from "./dom.js";
import { edit } from "./stage.js";
import { say, shown } from "./words.js";

const SCALES = /rating|nps/;

/** The turn as a list of entries. A question stays out of it while it is asked; an answer that was changed stands once,
 *  where it was first given. */
const entries = (c) => {
  const { history, transcript, messages, heard, item, contact_person: person } = c.turn;
  if (transcript?.length) c.script = transcript; // it comes when something was typed, and when a response is read
  const pending = c.pending?.body;
  const list = [];
  const done = new Set();
  const mine = (past, text, held) =>
    list.push({ kind: "ask", id: past.id, text: past.text }, { kind: "mine", id: past.id, text, held, question: past.text });
  const shop = (message) => message.text && list.push({ kind: "shop", ...message, id: null });
  // What the shop said before each question is remembered as long as the page lives.
  const said = (id) => c.said.get(id)?.forEach(shop);
  const answer = ({ item_id: id, question, answer: words, type }) => {
    if (done.has(id)) return;
    done.add(id);
    const changed = pending?.item_id === id;
    mine({ id, text: question }, changed ? c.pending.words : SCALES.test(type) ? shown(c, words) : words, changed);
    said(id);
  };
  if (!c.pending) c.said.set(history.at(-1)?.item_id, messages);
  said();
  for (const { kind, item_id, text, at } of c.script) {
    const past = history.find((one) => one.item_id === item_id);
    // Words that gave one answer stand there as that answer.
    if (kind === "typed") c.script.filter((one) => one.kind === "answer" && one.at === at).length === 1 || list.push({ kind, text });
    if (kind === "answer" && past) answer(past);
    if (kind === "notice") shop({ text });
  }
  history.forEach(answer);
  if (heard?.text && !list.some(({ text }) => text === heard.text)) shop(heard);
  if (person) shop({ text: person.text, link: { url: reach(person), label: say(c, "person") } });
  if (item && pending?.item_id === item.id) mine(item, c.pending.words, true);
  else if (pending?.text) list.push({ kind: "typed", text: c.pending.words, held: true });
  return list;
};

const reach = ({ url, email, phone, whatsapp }) =>
  url || (email ? `mailto:${email}` : whatsapp ? `https://wa.me/${whatsapp.replace(/\D/g, "")}` : `tel:${phone}`);

/** Bring the log to the present entries; silent when the past was rewritten. */
export const write = (c) => {
  const { log, chat, fold } = c.parts;
  const list = entries(c);
  const old = [...log.children];
  const same = (node, entry) => node?.kind === entry.kind && node.ref === entry.id && (entry.kind === "mine" || node.said === entry.text);
  let kept = 0;
  while (kept < list.length && same(old[kept], list[kept])) paint(c, old[kept], list[kept++]);
  const rewritten = !kept || kept < old.length;
  old.slice(kept).forEach((node) => node.remove());
  log.setAttribute("aria-live", rewritten ? "off" : "polite");
  for (const entry of list.slice(kept)) {
    const node = make(c, entry);
    paint(c, node, entry);
    if (!rewritten) node.classList.add("new");
    log.append(node);
  }
  const { status, history, messages, result } = c.turn;
  const complete = status === "complete";
  c.card = complete && !!(result?.outcome || result?.products.length);
  [...log.children].forEach((node, at, all) => node.classList.toggle("past", complete && at < all.length - messages.length));
  chat.classList.toggle("whole", complete);
  chat.classList.toggle("bye", complete && !c.card);
  fold.hidden = !complete || !history.length;
  log.classList.toggle("folded", !fold.hidden && !c.unfolded);
  fold.setAttribute("aria-expanded", !!c.unfolded);
  fold.replaceChildren(say(c, "answers", { n: history.length }), icon("down"));
};

const make = (c, { kind, id, text, link, product }) => {
  const node =
    kind === "mine"
      ? button("mine", () => change(c, id), { "aria-live": "off" }, h("span.unseen"), h("bdi"), icon("pen"))
      : // A question was read with its choices when they got the focus: here it stays silent.
        h(`p.${kind}`, { tabindex: "-1", dir: kind === "typed" && "auto", "aria-live": kind === "shop" ? null : "off" }, text);
  const more = [product && goods(c, product), link && safe(link.url) && h("a.link", { href: safe(link.url), target: "_blank", rel: "noopener" }, h("bdi", {}, link.label || link.url))];
  const card = more.some(Boolean) ? h("div.hint", {}, node, more) : node;
  return Object.assign(card, { kind, ref: id, said: text });
};

const paint = (c, node, { kind, id, text, held, question }) => {
  node.classList.toggle("held", !!held);
  if (kind !== "mine") return;
  const words = text || say(c, "skipped");
  node.children[0].textContent = `${say(c, "you")}: `;
  node.children[1].textContent = words;
  node.setAttribute("aria-label", `${say(c, "you")}: ${words}. ${question} ${say(c, "change")}`);
  node.classList.toggle("none", !text);
  node.classList.toggle("editing", c.editing?.item_id === id);
};

const change = (c, id) => {
  const past = c.turn.history.find((one) => one.item_id === id);
  if (past?.item && !c.pending && !c.busy) edit(c, past);
};

/** A product with its picture, price and button. */
export const goods = (c, { id, name, text, price_text, image, url }) =>
  h("div.good", {},
    picture(image.startsWith("/widget/") ? c.base + image : image),
    h("b", {}, h("bdi", {}, name)),
    text && h("span.what", {}, text),
    h("span.buy", {}, h("bdi.price", {}, price_text),
      url && safe(url) && h("a.view", { href: safe(url), "aria-label": `${say(c, "view")}: ${name}` }, say(c, "view"))));
