/** Tells at once, without a compiler, of an export that came or went and that nobody wrote into the reference. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as envelope from "@bc/envelope";
import * as client from "@bc/share-client";
import * as protocol from "@bc/share-protocol";
import { expect, test } from "vitest";
import { ROOT } from "./examples.ts";

test.each([
  ["envelope", envelope],
  ["share-protocol", protocol],
  ["share-client", client],
])(
  "docs/api/%s.md has a section for each value that is exported; `npm run api` writes it",
  (name, exports) => {
    const page = readFileSync(join(ROOT, `docs/api/${name}.md`), "utf8");
    const sections = [...page.matchAll(/^### (?:`abstract` )?(\S+)$/gm)].map(([, title = ""]) =>
      title.replace(/\\|\(\)/g, ""),
    );
    expect(sections).toEqual(expect.arrayContaining(Object.keys(exports)));
  },
);
