/** A server whose own keys are for after quantum computers. */
import { PrivateKeys } from "@bc/envelope";
import { identityOf } from "@bc/share-protocol";
import { afterAll, expect, test } from "vitest";
import type { IdentityScheme } from "../../src/server/identity-scheme.ts";
import { keyMaker } from "../../src/server/identity-scheme.ts";
import { flipBit } from "../kit/flip-bit.ts";
import { createTestService, openTestDatabase, POLICY } from "../kit/service.ts";

const database = await openTestDatabase();
afterAll(() => database.close());

const share = new TextEncoder().encode("a share");
const schemes: readonly IdentityScheme[] = [
  "mldsa44+mlkem512",
  "mldsa65+mlkem768",
  "mldsa87+mlkem1024",
  "mldsa65+x25519",
  "ed25519+mlkem768",
];

async function serviceOf(scheme: IdentityScheme) {
  const identity = identityOf((await keyMaker(scheme))());
  const policy = { ...POLICY, trustFallback: true };
  return createTestService(database.sql, { identity, policy });
}

test.each(schemes)("opens what is sealed to %s, and signs what the client believes", async (scheme) => {
  const service = await serviceOf(scheme);
  for (const keys of [PrivateKeys.generate(), PrivateKeys.generate("mldsa65", "mlkem768")]) {
    for (const sealed of [true, false]) {
      const client = service.client({ keys, sealed });
      const receipt = await client.storeShare(share);
      expect(await client.retrieveShares([receipt])).toEqual([{ receipt, data: share }]);
    }
    const contact = `${identityOf(keys).xid.hex().slice(0, 8)}@example.com`;
    await service.client({ keys }).updateFallback(contact);
    const successor = service.client({ keys: PrivateKeys.generate("ed25519") });
    await (await successor.fallbackTransfer(contact)).send();
    await expect(service.client({ keys }).retrieveShares()).rejects.toMatchObject({
      refusal: { code: "invalid-sender-key", early: false },
    });
  }
});

test.each(schemes)("what is not sealed to %s, or was changed on the way, is refused", async (scheme) => {
  const service = await serviceOf(scheme);
  const other = (await serviceOf(scheme)).client({ keys: PrivateKeys.generate("ed25519") });
  const { envelope } = await other.prepare("storeShare", { data: share });
  await expect(service.client({ keys: PrivateKeys.generate() }).send(envelope)).resolves.toBeDefined();
  const post = async (bytes: Uint8Array) => {
    const headers = { "content-type": "application/cbor" };
    const body = new Uint8Array(bytes);
    return (await service.send(new Request("http://server.test/", { method: "POST", headers, body }))).status;
  };
  expect(await post(envelope.cborData())).toBe(400);
  const own = await service.client({ keys: PrivateKeys.generate() }).prepare("storeShare", { data: share });
  const bytes = own.envelope.cborData();
  expect(await post(bytes)).toBe(200);
  // Whatever is hit: the ciphertext, the share that is sealed with it, or the form around both.
  for (const bit of [8 * 40, 4 * bytes.length, 8 * bytes.length - 8 * 40]) {
    expect(await post(flipBit(bytes, bit))).toBe(400);
  }
});
