/** What wallets and servers can rely on of each other: signatures, identities, audits, damage. */
import { type Defences, edit } from "./defence.ts";

const KNOWN_SERVER = "packages/client/src/known-server.ts";
const OPEN_ANSWER = "packages/client/src/open-answer.ts";
const READ_RESULT = "packages/client/src/read-result.ts";
const RETRIEVE_SHARES = "src/service/handlers/retrieve-shares.ts";
const ROTATION = "packages/protocol/src/rotation.ts";
const AES_GCM = "src/service/aes-gcm/node.ts";

const ANSWERS = "packages/client/src/open-answer.test.ts";
const CLIENT = "packages/client/src/client.test.ts";
const ROTATIONS = "test/vectors/rotations.test.ts";
const OLD_KEYS = "test/attacks/old-keys.test.ts";
const AUDIT = "test/server/audit.test.ts";
const STORE = "src/store/drivers/pglite.test.ts";

export const SERVER_DEFENCES: Defences = {
  "answers in the server's place, or replaces an early failure": [
    {
      without: "an answer may be to another request",
      edits: [
        edit(
          OPEN_ANSWER,
          "if (!early && !id?.equals(expected.id)) throw",
          "if (!early && id === undefined) throw",
        ),
      ],
      file: ANSWERS,
      test: "refuses an answer to another request",
    },
    {
      without: "nobody looks at an answer's signature",
      edits: [
        edit(
          OPEN_ANSWER,
          "if (!(await isSignedBy(signed, server))) throw",
          "if (server === undefined) throw",
        ),
      ],
      file: ANSWERS,
      test: "refuses an answer that names the server and is signed by somebody else",
    },
    {
      without: "a result needs no ID either",
      edits: [
        edit(
          OPEN_ANSWER,
          "const early = id === undefined && !outcome.ok;",
          "const early = id === undefined;",
        ),
      ],
      file: ANSWERS,
      test: "refuses a result without an ID",
    },
    {
      without: "an early failure settles a request",
      edits: [
        edit(
          "packages/client/src/client-error.ts",
          " || error.refusal.early) return undefined;",
          ") return undefined;",
        ),
      ],
      file: ANSWERS,
      test: "an early failure has no ID and says so, but is signed by the server all the same",
    },
  ],
  "has stolen the server's keys, and the server has new ones since": [
    {
      without: "old keys have no end",
      edits: [edit("src/service/speakers.ts", ".filter(({ until }) => time < until)", "")],
      file: OLD_KEYS,
      test: "is refused from then on, and goes on with the new ones by itself",
    },
    {
      without: "the new keys are the old ones",
      edits: [
        edit(
          "src/server/server-keys.ts",
          "const privateKeys = (await keyMaker(scheme))();",
          "const { privateKeys } = keys;",
        ),
      ],
      file: OLD_KEYS,
      test: "opens nothing that is sealed to the new ones, and is not believed",
    },
    {
      without: "a wallet goes back to old keys",
      edits: [
        edit(
          KNOWN_SERVER,
          "const isOld = known.rotations",
          "if (known.rotations.some(({ replaced }) => replaced.equals(found.keys))) return found;\n  const isOld = known.rotations",
        ),
      ],
      file: OLD_KEYS,
      test: "opens nothing that is sealed to the new ones, and is not believed",
    },
    {
      without: "a wallet follows whatever old keys have signed",
      edits: [
        edit(
          KNOWN_SERVER,
          "if (found.rotations.some(({ replaced }) => replaced.equals(known.keys))) return found;",
          "if (found.rotations.length > 0) return found;",
        ),
      ],
      file: OLD_KEYS,
      test: "cannot hand the XID over to keys of their own",
    },
  ],
  "speaks in the server's place, by keys of their own": [
    {
      without: "a change of keys needs no signature of those before",
      edits: [
        edit(
          ROTATION,
          "if (!(await signed.hasSignatureFrom(replaced.signing))) {",
          "if (replaced.signing === undefined) {",
        ),
      ],
      file: ROTATIONS,
      test: "a rotation signed by the new keys alone",
    },
    {
      without: "a change of keys may be missing",
      edits: [edit(ROTATION, "if (sequence !== (before?.sequence ?? 0) + 1 || !follows)", "if (!follows)")],
      file: ROTATIONS,
      test: "a rotation with the wrong number",
    },
    {
      without: "any key in a document speaks for its XID",
      edits: [edit(KNOWN_SERVER, "keys.find(({ signing }) => xid.validates(signing));", "keys[0];")],
      file: CLIENT,
      test: "a document that claims a XID without its key is no server",
    },
    {
      without: "whoever knows the XID alone takes a document without proof",
      edits: [
        edit(
          "packages/client/src/fetch-server.ts",
          "if (!keys.some((own) => own.equals(server.keys))) {",
          "if (keys.length === 0) {",
        ),
      ],
      file: CLIENT,
      test: "a document with a foreign encryption key under the expected XID is found out before anything is sealed",
    },
  ],
  "changes bits: a disk": [
    {
      without: "nobody compares the tag of a ciphertext",
      edits: [
        edit(
          AES_GCM,
          "decipher.update(sealed.subarray(0, -TAG_SIZE)), decipher.final()",
          "decipher.update(sealed.subarray(0, -TAG_SIZE))",
        ),
      ],
      file: "src/service/storage-cipher.test.ts",
      test: "decrypts nothing in another context, for another purpose, with another key, or changed",
    },
    {
      without: "a damaged share is handed out",
      edits: [
        edit(
          AES_GCM,
          "decipher.update(sealed.subarray(0, -TAG_SIZE)), decipher.final()",
          "decipher.update(sealed.subarray(0, -TAG_SIZE))",
        ),
        edit(
          "src/service/open-share.ts",
          "if (!equalBytes(cipher.namesLike(stored)",
          "if (shareId.length === 0 && !equalBytes(cipher.namesLike(stored)",
        ),
      ],
      file: AUDIT,
      test: "names the one damaged share, and the others are had by naming them",
    },
    {
      without: "the error does not name the share",
      edits: [
        edit(
          RETRIEVE_SHARES,
          "undefined, { receipt, transferPending, cause }",
          "undefined, { transferPending, cause }",
        ),
      ],
      file: AUDIT,
      test: "names the one damaged share, and the others are had by naming them",
    },
    {
      without: "`share-server check` takes every share for whole",
      edits: [
        edit(
          "src/service/check.ts",
          'if (error instanceof StoreError && error.code !== "data-key") throw error;\n      return false;',
          "return error !== undefined;",
        ),
      ],
      file: "test/commands/share-server-check.test.ts",
      test: "on the embedded database: refused while the server runs, then tells the damaged share, until it is stored again",
    },
    {
      without: "storing a share again leaves it as it is",
      edits: [
        edit(
          "src/store/functions/store-share.sql",
          "update share set share_id = p_share_id, data = p_data\n",
          "update share set share_id = p_share_id\n",
        ),
      ],
      file: STORE,
      test: "storing a share again writes it anew, also where there is no room for another",
    },
  ],
  "loses a share, and hopes that nobody notices: a careless operator": [
    {
      without: "a proof is the same for every nonce",
      edits: [
        edit(
          "src/service/handlers/audit-shares.ts",
          "shareProof(nonce, data)",
          "shareProof(new Uint8Array(32), data)",
        ),
      ],
      file: AUDIT,
      test: "proves each share by an HMAC with a nonce of",
    },
    {
      without: "a wallet takes any proof",
      edits: [
        edit(
          "packages/client/src/audit.ts",
          "if (wrong === undefined) return;",
          "if (wrong?.receipt !== null) return;",
        ),
      ],
      file: "packages/client/src/audit.test.ts",
      test: "a server that has something else cannot prove it",
    },
    {
      without: "a wallet asks with the same nonce again",
      edits: [
        edit(
          "packages/client/src/audit.ts",
          "const nonce = randomBytes(NONCE_SIZE);\n    return",
          "const nonce = new Uint8Array(NONCE_SIZE);\n    return",
        ),
      ],
      file: "packages/client/src/audit.test.ts",
      test: "a year of daily audits is prepared, each with a nonce of its own",
    },
  ],
  "asks for an audit of another's share, to test a guess at it": [
    {
      without: "proofs of a plain request are for all to read",
      edits: [edit("packages/protocol/src/operations/audit-shares.ts", "secret: true,", "secret: false,")],
      file: AUDIT,
      test: "seals the proofs to the owner, also where the request was for all to read",
    },
    {
      without: "a share is anybody's",
      edits: [
        edit(
          "src/store/functions/retrieve-shares.sql",
          "left join share s on s.xid = u.xid and s.share_id = any (v_ids)",
          "left join share s on s.share_id = any (v_ids)",
        ),
        edit(
          "src/store/functions/retrieve-shares.sql",
          "where m.xid = v_xid and m.share_id = asked.id",
          "where m.share_id = asked.id",
        ),
      ],
      file: AUDIT,
      test: "tells strangers nothing, whether they name a share that is there or not",
    },
    {
      without: "what is read comes for all to read",
      edits: [edit(READ_RESULT, "if (secret && !sealed) throw", "if (secret && sealed === undefined) throw")],
      file: ANSWERS,
      test: "shares that came for all to read are not taken",
    },
  ],
};
