/** The life of an account whose keys are for after quantum computers, or are to be. */
import { type EncapsulationScheme, PrivateKeys, type SigningScheme } from "@bc/envelope";
import { afterAll, expect, test } from "vitest";
import { createTestService, openTestDatabase, POLICY } from "../kit/service.ts";

const database = await openTestDatabase();
afterAll(() => database.close());
const service = await createTestService(database.sql, { policy: { ...POLICY, trustFallback: true } });

type Schemes = readonly [SigningScheme, EncapsulationScheme];
const USUAL: Schemes = ["schnorr", "x25519"];

/** The keys that open the account, those that it changes to, and those that recover it. */
const lives: readonly (readonly [Schemes, Schemes, Schemes])[] = [
  [
    ["mldsa44", "mlkem512"],
    ["mldsa44", "mlkem512"],
    ["mldsa44", "mlkem512"],
  ],
  [
    ["mldsa65", "mlkem768"],
    ["mldsa65", "mlkem768"],
    ["mldsa65", "mlkem768"],
  ],
  [
    ["mldsa87", "mlkem1024"],
    ["mldsa87", "mlkem1024"],
    ["mldsa87", "mlkem1024"],
  ],
  [USUAL, ["mldsa65", "mlkem768"], ["mldsa87", "x25519"]],
  [["ed25519", "mlkem768"], USUAL, ["mldsa65", "mlkem768"]],
];
const share = new TextEncoder().encode("a share");

test.each(lives)("opened by keys of %o, changed to %o, recovered by %o", async (first, second, third) => {
  const keys = PrivateKeys.generate(...first);
  const xid = keys.publicKeys().xid();
  const opened = service.client({ keys });
  const receipt = await opened.storeShare(share);
  expect(await opened.retrieveShares([receipt])).toEqual([{ receipt, data: share }]);

  const changedKeys = PrivateKeys.generate(...second);
  expect((await opened.updatePublicKey(changedKeys)).account.equals(xid)).toBe(true);
  await expect(opened.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
  const changed = service.client({ keys: changedKeys, xid });
  const contact = `${xid.hex().slice(0, 8)}@example.com`;
  await changed.updateFallback(contact);

  const recovered = service.client({ keys: PrivateKeys.generate(...third) });
  await (await recovered.fallbackTransfer(contact)).send();
  await expect(changed.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
  const owner = service.client({ keys: recovered.identity.privateKeys, xid });
  expect(await owner.retrieveShares()).toEqual([{ receipt, data: share }]);
  await owner.deleteAccount();
  await expect(owner.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
});

test.each([true, false])(
  "the largest share goes in and out by the largest keys, sealed: %o",
  async (sealed) => {
    const client = service.client({ keys: PrivateKeys.generate("mldsa87", "mlkem1024"), sealed });
    const data = new Uint8Array(POLICY.quotas.maxShareBytes).fill(7);
    const receipt = await client.storeShare(data);
    expect(await client.retrieveShares([receipt])).toEqual([{ receipt, data }]);
  },
);
