// What is nicer with JavaScript. Every page works without it.
//   data-live="#results"  a search form refreshes that part of the page while one types
//   data-auto             a form sends itself when a choice changes
//   data-copy             a text gets a button that copies it
"use strict";

const wait = 250;

function live(form) {
  const target = form.dataset.live;
  let timer = 0;
  let latest = 0;

  async function refresh() {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    const address = `${location.pathname}?${query}`;
    const mine = ++latest;
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok || mine !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(target);
    if (!fresh) return;
    document.querySelector(target).replaceWith(fresh);
    history.replaceState(null, "", address);
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, wait);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    refresh();
  });
}

function auto(form) {
  const button = form.querySelector("button");
  if (button) button.hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}

function copy(text) {
  const words = document.documentElement.lang === "ar" ? ["نسخ", "نُسخ"] : ["Copy", "Copied"];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = words[0];
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent.trim());
    button.textContent = words[1];
  });
  text.after(button);
}

// One open question at a time; Escape closes it.
function closeOthers(opened) {
  for (const other of document.querySelectorAll("details.ask[open]")) if (other !== opened) other.open = false;
}

document.querySelectorAll("form[data-live]").forEach(live);
document.querySelectorAll("form[data-auto]").forEach(auto);
if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(copy);
document.addEventListener("toggle", (event) => event.target.matches?.("details.ask[open]") && closeOthers(event.target), true);
document.addEventListener("click", (event) => event.target.closest("details.ask") || closeOthers(null));
document.addEventListener("keydown", (event) => event.key === "Escape" && closeOthers(null));
