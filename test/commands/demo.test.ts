import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

/** Runs it with a folder for temporary files of its own. @returns what it printed, and what it left in the folder. */
async function demo(...args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "share-demo-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, "../../scripts/demo.ts"), ...args],
    { env: { ...process.env, TMPDIR: folder, TEMP: folder } },
  );
  return { stdout, stderr, left: await readdir(folder) };
}

test("the demo of a recovery shows a seed come back after a server and the device are gone", async () => {
  const { stdout, stderr, left } = await demo("recovery");
  expect(stderr).toBe("");
  const seeds = stdout.match(/^ {4}ur:seed\/[a-z]+$/gm);
  expect(seeds).toHaveLength(2);
  expect(new Set(seeds).size).toBe(1);
  for (const shown of [
    "Subject: Confirm your contact",
    "Subject: Confirm the move",
    "RECOVERY SHEET",
    "found.ur  from ",
  ]) {
    expect(stdout).toContain(shown);
  }
  expect(left).toEqual([]);
});

test("the demo shows each envelope of a share's way to a real server and back, and leaves nothing behind", async () => {
  const { stdout, stderr, left } = await demo();
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
  expect(left).toEqual([]);
});
