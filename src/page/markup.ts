/**
 * A page's markup in one language.
 *
 * `<!-- name.html -->` stands for that file, `{{section.line}}` for a text of the language, `<!-- texts -->` for all of
 * them, which the script reads, and `<!-- languages -->` for links to all languages.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LANGUAGES, type Texts } from "./languages/index.ts";
import { RECOVER_LANGUAGES } from "./recovery/languages/index.ts";

/** @throws {TypeError} when the markup names a text that there is not. */
export async function assemble(page: string, language: string): Promise<Uint8Array<ArrayBuffer>> {
  const common = LANGUAGES[language];
  if (common === undefined) throw new TypeError(`there is no language ${language}`);
  const texts = page === "recover" ? { ...common, recover: RECOVER_LANGUAGES[language] } : common;
  const markup = (await include(`${page}.html`))
    .replace("<!-- texts -->", () => embedded(texts))
    .replace("<!-- languages -->", () => links(language))
    .replace('<html lang="en">', `<html lang="${language}">`)
    .replaceAll(/\{\{([\w.-]+)\}\}/g, (_, path: string) => escaped(textAt(texts, path)));
  return new TextEncoder().encode(markup);
}

async function include(file: string): Promise<string> {
  let markup = await readFile(join(import.meta.dirname, file), "utf8");
  for (const [comment, part = ""] of markup.matchAll(/<!-- ([a-z-]+\.html) -->/g)) {
    markup = markup.replaceAll(comment, await include(part));
  }
  return markup;
}

/** Browsers run no script of this type, so the policy of the page lets it be. */
function embedded(texts: Texts): string {
  const json = JSON.stringify(texts).replaceAll("<", "\\u003c");
  return `<script type="application/json" data-part="texts">${json}</script>`;
}

function links(current: string): string {
  return Object.entries(LANGUAGES)
    .map(([tag, { language }]) => {
      const mark = tag === current ? ' aria-current="true"' : "";
      return `<a href="?lang=${tag}" lang="${tag}" hreflang="${tag}"${mark}>${escaped(language)}</a>`;
    })
    .join("\n");
}

function textAt(texts: Texts, path: string): string {
  let found: unknown = texts;
  for (const name of path.split(".")) {
    found = Object.entries(Object(found)).find(([own]) => own === name)?.[1];
  }
  if (typeof found !== "string") throw new TypeError(`there is no text ${path}`);
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<"]/g, (character) => ENTITIES[character] ?? character);
}
