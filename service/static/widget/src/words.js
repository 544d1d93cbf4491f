/* The chat's own words. They come from the server, one language at a time; only what must be said without it is here. */

import { call } from "./server.js";

const SPARE = {
  en: { open: "Find what suits you", unreached: "No connection.", retry: "Try now", close: "Close" },
  ar: { open: "ما الأنسب لك؟", unreached: "لا يوجد اتصال.", retry: "إعادة المحاولة", close: "إغلاق" },
};

/** Fetch the words of a language, unless they are here. */
export const learn = async (c, lang) => {
  if (c.tongue !== lang) {
    c.words = await call(`${c.base}/widget/words/${lang}.json`);
    c.tongue = lang;
  }
};

/** Words for a key, in the plural form that the number n asks for. */
export const say = (c, key, values = {}) => {
  const lang = c.tongue ?? c.lang;
  const entry = (c.words ?? SPARE[lang] ?? SPARE.en)[key] ?? "";
  const form = entry.at ? entry : entry[new Intl.PluralRules(lang).select(values.n)] ?? entry.other;
  return form.replace(/\{(\w)\}/g, (_, name) => shown(c, values[name]));
};

/** A number as the shop writes it in this language: its digits may be Arabic-Indic. */
export const shown = (c, text) => String(text).replace(/\d/g, (digit) => c.words?.digits?.[digit] ?? digit);
