/** The life of an account whose owner signs by keys of SSH. */
import { Buffer } from "node:buffer";
import { PrivateKeys, type SigningPrivateKey, SigningPublicKey } from "@bc/envelope";
import { identityOf } from "@bc/share-protocol";
import { afterAll, expect, test } from "vitest";
import { createTestService, openTestDatabase, POLICY } from "../kit/service.ts";
import { type SshScheme, sshKeys } from "../kit/ssh-keys.ts";

const database = await openTestDatabase();
afterAll(() => database.close());
const policy = { ...POLICY, trustFallback: true, requireKeyProof: true };
const service = await createTestService(database.sql, { policy });
const share = new TextEncoder().encode("a share");

/** The keys that open the account, those that it changes to, and those that recover it. */
const lives: readonly (readonly [string, () => PrivateKeys, () => PrivateKeys, () => PrivateKeys])[] = [
  [
    "Ed25519 alone",
    () => sshKeys("ssh-ed25519"),
    () => sshKeys("ssh-ed25519", { hash: "sha256", namespace: "file" }),
    () => sshKeys("ssh-ed25519", { comment: "alice@example.com" }),
  ],
  [
    "P-256 alone",
    () => sshKeys("ecdsa-sha2-nistp256"),
    () => sshKeys("ecdsa-sha2-nistp256", { hash: "sha256" }),
    () => sshKeys("ecdsa-sha2-nistp256", { comment: "Älice" }),
  ],
  [
    "P-384 alone",
    () => sshKeys("ecdsa-sha2-nistp384"),
    () => sshKeys("ecdsa-sha2-nistp384", { hash: "sha256" }),
    () => sshKeys("ecdsa-sha2-nistp384", { namespace: "字" }),
  ],
  [
    "from Schnorr to SSH and on to ML-DSA",
    () => PrivateKeys.generate(),
    () => sshKeys("ecdsa-sha2-nistp256"),
    () => PrivateKeys.generate("mldsa65", "mlkem768"),
  ],
  [
    "from SSH to Ed25519 and back",
    () => sshKeys("ssh-ed25519"),
    () => PrivateKeys.generate("ed25519"),
    () => sshKeys("ecdsa-sha2-nistp384"),
  ],
];

test.each(lives)("opened, changed and recovered: %s", async (_name, first, second, third) => {
  const keys = first();
  const xid = keys.publicKeys().xid();
  const opened = service.client({ keys });
  const receipt = await opened.storeShare(share);
  expect(await opened.retrieveShares([receipt])).toEqual([{ receipt, data: share }]);

  const changedKeys = second();
  expect((await opened.updatePublicKey(changedKeys)).account.equals(xid)).toBe(true);
  await expect(opened.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
  const changed = service.client({ keys: changedKeys, xid });
  const contact = `${xid.hex().slice(0, 8)}@example.com`;
  await changed.updateFallback(contact);

  const recovered = service.client({ keys: third() });
  await (await recovered.fallbackTransfer(contact)).send();
  await expect(changed.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
  const owner = service.client({ keys: recovered.identity.privateKeys, xid });
  expect(await owner.retrieveShares()).toEqual([{ receipt, data: share }]);
  await owner.deleteAccount();
  await expect(owner.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
});

test.each([true, false])("carries requests and answers of SSH keys, sealed: %o", async (sealed) => {
  const client = service.client({ keys: sshKeys("ecdsa-sha2-nistp256"), sealed });
  const receipt = await client.storeShare(share);
  expect(await client.retrieveShares()).toEqual([{ receipt, data: share }]);
});

test("takes the same key with another comment for another key", async () => {
  const keys = sshKeys("ssh-ed25519", { comment: "one" });
  const owner = service.client({ keys });
  await owner.storeShare(share);
  const other = Buffer.from(keys.publicKeys().signing.data).toString().replace(/one$/, "two");
  expect(other).toMatch(/ two$/);
  const { xid } = identityOf(withPublicText(keys, other));
  expect(xid.equals(owner.identity.xid)).toBe(false);
  const stranger = service.client({ keys: withPublicText(keys, other), xid: owner.identity.xid });
  await expect(stranger.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
});

test.each(["ecdsa-sha2-nistp256", "ssh-ed25519"] satisfies SshScheme[])(
  "refuses a key of %s that is written in another way as bad-key",
  async (scheme) => {
    const keys = sshKeys(scheme, { comment: "one" });
    const text = `${Buffer.from(keys.publicKeys().signing.data)} `;
    const client = service.client({ keys: withPublicText(keys, text) });
    await expect(client.storeShare(share)).rejects.toMatchObject({ refusal: { code: "bad-key" } });
  },
);

/** The keys, whose public signing key is written as `text`. */
function withPublicText(keys: PrivateKeys, text: string): PrivateKeys {
  const { scheme } = keys.publicKeys().signing;
  const publicKey = SigningPublicKey.fromData(Buffer.from(text), scheme);
  const signing = { sign: keys.signing.sign, publicKey: () => publicKey } as SigningPrivateKey;
  return new PrivateKeys(signing, keys.encapsulation);
}
