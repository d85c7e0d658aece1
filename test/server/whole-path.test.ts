/** Shares go in and come out byte for byte, whatever the key, the seal and the format, through the real server. */

import { PrivateKeys, randomBytes } from "@bc/envelope";
import { Receipt } from "@bc/share-client";
import { GroupSpec, generateShares, Secret, Spec, type SskrShare, shareBytes } from "@blockchaincommons/sskr";
import { afterAll, expect, test } from "vitest";
import { bytesToHex, cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { VARIABLES } from "../../src/server/config.ts";
import { traceOf } from "../kit/secrets.ts";
import { startServer } from "../kit/spawn-server.ts";

const MAX_SHARE_BYTES = VARIABLES.MAX_SHARE_BYTES.fallback;

function sskrShare(): SskrShare {
  const spec = Spec.from({ groupThreshold: 1, groups: [GroupSpec.parse("2-of-3")] });
  const [[share] = []] = generateShares(spec, Secret.from(randomBytes(16)));
  if (share === undefined) throw new TypeError("no share was made");
  return share;
}

const sskr = shareBytes(sskrShare());
const data: readonly Uint8Array[] = [
  randomBytes(500),
  sskr,
  new TextEncoder().encode(UR.from("sskr", cbor(sskr)).toString()),
  randomBytes(MAX_SHARE_BYTES),
  new Uint8Array(),
];

const ways = (["schnorr", "ed25519", "ecdsa"] as const).flatMap((scheme) =>
  [true, false].flatMap((sealed) =>
    (["cbor", "ur"] as const).map((format) => ({
      keys: PrivateKeys.generate(scheme),
      scheme,
      sealed,
      format,
    })),
  ),
);

const server = await startServer({ LOG_LEVEL: "trace" });
afterAll(() => server.stop());

const sorted = (items: readonly Uint8Array[]) => items.map(bytesToHex).sort();

test.each(ways)("stores and gives back: $scheme, sealed $sealed, $format", async (way) => {
  const client = server.client(way);
  const receipts: Receipt[] = [];
  for (const item of data) {
    const receipt = await client.storeShare(item);
    expect(receipt.equals(Receipt.of(client.identity.xid, item))).toBe(true);
    expect(await client.retrieveShares([receipt])).toEqual([{ receipt, data: item }]);
    receipts.push(receipt);
  }
  expect(sorted((await client.retrieveShares()).map((it) => it.data))).toEqual(sorted(data));
  expect(await client.retrieveShares(receipts.slice(1, 3))).toHaveLength(2);
});

test("gives back all the same after it was killed and started again", async () => {
  await server.kill("SIGKILL");
  await server.restart();
  for (const way of ways) {
    const shares = await server.client(way).retrieveShares();
    expect(sorted(shares.map((it) => it.data))).toEqual(sorted(data));
  }
});

test("a share of one byte more than is allowed is not stored, and opens no account", async () => {
  const client = server.client({ keys: PrivateKeys.generate() });
  await expect(client.storeShare(randomBytes(MAX_SHARE_BYTES + 1))).rejects.toMatchObject({
    refusal: { code: "share-too-large", early: false },
  });
  await expect(client.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
});

test("the log tells nothing that is somebody's own", () => {
  const log = server.log();
  expect(log).toContain("listening");
  for (const { keys } of ways) {
    const { xid } = server.client({ keys }).identity;
    const secrets = [keys.signing.data, keys.encapsulation.data, xid.data];
    for (const secret of secrets) expect(traceOf(secret, log)).toBeUndefined();
    for (const item of data) expect(traceOf(Receipt.of(xid, item).data, log)).toBeUndefined();
  }
  for (const item of data.filter(({ length }) => length > 0)) expect(traceOf(item, log)).toBeUndefined();
});
