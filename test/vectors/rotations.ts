/**
 * What a client knows of a server, what somebody at its address announces, and what the client makes of it.
 *
 * The server `server` changes its keys twice, at `NOW` and a year later. All keys come from their names.
 */
import { ALLOW, type Envelope, KEY, PrivateKeyBase, type PublicKeys } from "@bc/envelope";
import {
  documentFor,
  documentWithRotations,
  type Identity,
  identityOf,
  signRotation,
} from "@bc/share-protocol";
import { NOW, otherServer, server } from "../kit/people.ts";

export type RotationVector = {
  readonly name: string;
  /** The document that the client keeps. Absent: it knows the XID alone. */
  readonly known?: Envelope;
  readonly announced: Envelope;
  /**
   * `same`: nothing has changed. `follow`: the client goes on with `keys`. `replaced-keys`: the keys announced are older
   * than those known. `stranger`: the known keys have not led to them. `not-a-server`: it is no such document at all.
   */
  readonly outcome: "same" | "follow" | "replaced-keys" | "stranger" | "not-a-server";
  /** With which keys the client goes on. */
  readonly keys?: PublicKeys;
};

const NO_RANDOMNESS = { auxRand: new Uint8Array(32) };
const A_YEAR_LATER = new Date("2027-11-22T10:00:00Z");

/** The server under new keys. */
function renewed(name: string): Identity {
  return identityOf(
    PrivateKeyBase.fromData(new TextEncoder().encode(name)).privateKeys("ed25519"),
    server.xid,
  );
}

const second = renewed("server, second keys");
const third = renewed("server, third keys");
const thief = renewed("thief");

function rotation(by: Identity, to: Identity, sequence: number, date = NOW): Promise<Envelope> {
  return signRotation(by, to.publicKeys, { sequence, date }, NO_RANDOMNESS);
}

function announcement(of: Identity, ...rotations: readonly Envelope[]): Envelope {
  return documentWithRotations(
    of.xid,
    of.publicKeys,
    rotations.map((signed) => ({ signed })),
  );
}

/** The same rotation with another shape, signed by `by`. */
async function reshaped(
  by: Identity,
  signed: Envelope,
  change: (document: Envelope) => Envelope,
): Promise<Envelope> {
  return change(signed.tryUnwrap()).sign(by.privateKeys.signing, NO_RANDOMNESS);
}

/** Nothing but the last keys differs from what the server itself would announce. */
export async function rotationVectors(): Promise<readonly RotationVector[]> {
  const first = await rotation(server, second, 1);
  const next = await rotation(second, third, 2, A_YEAR_LATER);
  const once = announcement(second, first);
  const twice = announcement(third, first, next);
  const stolen = await rotation(server, thief, 1);
  const stolenTwice = await rotation(thief, third, 2, A_YEAR_LATER);
  const [key] = first.tryUnwrap().objectsForPredicate(KEY);
  const permissions = key?.assertionsWithPredicate(ALLOW) ?? [];
  const known = server.document;
  return [
    { name: "keys that have never changed", known, announced: server.document, outcome: "same" },
    { name: "one rotation", known, announced: once, outcome: "follow", keys: second.publicKeys },
    {
      name: "two rotations since the keys that are known",
      known,
      announced: twice,
      outcome: "follow",
      keys: third.publicKeys,
    },
    {
      name: "two rotations, the first of which is known",
      known: once,
      announced: twice,
      outcome: "follow",
      keys: third.publicKeys,
    },
    { name: "two rotations that are known", known: twice, announced: twice, outcome: "same" },
    {
      name: "two rotations, to a client that knows the XID alone",
      announced: twice,
      outcome: "follow",
      keys: third.publicKeys,
    },
    {
      name: "an answer by the old keys, which tells of the new ones",
      known,
      announced: announcement(server, first, next),
      outcome: "follow",
      keys: third.publicKeys,
    },
    {
      name: "a rotation signed by a stranger",
      known,
      announced: announcement(second, await rotation({ ...thief, publicKeys: server.publicKeys }, second, 1)),
      outcome: "not-a-server",
    },
    {
      name: "a rotation signed by the new keys alone",
      known,
      announced: announcement(
        second,
        await rotation({ ...second, publicKeys: server.publicKeys }, second, 1),
      ),
      outcome: "not-a-server",
    },
    {
      name: "a rotation that replaces a stranger's keys",
      known,
      announced: announcement(second, await rotation(thief, second, 1)),
      outcome: "not-a-server",
    },
    {
      name: "new keys without a rotation",
      known,
      announced: documentFor(server.xid, second.publicKeys),
      outcome: "not-a-server",
    },
    {
      name: "a rotation of another XID",
      known,
      announced: announcement(second, await rotation({ ...server, xid: otherServer.xid }, second, 1)),
      outcome: "not-a-server",
    },
    { name: "the document of another XID", known, announced: otherServer.document, outcome: "stranger" },
    {
      name: "the first keys, once they have been replaced",
      known: once,
      announced: server.document,
      outcome: "replaced-keys",
    },
    {
      name: "the second keys, once they have been replaced",
      known: twice,
      announced: once,
      outcome: "replaced-keys",
    },
    {
      name: "another rotation by the first keys, once they have been replaced",
      known: once,
      announced: announcement(thief, stolen),
      outcome: "stranger",
    },
    {
      name: "a longer chain by the first keys, once they have been replaced",
      known: once,
      announced: announcement(third, stolen, stolenTwice),
      outcome: "stranger",
    },
    {
      name: "a chain without its first rotation",
      known: once,
      announced: announcement(third, next),
      outcome: "not-a-server",
    },
    {
      name: "a rotation that comes with another one of the same number",
      known,
      announced: announcement(second, first, stolen),
      outcome: "not-a-server",
    },
    {
      name: "a rotation with the wrong number",
      known,
      announced: announcement(second, await rotation(server, second, 2)),
      outcome: "not-a-server",
    },
    {
      name: "a rotation with a part elided",
      known,
      announced: announcement(second, first.elideRemovingSet(permissions)),
      outcome: "not-a-server",
    },
    {
      name: "a rotation with two keys",
      known,
      announced: announcement(
        second,
        await reshaped(server, first, (document) =>
          document.addAssertionEnvelopes(documentFor(server.xid, thief.publicKeys).assertions()),
        ),
      ),
      outcome: "not-a-server",
    },
    {
      name: "a rotation with something beside its signature",
      known,
      announced: announcement(second, first.addAssertion("note", "anything")),
      outcome: "not-a-server",
    },
  ];
}
