import { expect, test } from "vitest";
import { LANGUAGES as SERVED } from "../../http/languages/index.ts";
import { assemble } from "../markup.ts";
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

const both = [
  ["exchange page", LANGUAGES],
  ["confirmation page", SERVED],
] as const;

test.each(both.flatMap(([page, all]) => Object.keys(all).map((tag) => ({ page, tag, all }))))(
  "the $page in $tag has every line, with the same places to fill, and no other",
  ({ tag, all }) => {
    const english = linesOf(all["en"] ?? {});
    const lines = linesOf(all[tag] ?? {});
    expect([...lines.keys()]).toEqual([...english.keys()]);
    for (const [path, text] of lines) {
      expect(text.trim(), path).not.toBe("");
      expect(text, path).not.toMatch(/[<>]/);
      expect(placesIn(text), path).toEqual(placesIn(english.get(path)));
    }
  },
);

test.each(Object.keys(LANGUAGES))(
  "the page in %s says which language it is in, and leaves no place open",
  async (tag) => {
    const markup = new TextDecoder().decode(await assemble("index", tag));
    expect(markup).toContain(`<html lang="${tag}">`);
    expect(markup).not.toMatch(/\{\{|<!-- [a-z.-]+ -->/);
    expect(JSON.parse(/data-part="texts">(.*)<\/script>/.exec(markup)?.[1] ?? "")).toEqual(LANGUAGES[tag]);
  },
);
