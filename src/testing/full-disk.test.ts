/** A disk that is full: the server refuses with 503, and keeps everything that it has acknowledged. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { PrivateKeys, randomBytes } from "#bc/keys";
import { startServer } from "./server.ts";

/** A fresh database takes some 45 MB, and starting it once more some 20 of log. */
const SIZE = "110m";

const folder = mkdtempSync(join(tmpdir(), "share-server-small-"));
const mounted = mountSmallDisk();
const skipped = mounted ? undefined : "needs root, to mount a small disk";

function mountSmallDisk(): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

afterAll(() => {
  if (mounted) execFileSync("umount", ["--lazy", folder]);
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(skipped)(`a server on a disk that fills up${skipped ? ` (${skipped})` : ""}`, () => {
  const data = join(folder, "data");
  beforeAll(() => mkdirSync(data, { mode: 0o700 }));

  test("answers 503, and has all it acknowledged when there is room again", async () => {
    await using server = await startServer({
      DATA_DIR: data,
      MAX_SHARES: "100000",
      MAX_ACCOUNT_BYTES: "1000000000",
    });
    const keys = PrivateKeys.generate("ed25519");
    const acknowledged = new Map<string, string>();
    const client = server.client({ keys });
    const store = async () => {
      const share = randomBytes(10_000);
      acknowledged.set((await client.storeShare(share)).hex(), bytesToHex(share));
    };
    for (let count = 0; count < 20; count++) await store();

    const ballast = join(folder, "ballast");
    fill(ballast);
    let refusal: unknown;
    while (refusal === undefined) await store().catch((error: unknown) => (refusal = error));
    expect(refusal).toMatchObject({ refusal: { code: "unavailable" } });

    rmSync(ballast);
    await store();
    await server.kill("SIGKILL");
    await server.restart();
    const shares = await client.retrieveShares();
    const kept = new Map(shares.map(({ receipt, data: bytes }) => [receipt.hex(), bytesToHex(bytes)]));
    for (const [receipt, share] of acknowledged) expect(kept.get(receipt)).toBe(share);
  });
});

/** Takes what room there is, but for a little. */
function fill(file: string): void {
  const block = new Uint8Array(1_000_000);
  try {
    for (;;) writeFileSync(file, block, { flag: "a" });
  } catch (error) {
    expect(error).toMatchObject({ code: "ENOSPC" });
  }
}
