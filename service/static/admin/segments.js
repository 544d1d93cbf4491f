// The segment builder with JavaScript: its buttons change the form in place, choices show their fields at once, and the
// count follows while one types. What is sent is the same form; the server draws all of it.
"use strict";

(() => {
  const wait = 450;
  let timer = 0;
  let latest = 0;
  let counting = null;
  let typed = new Set();

  const form = () => document.getElementById("builder");

  async function send(button) {
    const mine = ++latest;
    clearTimeout(timer);
    const sent = form();
    typed = new Set();
    sent.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(sent));
    if (button) body.append("do", button);
    body.append("part", "form");
    const held = document.activeElement?.id;
    const answer = await fetch(sent.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (mine !== latest) return;
    const next = answer.headers.get("X-Go-To") || (answer.redirected && answer.url);
    if (next) {
      location.assign(next);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("builder");
    if (!fresh) {
      sent.removeAttribute("aria-busy");
      sent.submit();
      return;
    }
    // What was typed while the answer was on its way stays.
    for (const id of typed) {
      const before = document.getElementById(id);
      const after = fresh.querySelector(`[id="${id}"]`);
      if (before && after && after.type !== "checkbox") after.value = before.value;
    }
    sent.replaceWith(fresh);
    begin(fresh);
    focus(fresh, button, held);
  }

  function focus(fresh, button, held) {
    const told = fresh.dataset.focus && document.getElementById(fresh.dataset.focus);
    const tried = ["preview", "test", "explain"].includes(button) && document.getElementById("tried");
    const trouble = fresh.querySelector("[role=alert]");
    if (told) {
      const first = told.matches("fieldset") ? told.querySelector("select[data-refresh], select, input:not([type=hidden])") : told;
      (first || told).focus();
    } else if (trouble) {
      trouble.tabIndex = -1;
      trouble.focus();
    } else if (tried) {
      tried.focus();
    } else if (held) {
      document.getElementById(held)?.focus();
    }
  }

  async function count() {
    const body = new URLSearchParams(new FormData(form()));
    body.append("part", "live");
    counting?.abort();
    counting = new AbortController();
    try {
      const answer = await fetch(form().action, { method: "POST", body, signal: counting.signal });
      if (!answer.ok || answer.redirected) return;
      const html = await answer.text();
      const fresh = new DOMParser().parseFromString(html, "text/html").body;
      const live = document.getElementById("live");
      // The region that is read out stays; only its words change.
      const region = live.querySelector(".count");
      region.replaceChildren(...fresh.querySelector(".count").childNodes);
      for (const old of live.querySelectorAll(".said")) old.remove();
      live.append(...fresh.querySelectorAll(".said"));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  function begin(one) {
    one.querySelectorAll(".plain-only").forEach((button) => (button.hidden = true));
    one.addEventListener("submit", (event) => {
      event.preventDefault();
      send(event.submitter?.value || "refresh");
    });
    one.addEventListener("change", (event) => {
      if (event.target.matches("[data-refresh]")) send("refresh");
    });
    one.addEventListener("input", (event) => {
      if (event.target.id) typed.add(event.target.id);
      clearTimeout(timer);
      if (/^c[.:]/.test(event.target.name) && !event.target.matches("[data-refresh]")) timer = setTimeout(count, wait);
    });
  }

  // While everybody is held against changed definitions the page says how far that is.
  async function poll() {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("progress");
    if (!fresh) return;
    document.getElementById("progress").replaceWith(fresh);
    if (fresh.matches("[data-poll]")) setTimeout(poll, 3000);
  }

  if (form()) begin(form());
  if (document.querySelector("#progress[data-poll]")) setTimeout(poll, 3000);
})();
