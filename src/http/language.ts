/** The language that a page for people is in: as `?lang=de` says, else what the browser likes best of those there are. */
import { languageDetector } from "hono/language";

/** By their tags. The first one is for everybody else. */
export const LANGUAGES = ["en", "de", "fr", "es", "pt", "ja"] as const;

export type Language = (typeof LANGUAGES)[number];

/** Sets the variable `language` of a request. `de-CH` gets `de`. */
export const chooseLanguage = languageDetector({
  order: ["querystring", "header"],
  lookupQueryString: "lang",
  supportedLanguages: [...LANGUAGES],
  fallbackLanguage: LANGUAGES[0],
  caches: false,
});
