import { PrivateKeys } from "@bc/envelope";
import { documentToUR, identityOf, newServerKeys, readRotations } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { ConfigError } from "./config-error.ts";
import { identitySchemeOf, keyMaker } from "./identity-scheme.ts";
import {
  changeServerKeys,
  openServerKeys,
  readServerKeys,
  type ServerKeys,
  withoutOldKeys,
  writeServerKeys,
} from "./server-keys.ts";

const NOW = new Date("2026-11-22T10:00:00Z");
const GRACE = 3_600;
const fresh = (): ServerKeys => ({ privateKeys: newServerKeys(), retired: [] });

function after(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

test("keys that were never changed are one UR, as they have always been", async () => {
  const keys = fresh();
  expect(writeServerKeys(keys, "\n")).toBe(keys.privateKeys.urString());
  const { identity, document, retired } = await openServerKeys(keys, GRACE);
  expect(identity.xid.equals(identityOf(keys.privateKeys).xid)).toBe(true);
  expect(document.isIdenticalTo(identity.document)).toBe(true);
  expect(retired).toEqual([]);
});

test.each(["\n", ","] as const)(
  "changed keys go through a text and back, with %j between",
  async (separator) => {
    const first = fresh();
    const changed = await changeServerKeys(await changeServerKeys(first, NOW, GRACE), after(60), GRACE);
    const read = readServerKeys(` ${writeServerKeys(changed, separator)}\n`);
    if (read === undefined) throw new Error("it is no text of keys");
    const { identity, document, retired } = await openServerKeys(read, GRACE);
    expect(identity.xid.equals(identityOf(first.privateKeys).xid)).toBe(true);
    expect((await readRotations(document)).map(({ date }) => date)).toEqual([NOW, after(60)]);
    expect(retired.map(({ until }) => until)).toEqual([after(60 + GRACE), after(GRACE)]);
    expect(retired.at(-1)?.identity.publicKeys.equals(first.privateKeys.publicKeys())).toBe(true);
  },
);

test.each([
  ["ed25519+x25519", "mldsa65+mlkem768"],
  ["mldsa87+mlkem1024", "ed25519+x25519"],
  ["mldsa44+x25519", "schnorr+mlkem512"],
] as const)("keys of %s give way to keys of %s, and the other way round", async (one, other) => {
  let keys: ServerKeys = { privateKeys: (await keyMaker(one))(), retired: [] };
  const { xid } = identityOf(keys.privateKeys);
  for (const scheme of [other, undefined, one]) keys = await changeServerKeys(keys, NOW, GRACE, scheme);
  const read = readServerKeys(writeServerKeys(keys, ","));
  if (read === undefined) throw new Error("it is no text of keys");
  const { identity, document, retired } = await openServerKeys(read, GRACE);
  const all = [identity, ...retired.map((old) => old.identity)];
  expect(all.map(({ privateKeys }) => identitySchemeOf(privateKeys))).toEqual([one, other, other, one]);
  expect(identity.xid.equals(xid)).toBe(true);
  expect(await readRotations(document)).toHaveLength(3);
});

test.each(["", "keys", "ur:crypto-prvkeys/lfaa", documentToUR(identityOf(newServerKeys()).document)])(
  "%j is no text of keys",
  (text) => expect(readServerKeys(text)).toBeUndefined(),
);

test("old keys stay until the end of their grace, and then go", async () => {
  const changed = await changeServerKeys(fresh(), NOW, GRACE);
  expect(await withoutOldKeys(changed, after(GRACE - 1), GRACE)).toBeUndefined();
  expect(await withoutOldKeys(changed, after(GRACE), GRACE)).toEqual({ ...changed, retired: [] });
  expect(await withoutOldKeys(changed, NOW, 0)).toEqual({ ...changed, retired: [] });
});

test("four old keys are honoured at a time, and no fifth", async () => {
  let keys = fresh();
  for (let i = 0; i < 4; i++) keys = await changeServerKeys(keys, after(i), GRACE);
  await expect(changeServerKeys(keys, after(4), GRACE)).rejects.toThrow(
    new ConfigError(
      "server keys: 4 old keys are still honoured, the oldest until 2026-11-22T11:00:00.000Z; wait, or give a shorter IDENTITY_GRACE",
    ),
  );
  expect((await changeServerKeys(keys, after(GRACE), GRACE)).retired).toHaveLength(4);
});

test("keys are changed 64 times, and not once more", async () => {
  let keys = fresh();
  for (let i = 0; i < 64; i++) keys = await changeServerKeys(keys, after(i), 0);
  expect(keys.retired).toHaveLength(1);
  expect(await readRotations((await openServerKeys(keys, 0)).document)).toHaveLength(64);
  await expect(changeServerKeys(keys, after(64), 0)).rejects.toThrow(ConfigError);
});

test("what does not belong together is told, and never by its bytes", async () => {
  const changed = await changeServerKeys(fresh(), NOW, GRACE);
  const other = await changeServerKeys(fresh(), NOW, GRACE);
  const wrong: readonly ServerKeys[] = [
    { ...changed, privateKeys: other.privateKeys },
    { ...changed, retired: [PrivateKeys.generate("ed25519")] },
    { ...changed, document: identityOf(changed.privateKeys).document },
  ];
  for (const keys of wrong) {
    await expect(openServerKeys(keys, GRACE)).rejects.toThrow(/^server keys: (?!.*ur:)/);
  }
});
