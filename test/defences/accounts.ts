/** What keeps an account its owner's. */
import { type Defences, edit } from "./defence.ts";

const ACCOUNTS = "src/store/functions/accounts.sql";
const DELETE_SHARES = "src/store/functions/delete-shares.sql";
const KEYS = "src/store/functions/keys.sql";
const PRUNE = "src/store/functions/prune.sql";
const REQUESTS = "src/store/functions/requests.sql";
const RETRIEVE_SHARES = "src/store/functions/retrieve-shares.sql";
const STORE_SHARE = "src/store/functions/store-share.sql";
const OPEN_REQUEST = "packages/protocol/src/open-request.ts";

const ATTACKS = "test/attacks/attacks.test.ts";
const IDENTITY = "test/attacks/identity.test.ts";
const CAPTURED = "test/attacks/captured.test.ts";
const NEW_KEY = "test/attacks/new-key.test.ts";
const DEPOSITORY = "test/attacks/depository.test.ts";
const STORE = "src/store/drivers/pglite.test.ts";
const EXCHANGE = "src/http/exchange.test.ts";

/** The account of the XID that a request names, whoever signs. */
const ACCOUNT_BY_NAME = [
  edit(ACCOUNTS, "v_xid := (select xid from account_key where key_id = p_key_id);", "v_xid := p_sender_xid;"),
  edit(ACCOUNTS, "if v_account.key_id <> p_key_id then", "if false then"),
  edit(
    ACCOUNTS,
    "where xid = v_xid and key_id = p_key_id for update skip locked;",
    "where xid = v_xid for update skip locked;",
  ),
];

export const ACCOUNT_DEFENCES: Defences = {
  "opens an account under another's XID, so that its owner is locked out": [
    {
      without: "an account is opened under whichever XID its first request names",
      edits: [
        edit(STORE_SHARE, "if p_key_id <> p_sender_xid or p_size >", "if p_size >"),
        edit(
          STORE_SHARE,
          "if not open_account(p_key_id, p_now) then",
          `insert into account_key (key_id, xid, since) values (p_key_id, p_sender_xid, p_now), (p_sender_xid, p_sender_xid, p_now);
  insert into account (xid, key_id, key_proven, opened_at) values (p_sender_xid, p_key_id, true, p_now);
  if false then`,
        ),
      ],
      file: ATTACKS,
      test: "that nobody has yet does not lock its owner out",
    },
    {
      without: "a stranger's key opens its own account when it names another's XID",
      edits: [edit(ACCOUNTS, "if p_sender_xid <> p_key_id then", "if false then")],
      file: IDENTITY,
      test: "can't take it before its owner comes",
    },
    {
      without: "nobody looks at the signature",
      edits: [
        edit(OPEN_REQUEST, "if (await isSignedBy(signed, keys)) signers.push(keys);", "signers.push(keys);"),
      ],
      file: EXCHANGE,
      test: "signed by somebody else",
    },
  ],
  "stores into an account that is not theirs, or fills it up": [
    {
      without: "the account is the one that the request names",
      edits: ACCOUNT_BY_NAME,
      file: ATTACKS,
      test: "of an account is refused for every function",
    },
    {
      without: "a share goes to the account that the request names",
      edits: [
        edit(STORE_SHARE, "where xid = p_sender_xid and key_id = p_key_id", "where xid = p_sender_xid"),
      ],
      file: IDENTITY,
      test: "can't put shares into the account, or read them, whether it has one of its own or not",
    },
    {
      without: "an account has any number of shares",
      edits: [
        edit(STORE_SHARE, "and share_count < p_max_shares and", "and"),
        edit(STORE_SHARE, "when v_account.share_count >= p_max_shares then 'too-many-shares'", ""),
      ],
      file: STORE,
      test: "shares are counted",
    },
    {
      without: "an account has any number of bytes",
      edits: [
        edit(STORE_SHARE, " and share_bytes + p_size <= p_max_account_bytes\n", "\n"),
        edit(
          STORE_SHARE,
          "when v_account.share_bytes + p_size > p_max_account_bytes then 'account-full'",
          "",
        ),
      ],
      file: STORE,
      test: "bytes are counted, and the last one fits",
    },
  ],
  "deletes or reads shares by their receipts": [
    {
      without: "the store finds a share by its receipt alone",
      edits: [
        edit(
          RETRIEVE_SHARES,
          "left join share s on s.xid = u.xid and s.share_id = any (v_ids)",
          "left join share s on s.share_id = any (v_ids)",
        ),
        edit(RETRIEVE_SHARES, "where m.xid = v_xid and m.share_id = asked.id", "where m.share_id = asked.id"),
      ],
      file: IDENTITY,
      test: "of another account is as unknown as one that was never given",
    },
    {
      without: "the store deletes a share by its receipt alone",
      edits: [
        edit(
          DELETE_SHARES,
          "where xid = p_xid and (p_share_ids is null or share_id = any (v_names))",
          "where p_share_ids is null and xid = p_xid or share_id = any (v_names)",
        ),
      ],
      file: ATTACKS,
      test: "a receipt of somebody else's share deletes nothing and reads nothing",
    },
  ],
  "removes the receipts from another's signed `deleteShares`, which then means all": [
    {
      without: "what is under the signature may be elided",
      edits: [
        edit(
          OPEN_REQUEST,
          "if (hidesMeaning(request.subject()) || request.assertions().some(hidesSomething)) {",
          "if (request.assertions().length === 0) {",
        ),
      ],
      file: EXCHANGE,
      test: "a permission of the sender is elided",
    },
    {
      without: "an elided parameter is passed over",
      edits: [
        edit(
          OPEN_REQUEST,
          "if (hidesMeaning(request.subject()) || request.assertions().some(hidesSomething)) {",
          "if (request.assertions().length === 0) {",
        ),
        edit(
          "packages/envelope/src/envelope/expression.ts",
          "const parameters = envelope.assertions().map((item) => {",
          "const parameters = envelope.assertions().filter((it) => !it.isObscured()).map((item) => {",
        ),
      ],
      file: ATTACKS,
      test: "eliding the receipts of a signed deletion does not make it a deletion of everything",
    },
    {
      without: "a request may hold an assertion that is not expected",
      edits: [edit(OPEN_REQUEST, "if (!known) throw", "if (request === undefined) throw")],
      file: EXCHANGE,
      test: "an assertion that is not expected",
    },
    {
      without: "a misspelt parameter is passed over",
      edits: [
        edit(
          "packages/protocol/src/parameters.ts",
          "if (!this.#parameters.every(({ name }) => this.#asked.has(name))) {",
          "if (this.#parameters === undefined) {",
        ),
      ],
      file: DEPOSITORY,
      test: "elided, encrypted, compressed or misspelt never makes deleting one deleting all",
    },
    {
      without: "a repeated parameter is taken once",
      edits: [
        edit(
          "packages/protocol/src/parameters.ts",
          "if (others.length > 0) throw",
          "if (value === null) throw",
        ),
      ],
      file: EXCHANGE,
      test: "the data twice",
    },
  ],
  "brings a document that claims another's XID with their own key": [
    {
      without: "a key speaks for whichever XID it claims",
      edits: [edit(ACCOUNTS, "if p_sender_xid not in (v_account.xid, p_key_id) then", "if false then")],
      file: ATTACKS,
      test: "of an account is refused for every function",
    },
    {
      without: "a new document may be of another XID than the account's",
      edits: [
        edit(
          "src/service/depository/update-xid-document.ts",
          'if (known.outcome === "ok" && !equalBytes(known.account, xid.data)) {',
          'if (known.outcome === "ok" && known.account === xid.data) {',
        ),
      ],
      file: DEPOSITORY,
      test: "with somebody else's XID is refused, also in the name of one's key",
    },
  ],
  "sends a request on that was meant for another server, as a malicious server could": [
    {
      without: "the recipient that a request names is not looked at",
      edits: [
        edit(OPEN_REQUEST, "if (!named.equals(rules.recipient)) throw", "if (named === undefined) throw"),
      ],
      file: ATTACKS,
      test: "from a server that it was meant for to this one is refused, sealed or plain",
    },
    {
      without: "a plain request may name nobody",
      edits: [
        edit(
          OPEN_REQUEST,
          "} else if (!sealed || rules.requireRecipient) {",
          "} else if (rules.requireRecipient) {",
        ),
      ],
      file: ATTACKS,
      test: "without a recipient is refused when it is plain, and when the operator wants one named",
    },
    {
      without: "`REQUIRE_RECIPIENT` demands nothing",
      edits: [edit(OPEN_REQUEST, "} else if (!sealed || rules.requireRecipient) {", "} else if (!sealed) {")],
      file: IDENTITY,
      test: "is refused where the operator wants every request to name its server",
    },
  ],
  "sends an old request again, to undo a deletion or a key change": [
    {
      without: "a request runs each time that it comes",
      edits: [
        edit(
          REQUESTS,
          "return case when v_seen.digest = p_request_digest then v_seen.outcome else 'id-reused' end;",
          "return null;",
        ),
      ],
      file: ATTACKS,
      test: "the account was deleted does not bring it back, nor touch what its key stores later",
    },
    {
      without: "the IDs are forgotten with the account",
      edits: [
        edit(
          ACCOUNTS,
          "delete from account where xid = v_caller.xid;",
          "delete from account where xid = v_caller.xid;\n  delete from seen_request where request_key <> p_request_key;",
        ),
      ],
      file: STORE,
      test: "a replayed first share does not bring a deleted account back",
    },
    {
      without: "an ID counts for any number of requests",
      edits: [
        edit(
          REQUESTS,
          "return case when v_seen.digest = p_request_digest then v_seen.outcome else 'id-reused' end;",
          "return case when v_seen.digest = p_request_digest then v_seen.outcome end;",
        ),
      ],
      file: IDENTITY,
      test: "is refused for another request, which is not carried out",
    },
    {
      without: "an ID is everybody's",
      edits: [
        edit(
          "src/service/caller.ts",
          "Digest.fromImage(concatBytes(key, opened.id.data))",
          "Digest.fromImage(opened.id.data)",
        ),
      ],
      file: IDENTITY,
      test: "is one key's own: nobody can use it up for another",
    },
    {
      without: "an old date is as good as a new one",
      edits: [
        edit(OPEN_REQUEST, 'if (date.getTime() < now.getTime() - maxAge) throw new Refusal("expired");', ""),
      ],
      file: EXCHANGE,
      test: "a day and an hour old",
    },
    {
      without: "there is no horizon",
      edits: [edit(REQUESTS, "if v_closed_until >= coalesce(", "if false and v_closed_until >= coalesce(")],
      file: CAPTURED,
      test: "does not run when the clock was fast while the server pruned",
    },
    {
      without: "pruning leaves the horizon where it is",
      edits: [edit(PRUNE, "where v_closed_until is not null;", "where false;")],
      file: CAPTURED,
      test: "does not run when REQUEST_MAX_AGE has been raised",
    },
    {
      without: "what was restored takes undated requests",
      edits: [edit(REQUESTS, "where not h.takes_undated", "where false")],
      file: CAPTURED,
      test: "undated, runs after a restore only where the operator has accepted that",
    },
    {
      without: "`share-server restored` leaves the horizon where it is",
      edits: [edit("src/operator/restored.ts", "await closeUntil(sql, closedUntil, acceptUndated);", "")],
      file: "test/durability/backup.test.ts",
      test: "a copy of the data folder of a stopped server is a backup",
    },
  ],
  "uses a retired key, or hides a revoked one among several": [
    {
      without: "a retired key speaks for its account",
      edits: [
        edit(ACCOUNTS, "if v_account.key_id <> p_key_id then", "if false then"),
        edit(
          ACCOUNTS,
          "where xid = v_xid and key_id = p_key_id for update skip locked;",
          "where xid = v_xid for update skip locked;",
        ),
      ],
      file: ATTACKS,
      test: "a retired key can do nothing to the account that it had",
    },
    {
      without: "a retired key reads",
      edits: [
        edit(
          RETRIEVE_SHARES,
          "join account a on a.xid = k.xid and a.key_id = k.key_id",
          "join account a on a.xid = k.xid",
        ),
      ],
      file: ATTACKS,
      test: "a retired key can do nothing to the account that it had",
    },
    {
      without: "one of several signatures is enough",
      edits: [
        edit(
          OPEN_REQUEST,
          "if (signed.assertions().length !== 1) throw",
          "if (signed.assertions().length === 0) throw",
        ),
      ],
      file: EXCHANGE,
      test: "two signatures",
    },
    {
      without: "several keys of the sender may verify",
      edits: [edit(OPEN_REQUEST, "if (others.length > 0)", "if (others.length > 9)")],
      file: ATTACKS,
      test: "a signing key that stands twice in a document",
    },
    {
      without: "the account is the first key's of a document, whichever signed",
      edits: [
        edit(
          "src/service/caller.ts",
          "return keyId(sender.keys.xid().data);",
          "return keyId(sender.xid.data);",
        ),
      ],
      file: ATTACKS,
      test: "with the owner's key beside one's own in the document is refused too",
    },
  ],
  "has a retired key, and its account is deleted": [
    {
      without: "the shares of a deleted account stay",
      edits: [
        edit(
          "src/store/migrations/0001-tables.sql",
          "create table store.share (\n  xid bytea not null references store.account on delete cascade,",
          "create table store.share (\n  xid bytea not null,",
        ),
      ],
      file: NEW_KEY,
      test: "after a deletion a retired key opens the XID again, and finds nothing that was there",
    },
    {
      without: "the owner's last key opens an account of its own under the old name",
      edits: [edit(ACCOUNTS, "if p_sender_xid <> p_key_id then", "if false then")],
      file: NEW_KEY,
      test: "after a deletion a retired key opens the XID again, and finds nothing that was there",
    },
    {
      without: "a deletion leaves a row that names the account",
      edits: [
        edit(
          "src/store/migrations/0001-tables.sql",
          "xid bytea not null references store.account on delete cascade deferrable initially deferred,\n  since",
          "xid bytea not null,\n  since",
        ),
      ],
      file: STORE,
      test: "no row names the account afterwards",
    },
  ],
  "asks by `updatePublicKey` whose keys have accounts here": [
    {
      without: "`REQUIRE_KEY_PROOF` demands nothing",
      edits: [
        edit(
          "src/service/handlers/update-public-key.ts",
          'if (policy.requireKeyProof) throw new Refusal("missing-proof");',
          "",
        ),
      ],
      file: NEW_KEY,
      test: "where proofs are required, nobody learns by them whose keys have accounts",
    },
    {
      without: "anything is a proof",
      edits: [
        edit(
          "src/service/handlers/update-public-key.ts",
          'if (!isValid) throw new Refusal("bad-proof");',
          "",
        ),
      ],
      file: NEW_KEY,
      test: "where proofs are required, nobody learns by them whose keys have accounts",
    },
    {
      without: "a proof is good for any server",
      edits: [
        edit(
          "packages/protocol/src/key-proof.ts",
          '\n    .addAssertion("server", server.toCbor())\n    .digest()',
          "\n    .addAssertion(server.hex().slice(0, 0), 0)\n    .digest()",
        ),
      ],
      file: NEW_KEY,
      test: "a proof counts for its request, its sender and its server alone",
    },
    {
      without: "a proof is good for any request",
      edits: [
        edit(
          "packages/protocol/src/key-proof.ts",
          '.addAssertion("request", id.toCbor())',
          '.addAssertion("request", id.hex().length)',
        ),
      ],
      file: NEW_KEY,
      test: "a proof counts for its request, its sender and its server alone",
    },
  ],
  "gives their own account a stranger's unused key, so that the stranger can open none": [
    {
      without: "the stranger's share goes to the account that has the key",
      edits: [
        edit(ACCOUNTS, "if v_caller.refusal is null and v_caller.xid <> p_sender_xid then", "if false then"),
      ],
      file: ATTACKS,
      test: "gets the thief nothing, and keeps the owner out no longer than the thief sits there",
    },
    {
      without: "the stranger's contact goes to the account that has the key",
      edits: [
        edit(
          "src/store/functions/contacts.sql",
          "if v_caller.refusal is null and p_sender_xid <> v_caller.xid",
          "if false and p_sender_xid <> v_caller.xid",
        ),
      ],
      file: NEW_KEY,
      test: "a stranger whose key was adopted names no contact for the thief, and hears whose account it is",
    },
    {
      without: "the key is retired when the account moves on",
      edits: [edit(KEYS, "if not v_before.key_proven then", "if false then")],
      file: STORE,
      test: "leaves no trace of that key when the account moves on",
    },
    {
      without: "the stranger cannot delete the thief's account by their key",
      edits: [
        edit(
          ACCOUNTS,
          "return row('ok', null, false)::answer;\n  end if;\n  if v_caller.refusal is not null then",
          "return row('ok', null, false)::answer;\n  end if;\n  if v_caller.refusal is not null or p_sender_xid <> v_caller.xid then",
        ),
      ],
      file: ATTACKS,
      test: "leaves the thief's account to the owner of the key, who can delete it and have their own",
    },
  ],
};
