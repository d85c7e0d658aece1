/** The recovery page's languages, by the tags that the exchange page's have. */
import type { Texts } from "../../languages/index.ts";
import { de } from "./de.ts";
import { en, type RecoverTexts } from "./en.ts";
import { es } from "./es.ts";
import { fr } from "./fr.ts";
import { ja } from "./ja.ts";
import { pt } from "./pt.ts";

export type { RecoverTexts };

/** All that the recovery page says. */
export type RecoverPageTexts = Texts & { readonly recover: RecoverTexts };

export const RECOVER_LANGUAGES: Readonly<Record<string, RecoverTexts>> = { en, de, fr, es, pt, ja };
