import { expect, test } from "vitest";
import { LANGUAGES as SERVED } from "../../http/languages/index.ts";
import { assemble } from "../markup.ts";
import { RECOVER_LANGUAGES } from "../recovery/languages/index.ts";
import { LANGUAGES } from "./index.ts";

/** Each text by its path, such as `reader.camera`. */
function linesOf(texts: object, path = ""): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([name, value]) =>
      typeof value === "string" ? [[path + name, value]] : [...linesOf(value, `${path}${name}.`)],
    ),
  );
}

const placesIn = (text = "") => (text.match(/\{\w+\}/g) ?? []).toSorted();

test("the server offers the languages that there are", () => {
  expect(Object.keys(LANGUAGES).toSorted()).toEqual(Object.keys(SERVED).toSorted());
});

test("the recovery page is in all of them", () => {
  expect(Object.keys(RECOVER_LANGUAGES)).toEqual(Object.keys(LANGUAGES));
});

const all = [
  ["exchange page", LANGUAGES],
  ["recovery page", RECOVER_LANGUAGES],
  ["confirmation page", SERVED],
] as const;

test.each(all.flatMap(([page, texts]) => Object.keys(texts).map((tag) => ({ page, tag, texts }))))(
  "the $page in $tag has every line, with the same places to fill, and no other",
  ({ tag, texts }) => {
    const english = linesOf(texts["en"] ?? {});
    const lines = linesOf(texts[tag] ?? {});
    expect([...lines.keys()]).toEqual([...english.keys()]);
    for (const [path, text] of lines) {
      expect(text.trim(), path).not.toBe("");
      expect(text, path).not.toMatch(/[<>]/);
      expect(placesIn(text), path).toEqual(placesIn(english.get(path)));
    }
  },
);

const pages = ["index", "recover"].flatMap((page) => Object.keys(LANGUAGES).map((tag) => ({ page, tag })));

test.each(pages)(
  "the page $page in $tag says which language it is in, and leaves no place open",
  async ({ page, tag }) => {
    const markup = new TextDecoder().decode(await assemble(page, tag));
    expect(markup).toContain(`<html lang="${tag}">`);
    expect(markup).not.toMatch(/\{\{|<!-- [a-z.-]+ -->/);
    expect(JSON.parse(/data-part="texts">(.*)<\/script>/.exec(markup)?.[1] ?? "")).toMatchObject(
      LANGUAGES[tag] ?? {},
    );
  },
);
