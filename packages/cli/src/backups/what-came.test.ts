import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { secretEnvelope } from "@bc/share-client";
import { expect, onTestFinished, test, vi } from "vitest";
import { outputSecrets, type WholeBackup } from "./what-came.ts";

const SEED = "ur:seed/oyadgdeeeygsvlztiokpvwdevsvdjksscmvaetcwsolyvl";

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "share-came-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "seed.ur");
}

/** Writes the one secret that has come. @returns what is printed. */
async function output(path: string): Promise<string> {
  const lines = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  onTestFinished(() => lines.mockRestore());
  const recovered = { secret: SEED, envelope: secretEnvelope(SEED), from: ["https://a.example"] };
  const backup: WholeBackup = {
    id: "8c1f",
    sets: [],
    from: recovered.from,
    wanted: undefined,
    isTaken: false,
    recovered,
  };
  await outputSecrets([backup], { path, json: false, others: [], isForAnother: false });
  return lines.mock.calls.join("");
}

test("a file that has the secret already, as a run that was cut off leaves it, counts as written", async () => {
  const path = await newFile();
  await output(path);
  const { mtimeMs, mode } = await stat(path);
  expect(await output(path)).toContain(`${path}  from https://a.example`);
  expect(await stat(path)).toMatchObject({ mtimeMs, mode });
});

test.each(["another seed\n", `${SEED}\nand more\n`, `${SEED.replace("oy", "oe")}\n`, ""])(
  "a file that holds something else is left as it is: %j",
  async (text) => {
    const path = await newFile();
    await writeFile(path, text, { mode: 0o600 });
    await expect(output(path)).rejects.toMatchObject({ code: "usage" });
    expect(await readFile(path, "utf8")).toBe(text);
  },
);

test.skipIf(process.platform === "win32")(
  "the secret where others can read it, or behind a link, does not count as written",
  async () => {
    const path = await newFile();
    await output(path);
    const link = `${path}.link`;
    await symlink(path, link);
    await expect(output(link)).rejects.toMatchObject({ code: "usage" });
    await chmod(path, 0o640);
    await expect(output(path)).rejects.toMatchObject({ code: "usage" });
  },
);
