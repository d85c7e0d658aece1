/** The languages of the page, by their tags. */
import { de } from "./de.ts";
import { en, type Texts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { pt } from "./pt.ts";

export type { Texts };

export const LANGUAGES: Readonly<Record<string, Texts>> = { en, de, fr, es, pt, ja };
