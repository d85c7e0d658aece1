/** What keeps contacts from giving accounts away, and from being a nuisance. */
import { type Defences, edit } from "./defence.ts";

const ACCOUNTS = "src/store/functions/accounts.sql";
const AUDIT = "src/store/functions/audit.sql";
const CHALLENGES = "src/store/functions/challenges.sql";
const CONTACTS = "src/store/functions/contacts.sql";
const KEYS = "src/store/functions/keys.sql";
const OUTBOX = "src/store/functions/outbox.sql";
const TRANSFERS = "src/store/functions/transfers.sql";
const CODE_AND_TOKEN = "src/fallback/code-and-token.ts";
const CONFIRMATION_PAGE = "src/http/confirmation-page.ts";
const LIMITS = "src/fallback/challenge-limits.ts";
const RECOVERY_STATE = "src/service/depository/recovery-state.ts";

const ATTACKS = "test/attacks/attacks.test.ts";
const MESSAGES = "test/attacks/messages.test.ts";
const RECOVERY = "test/depository/recovery.test.ts";
const FALLBACK = "test/fallback/fallback.test.ts";
const STORE = "src/store/drivers/pglite.test.ts";
const PAGE = "src/http/confirmation-page.test.ts";

export const CONTACT_DEFENCES: Defences = {
  "forges a recovery: anyone can seal a continuation to the server's public key": [
    {
      without: "any MAC will do",
      edits: [
        edit(
          RECOVERY_STATE,
          "if (!keys.some((key) => equalBytes(mac, authenticate(key, names)))) {",
          "if (keys.length === 0) {",
        ),
      ],
      file: RECOVERY,
      test: "forged in this server's form lacks the server's word for it",
    },
    {
      without: "a continuation counts with any key",
      edits: [
        edit(
          "src/service/depository/finish-recovery.ts",
          "if (!equalBytes(state.keyId, caller.keyId)) {",
          "if (state.keyId === undefined) {",
        ),
      ],
      file: RECOVERY,
      test: "forged in this server's form lacks the server's word for it",
    },
    {
      without: "a continuation is as good as the contact's confirmation",
      edits: [
        edit("src/service/depository/finish-recovery.ts", "if (context.policy.trustFallback) await", "await"),
      ],
      file: RECOVERY,
      test: "forged in this server's form lacks the server's word for it",
    },
  ],
  "knows a contact, and asks for the account": [
    {
      without: "the account moves before the contact has confirmed",
      edits: [
        edit(
          "src/service/handlers/fallback-transfer.ts",
          "context.policy.trustFallback ? await confirmUnasked(context, challenge) : undefined;",
          "await confirmUnasked(context, challenge);",
        ),
      ],
      file: FALLBACK,
      test: "counts for nothing with another key",
    },
    {
      without: "a code counts with any key",
      edits: [
        edit(CODE_AND_TOKEN, "message.set(keyId, label.length);", ""),
        edit(
          CHALLENGES,
          "where key_id = p_key_id and state = 'open' and expires_at > p_now\n    and code_hash",
          "where state = 'open' and expires_at > p_now\n    and code_hash",
        ),
      ],
      file: FALLBACK,
      test: "counts for nothing with another key",
    },
    {
      without: "the message goes to the address that the stranger wrote",
      edits: [edit(TRANSFERS, "coalesce(v_ciphertext, p_contact_ciphertext)", "p_contact_ciphertext")],
      file: FALLBACK,
      test: "is asked of the address that was validated, not of the one that a stranger writes",
    },
    {
      without: "the page names no key",
      edits: [edit("src/http/languages/en.ts", "The new key is {key}. If", "If")],
      file: PAGE,
      test: "of a transfer says what is lost by it, and which key gets it",
    },
    {
      without: "nobody is warned",
      edits: [
        edit(
          "src/service/transfer-warning.ts",
          "return (transferPending ?? (await lookUpPending(context, opened))) ? WARNING : undefined;",
          "return transferPending === undefined && (await lookUpPending(context, opened)) ? undefined : undefined;",
        ),
      ],
      file: "test/fallback/warnings.test.ts",
      test: "asking for an account by its contact",
    },
    {
      without: "answers that are decided without the account do not warn",
      edits: [
        edit(
          "src/service/transfer-warning.ts",
          "(transferPending ?? (await lookUpPending(context, opened)))",
          "(transferPending ?? lookUpPending(context, opened) === undefined)",
        ),
      ],
      file: "test/fallback/warnings.test.ts",
      test: "a request that is refused before its account is looked at",
    },
    {
      without: "setting a contact cancels no transfer",
      edits: [
        edit(
          CONTACTS,
          "perform void_challenges(v_caller.xid, 'transfer', p_now);\n  select * into outcome, account, transfer_pending from accept",
          "select * into outcome, account, transfer_pending from accept",
        ),
      ],
      file: STORE,
      test: "is cancelled by whatever the current key does about key, contact or account",
    },
    {
      without: "naming the current key again cancels no transfer",
      edits: [
        edit(KEYS, "perform void_challenges(v_caller.xid, 'transfer', p_now);\n  -- By this", "-- By this"),
      ],
      file: STORE,
      test: "is cancelled by whatever the current key does about key, contact or account",
    },
    {
      without: "a transfer survives a key change",
      edits: [
        edit(KEYS, "perform void_challenges(v_caller.xid, 'transfer', p_now);\n  -- By this", "-- By this"),
        edit(KEYS, "perform void_challenges(p_xid, 'transfer', p_now);", ""),
      ],
      file: STORE,
      test: "is cancelled by whatever the current key does about key, contact or account",
    },
    {
      without: "a transfer takes effect at once",
      edits: [edit(CHALLENGES, "if p_transfer_delay_seconds = 0 then", "if true then")],
      file: STORE,
      test: "leaves the account with its key, warned, until the time has come",
    },
  ],
  "tries which accounts and contacts exist": [
    {
      without: "a stranger is told whether the account is there",
      edits: [
        edit(
          ACCOUNTS,
          "return row(null, 'unknown-account')::caller;",
          "return row(null, case when exists (select 1 from account where xid = p_sender_xid) then 'not-account-key' else 'unknown-account' end)::caller;",
        ),
      ],
      file: ATTACKS,
      test: "about accounts that are there and accounts that are not",
    },
    {
      without: "a stranger is told whether the contact is known",
      edits: [
        edit(
          TRANSFERS,
          "contact_known := v_xid is not null;\n",
          "contact_known := v_xid is not null;\n  if not contact_known then\n    outcome := 'unknown-account';\n    return;\n  end if;\n",
        ),
      ],
      file: ATTACKS,
      test: "about contacts that are known and contacts that are not",
    },
    {
      without: "a wrong code tells whether the contact is known",
      edits: [
        edit(
          CHALLENGES,
          "where key_id = p_key_id and state = 'open' and expires_at > p_now and (xid is null or xid = any (p_xids))\n    returning",
          "where key_id = p_key_id and state = 'open' and expires_at > p_now and xid = any (p_xids)\n    returning",
        ),
      ],
      file: ATTACKS,
      test: "about contacts that are known and contacts that are not",
    },
    {
      without: "a known contact costs the database a row's lock more",
      edits: [edit(TRANSFERS, "perform feign_account(p_key_id, p_request_key, p_contact_hmac);", "null;")],
      file: MESSAGES,
      test: "nor does it cost fewer looks at the tables, whose time could tell",
    },
    {
      without: "nothing is sent for a decoy, and nothing written",
      edits: [
        edit(
          TRANSFERS,
          "perform ask_contact(\n    v_xid, 'transfer'",
          "if v_xid is null then\n    return;\n  end if;\n  perform ask_contact(\n    v_xid, 'transfer'",
        ),
      ],
      file: MESSAGES,
      test: "asking of a contact that nobody has costs the database what asking of a known one does",
    },
    {
      without: "a decoy takes no time",
      edits: [edit("src/fallback/deliver-one.ts", "await pace?.pause(message.to.kind);", "")],
      file: "src/fallback/deliver-one.test.ts",
      test: "is kept for as long as messages to such contacts take, whether they are sent or not",
    },
    {
      without: "`DEPOSITORY_NAMES=0` turns nothing off",
      edits: [
        edit("src/service/handle.ts", "operationNames(policy.depositoryNames)", "operationNames(true)"),
      ],
      file: "test/depository/scenario.test.ts",
      test: "where the operator has turned them off, there are no such functions",
    },
  ],
  "guesses a code": [
    {
      without: "tries do not end",
      edits: [edit(CHALLENGES, "when tries + 1 >= p_max_tries then 'void'", "when false then 'void'")],
      file: FALLBACK,
      test: "is void after five wrong ones, even if it comes then",
    },
    {
      without: "there are fifty tries",
      edits: [edit(CODE_AND_TOKEN, "export const CODE_TRIES = 5;", "export const CODE_TRIES = 50;")],
      file: FALLBACK,
      test: "is void after five wrong ones, even if it comes then",
    },
    {
      without: "a code has no end",
      edits: [
        edit(
          CHALLENGES,
          "where key_id = p_key_id and state = 'open' and expires_at > p_now\n    and code_hash",
          "where key_id = p_key_id and state = 'open'\n    and code_hash",
        ),
        edit(
          CHALLENGES,
          "where token_hash = p_token_hash and state = 'open' and expires_at > p_now and xid is not null",
          "where token_hash = p_token_hash and state = 'open' and xid is not null",
        ),
      ],
      file: FALLBACK,
      test: "is good for 30 minutes, and so is the link",
    },
    {
      without: "a code is good for a day",
      edits: [edit(CODE_AND_TOKEN, "email: 30 * 60, ", "email: 86_400, ")],
      file: FALLBACK,
      test: "is good for 30 minutes, and so is the link",
    },
    {
      without: "a code has eight bits",
      edits: [
        edit(CODE_AND_TOKEN, "base32(randomBytes(CODE_BYTES))", "base32(randomBytes(CODE_BYTES).fill(0, 1))"),
      ],
      file: "src/fallback/code-and-token.test.ts",
      test: "has a token of 160 bits and a code of 40, straight from the random source",
    },
    {
      without: "a token has 80 bits",
      edits: [
        edit(
          CODE_AND_TOKEN,
          "base32(randomBytes(TOKEN_BYTES))",
          "base32(randomBytes(TOKEN_BYTES).fill(0, 10))",
        ),
      ],
      file: "src/fallback/code-and-token.test.ts",
      test: "has a token of 160 bits and a code of 40, straight from the random source",
    },
    {
      without: "a code's hash needs no secret",
      edits: [edit(CODE_AND_TOKEN, "return hmacSha256(secret, message);", "return sha256(message);")],
      file: "src/fallback/code-and-token.test.ts",
      test: "of a code differs with the secret, the key and the code",
    },
    {
      without: "a code works again",
      edits: [
        edit(
          TRANSFERS,
          "update challenge set state = 'done' where token_hash = p_challenge.token_hash;",
          "perform 1;",
        ),
        edit(KEYS, "perform void_challenges(p_xid, 'transfer', p_now);", ""),
      ],
      file: FALLBACK,
      test: "works once",
    },
  ],
  "does something to an account that its owner complains of later": [
    {
      without: "nothing is written down",
      edits: [
        edit(
          AUDIT,
          "on conflict (account, event, hour) do update set times = audit_event.times + 1, last_at = excluded.last_at;",
          "on conflict (account, event, hour) do update set times = audit_event.times + 1, last_at = excluded.last_at;\n  delete from audit_event;",
        ),
      ],
      file: STORE,
      test: "tells an account's life under the hash of its XID, whatever its key",
    },
    {
      without: "a transfer for an unknown contact writes nothing down",
      edits: [
        edit(
          TRANSFERS,
          "perform audit(coalesce(v_xid, p_contact_hmac), 'transfer-asked', p_now);",
          "perform audit(v_xid, 'transfer-asked', p_now) where v_xid is not null;",
        ),
      ],
      file: STORE,
      test: "has one row for a transfer that is asked for, whether anybody has the contact or not",
    },
    {
      without: "each event has a row of its own",
      edits: [
        edit(
          AUDIT,
          "p_event, date_bin('1 hour', p_now, to_timestamp(0)),\n    p_now",
          "p_event, p_now,\n    p_now",
        ),
      ],
      file: STORE,
      test: "gathers what happens to an account within an hour, with its number",
    },
    {
      without: "a flood writes a limit down each time",
      edits: [edit(AUDIT, "last_at > p_now - interval '1 second'", "last_at > p_now")],
      file: STORE,
      test: "counts a limit once a second, and all that have no account in one row",
    },
    {
      without: "the log tells no event",
      edits: [edit(AUDIT, "where e.times > e.logged order by", "where false order by")],
      file: STORE,
      test: "is told to the log once, with what has come since",
    },
  ],
  "floods contacts with messages": [
    {
      without: "a contact may be asked without end",
      edits: [
        edit(LIMITS, "CHALLENGES_PER_CONTACT_PER_HOUR = 20;", "CHALLENGES_PER_CONTACT_PER_HOUR = 1_000;"),
      ],
      file: MESSAGES,
      test: "is asked twenty times an hour at most, however many strangers there are",
    },
    {
      without: "one network may use up a contact's challenges",
      edits: [
        edit(
          LIMITS,
          "CHALLENGES_PER_CONTACT_AND_NETWORK_PER_HOUR = 5;",
          "CHALLENGES_PER_CONTACT_AND_NETWORK_PER_HOUR = 1_000;",
        ),
      ],
      file: MESSAGES,
      test: "can still be asked by its owner, and an address of the same mailbox is no other",
    },
    {
      without: "sub-addresses are contacts of their own",
      edits: [
        edit(
          "src/fallback/contact.ts",
          'return contact.kind === "email" ? key.replace(SUB_ADDRESS, "$1") : key;',
          'return key.length < SUB_ADDRESS.lastIndex ? "" : key;',
        ),
      ],
      file: MESSAGES,
      test: "can still be asked by its owner, and an address of the same mailbox is no other",
    },
    {
      without: "a key may ask without end",
      edits: [
        edit(
          CHALLENGES,
          "order by created_at desc offset p_max_per_key - 1 limit 1",
          "order by created_at desc limit 0",
        ),
      ],
      file: FALLBACK,
      test: "by one key, whatever it asks for",
    },
    {
      without: "a network may ask without end",
      edits: [
        edit(
          CHALLENGES,
          "order by created_at desc offset p_max_per_network - 1 limit 1",
          "order by created_at desc limit 0",
        ),
      ],
      file: STORE,
      test: "is not asked more often from one place, by whatever keys",
    },
    {
      without: "a refused request sends its message all the same",
      edits: [
        edit(
          TRANSFERS,
          "outcome := 'rate-limited';\n    return;\n  end if;\n  outcome := 'processing';",
          "outcome := 'rate-limited';\n  else\n    outcome := 'processing';\n  end if;",
        ),
      ],
      file: MESSAGES,
      test: "is asked twenty times an hour at most, however many strangers there are",
    },
    {
      without: "an account causes any number of notices",
      edits: [
        edit(
          CONTACTS,
          `return greatest(
    p_now,
    (select due_at from notice where xid = p_xid order by due_at desc offset 5 limit 1) + interval '1 hour',
    (select due_at from notice where mailbox_hmac = p_mailbox_hmac order by due_at desc offset 5 limit 1)
      + interval '1 hour'
  );`,
          "return p_now;",
        ),
      ],
      file: MESSAGES,
      test: "of any number of key changes by one account are six messages an hour, and one that tells the number",
    },
    {
      without: "several accounts may tell one contact any number of notices",
      edits: [
        edit(
          CONTACTS,
          "interval '1 hour',\n    (select due_at from notice where mailbox_hmac = p_mailbox_hmac order by due_at desc offset 5 limit 1)\n      + interval '1 hour'",
          "interval '1 hour'",
        ),
      ],
      file: STORE,
      test: "is told six times an hour to a mailbox, whichever accounts it comes from",
    },
    {
      without: "notices that wait are not gathered",
      edits: [edit(CONTACTS, "and attempts = 0 and expires_at > p_now;", "and false;")],
      file: STORE,
      test: "that waits to be told is gathered, and its number told",
    },
    {
      without: "`MAX_MESSAGES` ends nothing",
      edits: [
        edit(OUTBOX, "least(v_limit, v_maximum - v_total)", "v_limit"),
        edit(
          CHALLENGES,
          "case when messages_of_hour(p_now) >= p_max_messages then hour_is_over_at(p_now) end",
          "null",
        ),
      ],
      file: MESSAGES,
      test: "are no more than MAX_MESSAGES; the last are codes for owners, and the operator is warned",
    },
    {
      without: "codes for new contacts may use up the hour's messages",
      edits: [edit(LIMITS, "Math.ceil((maxMessages * 3) / 4)", "maxMessages")],
      file: MESSAGES,
      test: "are no more than MAX_MESSAGES; the last are codes for owners, and the operator is warned",
    },
    {
      without: "notices may use up the hour's messages",
      edits: [edit(OUTBOX, "('notice', p_notices, p_max_notices)", "('notice', p_notices, p_max_transfers)")],
      file: STORE,
      test: "hands out classes only while the hour has had fewer messages than each may see",
    },
  ],
  "delays the codes of others by a flood": [
    {
      without: "notices have the senders of codes",
      edits: [
        edit(
          "src/fallback/deliver.ts",
          "code: CODE_SENDERS - onTheirWay.code,",
          "code: CODE_SENDERS - onTheirWay.code - 2 * onTheirWay.notice,",
        ),
      ],
      file: MESSAGES,
      test: "finds a sender while as many notices as may be are on their way, and another channel hangs",
    },
    {
      without: "decoys have the senders of codes",
      edits: [
        edit(
          "src/fallback/deliver.ts",
          "code: CODE_SENDERS - onTheirWay.code,",
          "code: CODE_SENDERS - onTheirWay.code - onTheirWay.decoy,",
        ),
      ],
      file: "src/fallback/deliver.test.ts",
      test: "finds a sender for a code that comes while notices and decoys are on their way",
    },
    {
      without: "codes for new contacts go before those of transfers",
      edits: [
        edit(
          OUTBOX,
          "values ('transfer', p_codes, p_max_transfers), ('validation', p_codes, p_max_validations),",
          "values ('validation', p_codes, p_max_validations), ('transfer', p_codes, p_max_transfers),",
        ),
        edit(OUTBOX, "if v_class = 'validation' then", "if v_class = 'transfer' then"),
      ],
      file: STORE,
      test: "hands out no more of each class than it is asked for, to the kinds that are asked for",
    },
    {
      without: "all channels share their senders",
      edits: [
        edit(
          "src/fallback/deliver.ts",
          "const onTheirWay = { code: 0, notice: 0, decoy: 0 };",
          "const onTheirWay = (shared ??= { code: 0, notice: 0, decoy: 0 });",
        ),
        edit(
          "src/fallback/deliver.ts",
          'type Class = "code" | "notice" | "decoy";',
          'type Class = "code" | "notice" | "decoy";\nlet shared: Record<Class, number> | undefined;',
        ),
      ],
      file: "src/fallback/deliver.test.ts",
      test: "is not held up by a channel that is slow, or down",
    },
  ],
  "opens a confirmation link for the user: a mail scanner, a preview": [
    {
      without: "GET confirms",
      edits: [
        edit(
          CONFIRMATION_PAGE,
          'const challenge = await lookUpChallenge(context, token);\n    if (challenge === undefined) return show(c.get("language"), 404, unknown);',
          'const challenge = await lookUpChallenge(context, token);\n    if (challenge === undefined) return show(c.get("language"), 404, unknown);\n    await confirmChallenge(context, token);',
        ),
      ],
      file: PAGE,
      test: "changes nothing however often it is asked for with",
    },
    {
      without: "the page may be framed",
      edits: [edit(CONFIRMATION_PAGE, " frame-ancestors 'none';", "")],
      file: PAGE,
      test: "is shown by itself only, kept by nobody, and told to nobody",
    },
    {
      without: "the page sends a referrer",
      edits: [edit(CONFIRMATION_PAGE, '"Referrer-Policy": "no-referrer",', "")],
      file: PAGE,
      test: "is shown by itself only, kept by nobody, and told to nobody",
    },
    {
      without: "the page runs scripts",
      edits: [edit(CONFIRMATION_PAGE, "default-src 'none';", "default-src *;")],
      file: PAGE,
      test: "is shown by itself only, kept by nobody, and told to nobody",
    },
  ],
};
