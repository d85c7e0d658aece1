/**
 * The server's keys, with what is left of those before: as text, in a file or in the environment, and as the identity
 * that the server speaks by.
 *
 * The text is the present private keys, then, once they have been changed, the document that `GET /` gives and the private
 * keys that are still honoured, each a UR, with white space or commas in between.
 */
import { type Envelope, PrivateKeys } from "@bc/envelope";
import {
  documentFromUR,
  documentToUR,
  documentWithRotations,
  identityOf,
  MAX_ROTATIONS,
  type Rotation,
  readDocument,
  readRotations,
  signRotation,
} from "@bc/share-protocol";
import type { ServerIdentity } from "../service/index.ts";
import { ConfigError } from "./config-error.ts";
import { identitySchemeOf, keyMaker, loadFor } from "./identity-scheme.ts";

export type ServerKeys = {
  readonly privateKeys: PrivateKeys;
  /** Absent: the keys have never been changed. */
  readonly document?: Envelope | undefined;
  /** Keys from before. */
  readonly retired: readonly PrivateKeys[];
};

/** Old keys are tried one after the other on what is sealed to none of them, so there are few. */
const MAX_RETIRED = 4;

/** Undefined for a text that holds something else. Whether all of it belongs together, {@link openServerKeys} finds out. */
export function readServerKeys(text: string): ServerKeys | undefined {
  const [present = "", document, ...retired] = text.trim().split(/[\s,]+/);
  try {
    return {
      privateKeys: PrivateKeys.fromURString(present),
      ...(document !== undefined && { document: documentFromUR(document) }),
      retired: retired.map((ur) => PrivateKeys.fromURString(ur)),
    };
  } catch {
    return undefined;
  }
}

/** @param separator a line break in a file; in the environment a comma, which no shell and no tool takes for its own. */
export function writeServerKeys(
  { privateKeys, document, retired }: ServerKeys,
  separator: "\n" | ",",
): string {
  const documents = document === undefined ? [] : [documentToUR(document)];
  return [privateKeys.urString(), ...documents, ...retired.map((keys) => keys.urString())].join(separator);
}

/**
 * @param grace seconds for which old keys are honoured.
 * @throws {ConfigError} when the document does not lead to the present keys, or knows nothing of the old ones.
 */
export async function openServerKeys(keys: ServerKeys, grace: number): Promise<ServerIdentity> {
  await loadFor([keys.privateKeys, ...keys.retired]);
  if (keys.document === undefined) {
    const identity = identityOf(keys.privateKeys);
    return { identity, document: identity.document, retired: [] };
  }
  const { xid } = readDocument(keys.document);
  const rotations = await rotationsOf(keys.document);
  const identity = identityOf(keys.privateKeys, xid);
  if (!rotations.at(-1)?.keys.equals(identity.publicKeys)) {
    throw new ConfigError("server keys: the document is not that of the present keys");
  }
  return {
    identity,
    document: documentWithRotations(xid, identity.publicKeys, rotations),
    retired: keys.retired.map((privateKeys) => {
      const publicKeys = privateKeys.publicKeys();
      const change = rotations.find(({ replaced }) => replaced.equals(publicKeys));
      if (change === undefined)
        throw new ConfigError("server keys: the document knows nothing of some old keys");
      // Who knows these keys only is led from them to the present ones.
      const document = documentWithRotations(xid, publicKeys, rotations);
      const until = new Date(change.date.getTime() + grace * 1000);
      return { identity: { ...identityOf(privateKeys, xid), document }, until };
    }),
  };
}

/**
 * New keys, signed by the present ones. Of the old keys those stay that are honoured at `now`.
 *
 * @param scheme of the new keys. Default: that of the present ones.
 * @throws {ConfigError} as {@link openServerKeys}, or after too many changes.
 */
export async function changeServerKeys(
  keys: ServerKeys,
  now: Date,
  grace: number,
  scheme = identitySchemeOf(keys.privateKeys),
): Promise<ServerKeys> {
  const { identity, document, retired } = await openServerKeys(keys, grace);
  const rotations = await rotationsOf(document);
  if (rotations.length >= MAX_ROTATIONS) {
    throw new ConfigError(
      `server keys: the keys have been changed ${MAX_ROTATIONS} times, which is as often as goes`,
    );
  }
  const honoured = retired.filter(({ until }) => now < until);
  if (honoured.length >= MAX_RETIRED) {
    const end = honoured.map(({ until }) => until.toISOString()).sort()[0];
    throw new ConfigError(
      `server keys: ${MAX_RETIRED} old keys are still honoured, the oldest until ${end}; wait, or give a shorter IDENTITY_GRACE`,
    );
  }
  const privateKeys = (await keyMaker(scheme))();
  const publicKeys = privateKeys.publicKeys();
  const sequence = rotations.length + 1;
  const signed = await signRotation(identity, publicKeys, { sequence, date: now });
  return {
    privateKeys,
    document: documentWithRotations(identity.xid, publicKeys, [...rotations, { signed }]),
    retired: [keys.privateKeys, ...honoured.map((old) => old.identity.privateKeys)],
  };
}

/** The same without old keys whose grace is over at `now`; undefined when there are none. */
export async function withoutOldKeys(
  keys: ServerKeys,
  now: Date,
  grace: number,
): Promise<ServerKeys | undefined> {
  const { retired } = await openServerKeys(keys, grace);
  const honoured = retired.filter(({ until }) => now < until);
  if (honoured.length === retired.length) return undefined;
  return { ...keys, retired: honoured.map(({ identity }) => identity.privateKeys) };
}

async function rotationsOf(document: Envelope): Promise<readonly Rotation[]> {
  try {
    return await readRotations(document);
  } catch (cause) {
    throw new ConfigError("server keys: the document is not a server's, or is damaged", { cause });
  }
}
