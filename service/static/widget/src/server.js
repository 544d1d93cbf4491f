/* Requests. A problem says whether the same request may succeed later. */

const PATIENCE = 15_000; // ms after which a request counts as lost

const problem = (code, more) => Object.assign(new Error(more?.detail || code), { errors: [], after: 0, ...more, code });

export const passing = ({ code }) => code === "network" || code === "too_many_requests";

export const call = async (address, body) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  let reply;
  let data;
  try {
    reply = await fetch(address, {
      method: body ? "POST" : "GET",
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: abort.signal,
    });
    data = await reply.json();
  } catch {
    throw problem("network"); // not reached, cut off, too slow, or an answer that is not ours
  } finally {
    clearTimeout(timer);
  }
  if (reply.ok) return data;
  if (reply.status >= 500) throw problem("network");
  throw problem(data.code || "refused", { ...data, after: +reply.headers.get("Retry-After") });
};
