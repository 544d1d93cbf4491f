/* What the browser keeps: a random visit per quiz, and an answer that could not be sent yet. */

const key = (c) => `firasa:${c.base}:${c.quiz}`;

export const newVisit = () =>
  crypto.getRandomValues(new Uint32Array(5)).reduce((text, part) => text + part.toString(36), "v");

export const keep = (c, value) => {
  c.memory = value;
  try {
    localStorage.setItem(key(c), JSON.stringify(value));
  } catch {
    // blocked storage: the conversation then lives as long as the page
  }
};

/** What is kept for this quiz; begins with a new visit. A link from an email is a visit of its own on any device. */
export const recall = (c) => {
  if (!c.memory) {
    try {
      c.memory = JSON.parse(localStorage.getItem(key(c)));
    } catch {
      // as above
    }
    const kept = c.memory?.visit;
    const visit = c.host.getAttribute("visit") ?? (kept?.startsWith("link-") ? newVisit() : kept ?? newVisit());
    if (c.memory?.visit !== visit) keep(c, { visit });
  }
  return c.memory;
};
