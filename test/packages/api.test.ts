/** What others call changes on purpose only: the reference shows every change of it, and is made from the code. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeReference } from "../../scripts/pack/reference.ts";
import { ROOT } from "./examples.ts";

test("docs/api is what the code and its comments say; `npm run api` writes it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "share-api-"));
  try {
    await writeReference(folder);
    expect(await pagesIn(join(ROOT, "docs/api"))).toEqual(await pagesIn(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function pagesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")])),
  );
}
