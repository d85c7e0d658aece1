/** A wallet's bundle, run where no package is installed: nothing of it may need one. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, type Format } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import bip340 from "../../../../../test-vectors/bip340.json" with { type: "json" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "share-bundle-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const JUDGE = `
  import { curves } from "#curves";
  const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
  Promise.all(${JSON.stringify(bip340.vectors)}.map(async (vector) => {
    const { publicKeyHex, signatureHex, messageHex } = vector;
    return curves.secp256k1.schnorrVerify(...[publicKeyHex, signatureHex, messageHex].map(bytes));
  })).then((verdicts) => console.log(JSON.stringify(verdicts)));
`;

it.each<[Format, string]>([
  ["esm", "mjs"],
  ["cjs", "cjs"],
])("judges the vectors of BIP 340 as %s for Node, without the optional packages", async (format, ending) => {
  const outfile = join(folder, `judge.${ending}`);
  const { metafile, warnings } = await build({
    stdin: { contents: JUDGE, resolveDir: import.meta.dirname },
    bundle: true,
    platform: "node",
    format,
    outfile,
    metafile: true,
    logOverride: { "empty-import-meta": "silent" },
  });
  expect(warnings).toEqual([]);
  const packages = Object.keys(metafile.inputs).filter((file) =>
    /node_modules\/(tiny-)?secp256k1\//.test(file),
  );
  expect(packages).toEqual([]);
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd: folder });
  expect(JSON.parse(stdout)).toEqual(bip340.vectors.map(({ valid }) => valid));
});
