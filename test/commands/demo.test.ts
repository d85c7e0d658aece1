import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

test("the demo shows each envelope of a share's way to a real server and back, and leaves nothing behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "share-demo-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, "../../scripts/demo.ts")],
    {
      env: { ...process.env, TMPDIR: folder, TEMP: folder },
    },
  );
  expect(stderr).toBe("");
  for (const shown of [
    '«"storeShare"»',
    '«"retrieveShares"»',
    "'isA': \"Receipt\"",
    "'signed': Signature(Ed25519)",
  ]) {
    expect(stdout).toContain(shown);
  }
  expect(stdout.match(/ENCRYPTED \[/g)).toHaveLength(4);
  const share = /^ur:sskr\/[a-z]+$/m.exec(stdout)?.[0] ?? "";
  expect(stdout.trimEnd().endsWith(share)).toBe(true);
  expect(await readdir(folder)).toEqual([]);
});
