/* The element <firasa-quiz>, and the one-line embed. Attributes, methods, events and parts: docs/widget.md. */

import { begin, forget, send, startOver, stop } from "./conversation.js";
import { fold, place, unfold } from "./embeds.js";
import { build } from "./show.js";
import { dress } from "./theme.js";

const SCRIPT = document.currentScript;
const HOME = SCRIPT?.src ? SCRIPT.src.replace(/\/widget\/firasa[^/]*$/, "") : location.origin;

class FirasaQuiz extends HTMLElement {
  static observedAttributes = ["quiz", "lang", "token"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    dress(root, SCRIPT?.nonce);
    const get = (name) => this.getAttribute(name);
    this.chat = {
      host: this,
      root,
      epoch: 0, // grows with each new conversation, so that late replies to an old one are dropped
      said: new Map(), // what the shop said after each answer
      script: [], // what was typed, and what the shop said to it, among the answers
      watch: [],
      get quiz() {
        return get("quiz") || "";
      },
      get base() {
        return (get("src") || HOME).replace(/\/$/, "");
      },
      get entry() {
        return get("entry") || get("mode") || "inline";
      },
      /** The language asked for: the attribute, else the page's. */
      get lang() {
        return (get("lang") || root.host.closest("[lang]")?.lang || navigator.language || "en").slice(0, 2).toLowerCase();
      },
    };
  }

  connectedCallback() {
    build(this.chat);
    place(this.chat);
  }

  disconnectedCallback() {
    const c = this.chat;
    stop(c);
    c.watch.splice(0).forEach((end) => end());
    for (const part of [c.parts.chat, c.launch, c.panel]) part?.remove();
    c.turn = c.panel = c.launch = c.parts = null;
    c.epoch += 1;
    c.busy = false;
  }

  attributeChangedCallback(name, before, now) {
    const c = this.chat;
    if (!c?.parts || before === now) return;
    if (name !== "quiz") return c.turn && begin(c);
    forget(c);
    if (!c.panel || c.panel.open) begin(c);
  }

  /** Open the panel of a bubble or a pop-up. */
  open() {
    unfold(this.chat);
  }

  /** Close it; the conversation is kept. */
  close() {
    fold(this.chat);
  }

  /** Begin again with a new visit. */
  restart() {
    return startOver(this.chat);
  }

  /** Say something for the shopper, as if it had been typed. */
  tell(text) {
    send(this.chat, { text }, text);
  }
}

if (!customElements.get("firasa-quiz")) customElements.define("firasa-quiz", FirasaQuiz);

// The script's own data attributes become the element's.
if (SCRIPT?.dataset.quiz || SCRIPT?.dataset.mode) {
  const element = document.createElement("firasa-quiz");
  for (const { name, value } of SCRIPT.attributes) if (/^data-/.test(name)) element.setAttribute(name.slice(5), value);
  const mount = () => document.body.append(element);
  if (!/bubble|popup/.test(element.getAttribute("mode"))) SCRIPT.after(element);
  else if (document.body) mount();
  else addEventListener("DOMContentLoaded", mount);
}
