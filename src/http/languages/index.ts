/** The languages of the pages for people: as `?lang=de` says, else what the browser likes best of those there are. */
import { languageDetector } from "hono/language";
import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { pt } from "./pt.ts";

export type { Texts };

/** By their tags. */
export const LANGUAGES: Readonly<Record<string, Texts>> = { en, de, fr, es, pt, ja };

/** For everybody else. */
const FALLBACK = "en";

/** Sets the variable `language` of a request. `de-CH` gets `de`. */
export const chooseLanguage = languageDetector({
  order: ["querystring", "header"],
  lookupQueryString: "lang",
  supportedLanguages: Object.keys(LANGUAGES),
  fallbackLanguage: FALLBACK,
  caches: false,
});

/** The texts in the language that was chosen. */
export function textsIn(language: string): Texts {
  return LANGUAGES[language] ?? en;
}
