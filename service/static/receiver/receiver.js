// Keeps the audience up to date while the page is open. Without it the page reloads itself every few seconds.
"use strict";

const LOOK_EVERY = 1000;
// Also without a change now and then: "3 minutes ago" grows older, and the mark "new" goes.
const REFRESH_EVERY = 20000;

const live = document.getElementById("live");
let shown = Number(document.getElementById("content").dataset.version);
let refreshed = Date.now();

function say(works) {
  live.hidden = false;
  live.classList.toggle("waiting", !works);
  const word = works ? live.dataset.live : live.dataset.paused;
  const place = live.querySelector(".word");
  if (place.textContent !== word) place.textContent = word;
}

async function look() {
  try {
    const { version } = await (await fetch("/version", { cache: "no-store" })).json();
    if (version !== shown || Date.now() - refreshed > REFRESH_EVERY) {
      const html = await (await fetch(location.href, { cache: "no-store" })).text();
      const fresh = new DOMParser().parseFromString(html, "text/html");
      const content = fresh.getElementById("content");
      const first = !document.querySelector(".search") && fresh.querySelector(".search");
      const focused = document.activeElement?.closest("#content a")?.getAttribute("href");
      document.getElementById("content").replaceWith(content);
      if (focused) content.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      if (first) content.after(first);
      shown = Number(content.dataset.version);
      refreshed = Date.now();
    }
    say(true);
  } catch {
    say(false);
  }
  setTimeout(look, document.hidden ? LOOK_EVERY * 5 : LOOK_EVERY);
}

say(true);
setTimeout(look, LOOK_EVERY);
