/* The end: a card with the result, why, and products; and the offer to leave an address. */

import { identify, startOver } from "./conversation.js";
import { button, h, icon } from "./dom.js";
import { goods } from "./transcript.js";
import { say } from "./words.js";

const CONSENT = { email: "email", phone: "sms" }; // the consent that goes with each address

export const result = (c) => {
  const { status, result, contact } = c.turn;
  if (status !== "complete") c.unfolded = false;
  const shown = status === "complete" ? [c.card && card(c, result), contact && offer(c, contact)] : [];
  c.parts.after.replaceChildren(...shown.filter(Boolean));
};

const card = (c, { title, text, reasons = [], products = [] }) => {
  const part = (heading, list) => h("div.part", {}, h("h3", {}, say(c, heading)), list);
  return h("article.card", { "aria-labelledby": "outcome" },
    h("div.crown", {}, icon("star"), h("small", {}, say(c, "result")), h("h2", { id: "outcome", tabindex: "-1" }, title), text && h("p", {}, text)),
    reasons.length && part("because", h("ul.why", {}, reasons.map((reason) => h("li", {}, icon("tick"), h("span", {}, reason))))),
    products.length && part("picks", h("ul.goods", {}, products.map((product) => h("li", {}, goods(c, product))))),
    h("div.closing", {},
      button("plain", (event) => share(c, title, event.currentTarget), {}, icon("share"), h("span", {}, say(c, "share"))),
      button("plain", () => startOver(c), {}, icon("again"), say(c, "again"))));
};

const share = async (c, result, pressed) => {
  const { title, lang } = c.turn;
  const url = `${c.base}/q/${c.quiz}?lang=${lang}`;
  const text = `${title}: ${result}`;
  try {
    if (navigator.share) await navigator.share({ title, text, url });
    else {
      await navigator.clipboard.writeText(`${text}\n${url}`);
      pressed.lastChild.textContent = say(c, "copied");
    }
  } catch {
    // the person closed the share sheet, or the clipboard is not allowed: nothing to say
  }
};

/** One address, with its own consent box, never ticked beforehand. */
const offer = (c, { channels, text, consent, done }) => {
  if (done) return h("div.contact", {}, h("p", { role: "status", tabindex: "-1" }, icon("tick"), ` ${say(c, "saved")}`));
  const parts = channels.map((channel) => {
    const type = channel === "email" ? "email" : "tel";
    const wording = consent?.[CONSENT[channel]];
    return h("div.by", { "data-by": channel },
      h("label", { for: channel }, say(c, channel)),
      h("div.field", {}, h("input", { id: channel, type, dir: "ltr", autocomplete: type, maxlength: 254, "aria-describedby": "contact-bad" })),
      wording && h("label.tick", {}, h("input", { type: "checkbox" }), h("span", {}, wording)));
  });
  const pick = (chosen) => {
    parts.forEach((one) => (one.hidden = one.dataset.by !== chosen));
    switches.forEach((one) => one.setAttribute("aria-pressed", one.dataset.to === chosen));
  };
  const switches = channels.map((channel) => button("plain", () => pick(channel), { "data-to": channel }, say(c, channel)));
  const bad = h("p.bad", { id: "contact-bad", role: "alert" });
  const leave = (event) => {
    event.preventDefault();
    const part = parts.find((one) => !one.hidden);
    const channel = part.dataset.by;
    const [input, box] = part.querySelectorAll("input");
    const address = input.value.trim();
    bad.textContent = address ? "" : say(c, "address");
    if (!address) return input.focus();
    const agreed = { [CONSENT[channel]]: !!box?.checked };
    identify(c, channel, { [channel]: address, consent: agreed }, agreed, (key) => (bad.textContent = say(c, key)));
  };
  const form = h("form.contact", { novalidate: true, "aria-label": text, onsubmit: leave },
    h("p", {}, text), channels.length > 1 && h("div.switch", {}, switches), parts, bad, h("button.solid", { type: "submit" }, say(c, "stay")));
  pick(channels[0]);
  return form;
};
