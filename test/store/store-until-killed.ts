/**
 * A program that opens a data folder with a migrated database and stores shares until it is killed. It prints each
 * share's ID as soon as the store has acknowledged the share. Arguments: the folder, a key id in hexadecimal.
 */
import { openPgliteThread } from "../../src/store/drivers/pglite-thread.ts";
import { storeShare } from "../../src/store/store-share.ts";
import { keyId } from "../../src/store/types.ts";
import { hex, newShare, request } from "./fixtures.ts";

const [folder = "", keyHex = ""] = process.argv.slice(2);
const key = keyId(Uint8Array.from(Buffer.from(keyHex, "hex")));
const limits = { maxShareBytes: 10_000, maxShares: 1_000_000, maxAccountBytes: 1_000_000_000 };

const { sql } = await openPgliteThread(folder);
for (;;) {
  const share = newShare(500);
  const { outcome } = await storeShare(sql, request(key), share, limits);
  if (outcome !== "ok") throw new Error(outcome);
  process.stdout.write(`${hex(share.shareId)}\n`);
}
