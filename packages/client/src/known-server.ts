/**
 * A server as a client knows it: a XID with the keys that speak for it now.
 *
 * Trap: a document claims its XID, it proves nothing. A key speaks for a XID if the XID is its hash, or if the keys before
 * it have signed it over to this one, each in turn. So whoever knows the XID knows the signing key. While the keys have
 * never changed, the key to seal to is *not* under that hash: a caller who knows no more than a XID must have the document
 * proven, see `fetchServer`.
 */
import type { Envelope, PublicKeys, XID } from "@bc/envelope";
import {
  documentFromUR,
  documentWithRotations,
  type Rotation,
  readDocument,
  readRotations,
} from "@bc/share-protocol";
import { ClientError } from "./client-error.ts";

export type KnownServer = {
  readonly xid: XID;
  /** Signs the answers, and is what requests are sealed to. */
  readonly keys: PublicKeys;
  /** The changes of keys that led here, the oldest first. */
  readonly rotations: readonly Rotation[];
  /** What to keep of it: all of the above. */
  readonly document: Envelope;
};

/**
 * The server of a document. Where it tells of changes of keys, the keys are those of the last change.
 *
 * @throws {ClientError} `wrong-server` for what is no document, holds no usable key that its XID began with, or tells of
 *   changes of keys that are not signed as they must be.
 */
export async function serverFromDocument(document: Envelope): Promise<KnownServer> {
  const { xid, keys, rotations } = await read(async () => {
    return { ...readDocument(document), rotations: await readRotations(document) };
  });
  const last = rotations.at(-1);
  const own = last?.keys ?? keys.find(({ signing }) => xid.validates(signing));
  if (own === undefined)
    throw new ClientError("wrong-server", "the document lacks the key that its XID names");
  if (!own.encapsulation.isValid()) {
    throw new ClientError("wrong-server", "the document's encryption key is no key");
  }
  return {
    xid,
    keys: own,
    rotations,
    document: last === undefined ? document : documentWithRotations(xid, own, rotations),
  };
}

/** From `ur:xid/…`. @throws {ClientError} as {@link serverFromDocument}. */
export async function serverFromUR(text: string): Promise<KnownServer> {
  return await serverFromDocument(await read(async () => documentFromUR(text)));
}

/**
 * Which of the two a client goes on with, once somebody says that `found` is the server that it knows: the newer one.
 *
 * @throws {ClientError} `wrong-server` when it has another XID. `wrong-keys` unless the known keys are those found, or have
 *   led to them by rotations that they signed.
 */
export function followServer(known: KnownServer, found: KnownServer): KnownServer {
  if (!found.xid.equals(known.xid)) throw new ClientError("wrong-server", "another server answers there");
  if (found.keys.equals(known.keys)) return known;
  if (found.rotations.some(({ replaced }) => replaced.equals(known.keys))) return found;
  const isOld = known.rotations.some(({ replaced }) => replaced.equals(found.keys));
  throw new ClientError(
    "wrong-keys",
    isOld
      ? "it speaks by keys that the server has replaced since: it is an old copy, or somebody who has the old keys"
      : "it speaks by keys that those known here have not signed: it is somebody else, who answers in the server's place",
  );
}

/** The same for the document of an answer. Most tell of no changes of keys. */
export async function followRotations(known: KnownServer, document: Envelope): Promise<KnownServer> {
  const rotations = await read(() => readRotations(document));
  return rotations.length === 0 ? known : followServer(known, await serverFromDocument(document));
}

async function read<T>(reading: () => Promise<T>): Promise<T> {
  try {
    return await reading();
  } catch (cause) {
    throw new ClientError("wrong-server", "not the document of a server", { cause });
  }
}
