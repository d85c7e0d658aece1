/** What keeps the server itself whole: limits, room, races, and secrets at rest and in what it tells. */
import { type Defences, edit } from "./defence.ts";

const OPEN_REQUEST = "packages/protocol/src/open-request.ts";
const EXCHANGE_SOURCE = "src/http/exchange.ts";
const RATE_LIMIT = "src/http/rate-limit.ts";
const AUDIT_SQL = "src/store/functions/audit.sql";
const DATA_KEYS = "src/store/functions/data-keys.sql";
const REQUESTS = "src/store/functions/requests.sql";
const ROOM_SQL = "src/store/functions/room.sql";
const SCHEMA = "src/store/functions/schema.sql";
const STORE_SHARE = "src/store/functions/store-share.sql";
const KEY_CIPHER = "src/service/key-cipher.ts";
const STORE_HANDLER = "src/service/handlers/store-share.ts";
const DISK = "src/node/disk.ts";
const SECRETS = "src/node/secrets.ts";
const TRANSFERS = "src/store/functions/transfers.sql";

const FLOOD = "test/attacks/flood.test.ts";
const HOSTILE = "test/attacks/hostile.test.ts";
const LEAKS = "test/attacks/leaks.test.ts";
const ROOM = "test/attacks/room.test.ts";
const WORK = "test/attacks/work.test.ts";
const DEPOSITORY = "test/attacks/depository.test.ts";
const EXCHANGE = "src/http/exchange.test.ts";
const READ = "packages/envelope/src/envelope/read/read.test.ts";
const REKEY = "src/service/rekey.test.ts";
const ROLES = "test/postgres/roles.test.ts";
const STORE = "src/store/drivers/pglite.test.ts";
const POSTGRES = "src/store/drivers/postgres.test.ts";
const SUPPLY_CHAIN = "test/supply-chain.test.ts";

const NO_SECRET_LEAKS = "a life leaves none of its secrets";

export const MACHINE_DEFENCES: Defences = {
  "races: two requests open an account, take a contact, use a code at once": [
    {
      without: "a contact may be two accounts'",
      edits: [
        edit(
          "src/store/migrations/0001-tables.sql",
          "create unique index contact_validated on store.contact (contact_hmac) where validated;",
          "create index contact_validated on store.contact (contact_hmac) where validated;",
        ),
        edit(
          "src/store/migrations/0006-data-keys.sql",
          "create unique index contact_validated_by_former",
          "create index contact_validated_by_former",
        ),
      ],
      file: DEPOSITORY,
      test: "claims to one contact give it to the first who confirms",
    },
    {
      without: "a key may be two accounts'",
      edits: [
        edit(
          "src/store/functions/keys.sql",
          "values (p_key_id, p_xid, p_now) on conflict do nothing;\n  return found;",
          "values (p_key_id, p_xid, p_now) on conflict do nothing;\n  return true;",
        ),
        edit(
          "src/store/migrations/0001-tables.sql",
          `alter table store.account add constraint account_current_key
  foreign key (xid, key_id) references store.account_key (xid, key_id) deferrable initially deferred;`,
          "",
        ),
      ],
      file: STORE,
      test: "a key goes to one of the accounts that race for it",
    },
    {
      without: "calls that share a statement lock in any order",
      edits: [edit("src/store/gather.ts", "return taken.sort(byKey);", "return taken;")],
      file: "src/store/gather.test.ts",
      test: "a statement has one call of a key, and the keys are in order",
    },
  ],
  "sends what breaks parsers: deep nesting, odd points, absurd dates, huge bodies": [
    {
      without: "a body of any declared size is read",
      edits: [
        edit(
          EXCHANGE_SOURCE,
          'if ((contentLength ?? 0) > maxRequestBytes) return fail("too-large", wanted);',
          "",
        ),
      ],
      file: EXCHANGE,
      test: "a body that says it is too large is not read",
    },
    {
      without: "a body of any size is read",
      edits: [
        edit("src/node/http-listener.ts", "if (size <= limit) return;", "if (size <= 100 * limit) return;"),
      ],
      file: HOSTILE,
      test: "a body of unknown length is refused once it is too long",
    },
    {
      without: "nesting is ten times as deep",
      edits: [edit("packages/envelope/src/envelope/read/limits.ts", "nesting: 64,", "nesting: 640,")],
      file: READ,
      test: "bound nesting at 64 levels by default",
    },
    {
      without: "items are not counted",
      edits: [
        edit(
          "packages/envelope/src/envelope/read/cursor.ts",
          "if (cursor.items > cursor.limits.items) throw",
          "if (cursor.items < 0) throw",
        ),
      ],
      file: "test/vectors/stateful-refusals.test.ts",
      test: "an item too many",
    },
    {
      without: "combining marks are not counted",
      edits: [
        edit(
          "packages/envelope/src/envelope/read/text.ts",
          "if (longerRun(marks).test(text)) throw",
          "if (marks < 0) throw",
        ),
      ],
      file: READ,
      test: "bound combining marks before anything is normalized",
    },
    {
      without: "what would be written in another way is taken",
      edits: [
        edit(
          "packages/envelope/src/envelope/read/read.ts",
          'if (options.strict === true) throw malformed("the legacy tag 24 of a leaf");',
          "",
        ),
      ],
      file: "test/depository/messages.test.ts",
      test: "out of order, repeated or under the legacy tag is refused, in the open and under the signature",
    },
    {
      without: "assertions stand in any order, and twice",
      edits: [
        edit(
          "packages/envelope/src/envelope/read/read.ts",
          "if (previous !== undefined && previous.compare(item.digest) >= 0) {",
          "if (previous === null) {",
        ),
      ],
      file: READ,
      test: "so that what repeats or falls back is refused where it does, whatever follows",
    },
    {
      without: "an account may get a key that is no key",
      edits: [
        edit(
          "src/service/handlers/update-public-key.ts",
          "if (!(await newPublicKey.isValid())) throw",
          "if (newPublicKey === undefined) throw",
        ),
      ],
      file: DEPOSITORY,
      test: "with a key that is no key does not lock its owner out",
    },
    {
      without: "answers are sealed to a key that anybody can open with",
      edits: [edit(OPEN_REQUEST, 'if (!signer.encapsulation.isValid()) throw new Refusal("bad-key");', "")],
      file: EXCHANGE,
      test: "an encapsulation key of zeros",
    },
    {
      without: "a point of small order is a key",
      edits: [
        edit(
          "packages/envelope/src/keys/curves/ed25519-point.ts",
          "return y < P && !SMALL_ORDER_Y.has(y);",
          "return y < P;",
        ),
      ],
      file: "packages/envelope/src/keys/keys.test.ts",
      test: "are checked before use",
    },
    {
      without: "an absurd date is a date",
      edits: [
        edit(
          OPEN_REQUEST,
          'if (date.getTime() > now.getTime() + maxAhead) throw new Refusal("from-the-future");',
          "",
        ),
      ],
      file: EXCHANGE,
      test: "an hour early",
    },
    {
      without: "a request that failed is formatted for the log",
      edits: [
        edit(
          "src/service/handle.ts",
          "const refusal = refusalForError(error, context.log, requestId);",
          'const refusal = refusalForError(error, context.log, requestId);\n    context.log.error({ hex: Buffer.from(opened?.request.cborData() ?? []).toString("hex") }, "request failed");',
        ),
      ],
      file: "src/service/store-failures.test.ts",
      test: "the cause is for the log, and holds no secret there either",
    },
  ],
  "fills the disk": [
    {
      without: "a network opens any number of accounts",
      edits: [edit(ROOM_SQL, "where p_max_newcomers is not null", "where false")],
      file: ROOM,
      test: "a network opens so many accounts in an hour, then none, and another network is not concerned",
    },
    {
      without: "neighbours do not count",
      edits: [
        edit(
          ROOM_SQL,
          "p_max_newcomers * (4 ^ network.place)::integer - 1",
          "p_max_newcomers * (1000 ^ network.place)::integer - 1",
        ),
      ],
      file: ROOM,
      test: "the neighbours of a network count too: four times as many come from a /56",
    },
    {
      without: "undated requests of unknown keys do not count",
      edits: [
        edit(
          REQUESTS,
          "if newcomers_until(p_newcomer_networks, p_max_newcomers, p_now) is not null then",
          "if false then",
        ),
      ],
      file: ROOM,
      test: "of a network's undated requests by unknown keys, as many are remembered, whatever they ask",
    },
    {
      without: "a full server takes shares",
      edits: [
        edit(ROOM_SQL, "return exists (select 1 from server s where s.is_full);", "return false;"),
        edit(STORE_SHARE, "where s.is_full or s.data_key <> p_data_key)", "where s.data_key <> p_data_key)"),
      ],
      file: ROOM,
      test: "a full server refuses new accounts and new shares, for a while, and does all else",
    },
    {
      without: "`MAX_TOTAL_BYTES` is no limit",
      edits: [
        edit(
          ROOM_SQL,
          "p_disk_is_short or coalesce(total_bytes >= p_max_total_bytes, false);",
          "p_disk_is_short;",
        ),
      ],
      file: ROOM,
      test: "a full server refuses new accounts and new shares, for a while, and does all else",
    },
    {
      without: "`MIN_FREE_BYTES` is no limit",
      edits: [edit(DISK, "return free < minFreeBytes;", "return free < 0;")],
      file: "test/durability/full-disk.test.ts",
      test: "refuses new shares before that, and by its ballast still deletes when others have filled the disk",
    },
    {
      without: "the ballast stays",
      edits: [
        edit(
          DISK,
          "if (minFreeBytes === 0 || free < BALLAST_BYTES) rmSync(file, { force: true });\n    else if",
          "if",
        ),
      ],
      file: "test/durability/full-disk.test.ts",
      test: "refuses new shares before that, and by its ballast still deletes when others have filled the disk",
    },
    {
      without: "what is over is kept",
      edits: [edit("src/store/functions/prune.sql", "where s.expires_at < p_now\n", "where false\n")],
      file: ROOM,
      test: "what was dated is forgotten with its window, and what was counted after an hour",
    },
  ],
  "exhausts the server": [
    {
      without: "a small request may hold as much as a large one",
      edits: [
        edit(
          OPEN_REQUEST,
          "items: Math.min(limits.items, requestLimits(bytes.length).items)",
          "items: limits.items",
        ),
      ],
      file: WORK,
      test: "what a request may hold grows with its bytes",
    },
    {
      without: "a network has any number of requests a second",
      edits: [edit(EXCHANGE_SOURCE, 'if (wait > 0) return fail("rate-limited", wanted, wait);', "")],
      file: EXCHANGE,
      test: "an address that asks too often is told when to come back, before its request is read",
    },
    {
      without: "a large body counts as one request",
      edits: [
        edit(RATE_LIMIT, "return Math.max(1, bytes / BODY_BYTES_A_REQUEST);", "return bytes < 0 ? 0 : 1;"),
      ],
      file: FLOOD,
      test: "large bodies are charged before they are read, and refused in the form that they have",
    },
    {
      without: "a large answer counts as none",
      edits: [
        edit(RATE_LIMIT, "return Math.floor(bytes / ANSWER_BYTES_A_REQUEST);", "return bytes < 0 ? 1 : 0;"),
      ],
      file: EXCHANGE,
      test: "a large answer counts as several requests, and so does an audit that reads as much",
    },
    {
      without: "one network may have all that is under way",
      edits: [edit("src/http/in-flight.ts", "{ 1: 8, 4: 4, 16: 2 }", "{ 1: 1, 4: 1, 16: 1 }")],
      file: FLOOD,
      test: "what a network has under way beyond its eighth is refused at once, and others go on",
    },
    {
      without: "each /64 counts for itself",
      edits: [
        edit(
          "src/http/network.ts",
          "if (!ipaddr.IPv6.isValid(network)) return [];",
          "if (network.length > 0) return [];",
        ),
      ],
      file: FLOOD,
      test: "from all networks of a /48 no more passes than sixteen may send",
    },
    {
      without: "each refusal to nobody in particular is signed anew",
      edits: [edit("src/service/early-failure.ts", "signed.set(identity, known.set(code, failure));", "")],
      file: WORK,
      test: "what is answered to nobody in particular is signed once for each reason",
    },
    {
      without: "the server looks for a stranger's thousand shares",
      edits: [
        edit(
          "src/service/handlers/retrieve-shares.ts",
          "if (receipts.length > FEW) {",
          "if (receipts.length > 100_000) {",
        ),
      ],
      file: WORK,
      test: "as many shares as an account may have can be named in one request, which costs a stranger's server no hash of them",
    },
    {
      without: "a network has any number of large reads at a time",
      edits: [edit(EXCHANGE_SOURCE, "end = (await turns?.take(siteOf(network))) ?? end;", "")],
      file: FLOOD,
      test: "of a flood of large reads the store sees the first, and the next waits until it is paid for",
    },
    {
      without: "all of a network's requests begin in one turn",
      edits: [edit(EXCHANGE_SOURCE, "if (isLimited) await turns?.begin(siteOf(network));", "")],
      file: FLOOD,
      test: "the requests of a site begin in turns, and all at once where nothing is counted by networks",
    },
    {
      without: "a large answer is made in one go",
      edits: [
        edit(
          "src/service/handlers/retrieve-shares.ts",
          "if (index % PORTION === PORTION - 1) await pause();",
          "",
        ),
      ],
      file: WORK,
      test: "a large answer is made in portions, between which others get their turn",
    },
    {
      without: "a statement may take for ever",
      edits: [
        edit(
          "src/store/drivers/postgres.ts",
          "...(statementTimeout > 0 && {",
          "...(statementTimeout < 0 && {",
        ),
      ],
      file: POSTGRES,
      test: "gives up a statement that takes too long, wherever it hangs",
    },
  ],
  "reaches administrative functions": [
    {
      without: "other web pages read the metrics",
      edits: [
        edit(
          "src/http/app.ts",
          'if (options.metricsPage !== undefined) app.route("/metrics", options.metricsPage);\n  app.use(cors({ origin: "*", exposeHeaders: EXPOSED_HEADERS }));',
          'app.use(cors({ origin: "*", exposeHeaders: EXPOSED_HEADERS }));\n  if (options.metricsPage !== undefined) app.route("/metrics", options.metricsPage);',
        ),
      ],
      file: "src/http/metrics.test.ts",
      test: "other web pages can't read it, and it can be turned off",
    },
  ],
  "reads a dump, a backup or a stolen disk of the database": [
    {
      without: "nothing is encrypted at rest",
      edits: [
        edit(
          "src/service/aes-gcm/node.ts",
          "return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());",
          "cipher.update(plaintext);\n      cipher.final();\n      return concatBytes(plaintext, cipher.getAuthTag());",
        ),
        edit(
          "src/service/aes-gcm/node.ts",
          "return concatBytes(decipher.update(sealed.subarray(0, -TAG_SIZE)), decipher.final());",
          "return sealed.slice(0, -TAG_SIZE);",
        ),
      ],
      file: LEAKS,
      test: NO_SECRET_LEAKS,
    },
    {
      without: "shares are filed under their receipts",
      edits: [
        edit(
          KEY_CIPHER,
          "shareId: (receipt) => hmacSha256(shareIdKey, receipt),",
          "shareId: (receipt) => hmacSha256(shareIdKey, receipt) && receipt.slice(),",
        ),
      ],
      file: LEAKS,
      test: NO_SECRET_LEAKS,
    },
    {
      without: "tokens are kept as they are",
      edits: [
        edit(
          "src/fallback/code-and-token.ts",
          "return sha256(utf8(`share fallback token\\0${token}`));",
          "return utf8(token);",
        ),
      ],
      file: LEAKS,
      test: NO_SECRET_LEAKS,
    },
    {
      without: "contacts can be looked up by everybody's hash",
      edits: [
        edit(
          KEY_CIPHER,
          "hmacSha256(contactNameKey, utf8(contact))",
          "hmacSha256(contactNameKey.slice(0, 0), utf8(contact))",
        ),
      ],
      file: "src/service/storage-cipher.test.ts",
      test: "names depend on the data key",
    },
    {
      without: "a row may be moved to another account",
      edits: [
        edit(
          "src/service/open-share.ts",
          "return concatBytes(account, shareId);",
          "return concatBytes(account.slice(0, 0), shareId.slice(0, 0));",
        ),
      ],
      file: "src/service/open-share.test.ts",
      test: "a stored share opens in its own account and under its own name alone",
    },
    {
      without: "data keys lie in the database as they are",
      edits: [
        edit(
          "src/service/storage-keys.ts",
          "await cipher.encrypt(nonce, key, headerOf(id))",
          "await cipher.encrypt(nonce, key, headerOf(id)), key",
        ),
        edit(
          "src/service/storage-keys.ts",
          "[wrapped.subarray(0, NONCE_SIZE), wrapped.subarray(NONCE_SIZE)]",
          "[wrapped.subarray(0, NONCE_SIZE), wrapped.subarray(NONCE_SIZE, NONCE_SIZE + KEY_SIZE + 16)]",
        ),
      ],
      file: LEAKS,
      test: NO_SECRET_LEAKS,
    },
  ],
  "has copied the keys once, and reads what was stored since": [
    {
      without: "a process goes on to write under the key that it knows",
      edits: [
        edit(
          DATA_KEYS,
          "return not exists (select 1 from server s where s.data_key <> p_data_key);",
          "return true;",
        ),
        edit(STORE_SHARE, "s.is_full or s.data_key <> p_data_key", "s.is_full"),
      ],
      file: REKEY,
      test: "a process that has slept through it stores, reads and deletes under the new key only",
    },
    {
      without: "a rekey ends with shares under the former key",
      edits: [
        edit(
          DATA_KEYS,
          "shares := exists (select 1 from share s where substring(s.data from 1 for octet_length(p_header)) <> p_header);",
          "shares := false;",
        ),
      ],
      file: REKEY,
      test: "it keeps both keys as long as something is damaged, ends once that is mended, or when it may give up",
    },
    {
      without: "the former data key stays in the database",
      edits: [edit(DATA_KEYS, "delete from data_key where key_id <> p_data_key;", "null;")],
      file: REKEY,
      test: "a new storage key opens all, the old one too until the next rekey, and nothing after it",
    },
  ],
  "gets SQL or the server's password": [
    {
      without: "the server's role may call every function",
      edits: [
        edit(
          SCHEMA,
          "where pronamespace = 'store'::regnamespace and prosecdef",
          "where pronamespace = 'store'::regnamespace",
        ),
      ],
      file: ROLES,
      test: "may call the store's public functions, and none of those that they are made of",
    },
    {
      without: "the server's role reads tables",
      edits: [
        edit(
          SCHEMA,
          "execute format('grant usage on schema store to %I', p_role);",
          "execute format('grant usage on schema store to %I', p_role);\n  execute format('grant select on store.account to %I', p_role);",
        ),
      ],
      file: ROLES,
      test: "reads and writes no table",
    },
    {
      without: "everybody may call the functions",
      edits: [edit("src/store/migrate.ts", "revoke all on all functions in schema store from public;", "")],
      file: ROLES,
      test: "makes nothing, and nobody else gets in",
    },
    {
      without: "a function works with whichever tables its caller has put in the way",
      edits: [
        edit(
          "src/store/functions/outbox.sql",
          "create or replace function store.finish_message(p_message_id text)\nreturns void language plpgsql security definer set search_path = store, pg_temp as $$",
          "create or replace function store.finish_message(p_message_id text)\nreturns void language plpgsql security definer as $$",
        ),
      ],
      file: ROLES,
      test: "can't make a public function do its work with other tables than the store's",
    },
    {
      without: "values are written into the SQL",
      edits: [
        edit(
          "src/store/functions.ts",
          "return { text: TEXTS[name], params: parameters.map((parameter) => values[parameter]), values };",
          `const text = TEXTS[name].replace(/\\$(\\d+)/g, (place, n) => {
    const value = values[parameters[n - 1] as never] as unknown;
    return typeof value === "string" ? \`'\${value}'\` : place;
  });
  return { text, params: parameters.map((parameter) => values[parameter]), values };`,
        ),
      ],
      file: "src/store/functions.test.ts",
      test: "no value becomes a part of a statement",
    },
  ],
  "slips another package, or another version of one, under the server": [
    {
      without: "a version may be a later one",
      edits: [edit("package.json", '"hono": "4', '"hono": "^4')],
      file: SUPPLY_CHAIN,
      test: "names exact versions",
    },
    {
      without: "a package has no hash",
      edits: [
        edit(
          "scripts/pack/tools/package-lock.json",
          "sha512-pVXSwPsLuw8IGLo2Di0EaOfsk+ntVvpkk942J/sHYIkwvtKUakEcPh7HBgZ6tuimgzKSEHgCvO4XgQ05DEbwDw==",
          "",
        ),
      ],
      file: SUPPLY_CHAIN,
      test: "has a hash for every package, and names no registry",
    },
    {
      without: "install scripts run",
      edits: [edit(".npmrc", "ignore-scripts=true", "ignore-scripts=false")],
      file: SUPPLY_CHAIN,
      test: "no package's install scripts run, here or in the image",
    },
  ],
  "reads the log, the metrics, the audit or traces": [
    {
      without: "the log has receipts",
      edits: [
        edit(
          STORE_HANDLER,
          "async ({ sql, cipher, policy }, caller, { data }) => {",
          "async ({ sql, cipher, policy, log }, caller, { data }) => {",
        ),
        edit(
          STORE_HANDLER,
          "const id = shareId(cipher.shareId(receipt.data));",
          'log.debug({ receipt: receipt.hex() }, "storing");\n  const id = shareId(cipher.shareId(receipt.data));',
        ),
      ],
      file: LEAKS,
      test: NO_SECRET_LEAKS,
    },
    {
      without: "the audit has accounts' XIDs",
      edits: [
        edit(
          AUDIT_SQL,
          "values (\n    coalesce(left(encode(sha256(p_subject), 'hex'), 16), '')",
          "values (\n    coalesce(encode(p_subject, 'hex'), '')",
        ),
      ],
      file: LEAKS,
      test: NO_SECRET_LEAKS,
    },
    {
      without: "the log has addresses",
      edits: [
        edit(
          EXCHANGE_SOURCE,
          "context.log.debug({ request: requestId, function: operation, refused, status }",
          "context.log.debug({ request: requestId, network: request.network, function: operation, refused, status }",
        ),
      ],
      file: "src/http/request-name.test.ts",
      test: "the log tells at its lowest level what became of a request, and nothing of who sent it",
    },
    {
      without: "the log names accounts by their XIDs",
      edits: [
        edit(
          "src/service/log-name.ts",
          "return Digest.fromImage(name).hex().slice(0, HEX_DIGITS);",
          'return Digest.fromImage(name) && name.reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");',
        ),
      ],
      file: LEAKS,
      test: NO_SECRET_LEAKS,
    },
    {
      without: "traces have addresses",
      edits: [
        edit(
          "src/node/tracing.ts",
          '"share_server.request_id": request.requestId }',
          '"share_server.request_id": request.requestId, "client.address": request.network }',
        ),
      ],
      file: "test/server/traces.test.ts",
      test: "each request is a span with its function and outcome, and its call of the store one inside it",
    },
  ],
  "reads or writes the server's secrets: another user of the machine": [
    {
      without: "the data folder is left open",
      edits: [edit(SECRETS, "if ((statSync(folder).mode & OTHERS) !== 0) chmodSync(folder, 0o700);", "")],
      file: "src/node/secrets.test.ts",
      test: "a folder is closed to others, whether it was made or found",
    },
    {
      without: "the server starts with a secret that others may read",
      edits: [edit(SECRETS, "if ((fstatSync(descriptor).mode & OTHERS) !== 0) {", "if (descriptor < 0) {")],
      file: "src/node/secrets.test.ts",
      test: "is refused when others have a right to it",
    },
  ],
  "starts a server with another storage key on the database, by mistake": [
    {
      without: "the database takes any storage key",
      edits: [
        edit(
          SCHEMA,
          "select s.storage_key_fingerprint = p_fingerprint or exists (",
          "select true or exists (",
        ),
      ],
      file: "test/durability/outage.test.ts",
      test: "the embedded database, too, knows its storage key",
    },
  ],

  "shares, their IDs, their receipts": [
    {
      without: "a rekey leaves shares under their former names",
      edits: [
        edit(
          DATA_KEYS,
          "update share set share_id = v_row.new_name, data = v_row.data",
          "update share set data = v_row.data",
        ),
      ],
      file: REKEY,
      test: "at each of its steps shares are found, stored, replaced, audited and deleted, and in the end all are under the new key",
    },
  ],
  "contacts and their HMACs": [
    {
      without: "a contact is known by its new name alone",
      edits: [
        edit(
          TRANSFERS,
          "v_xid := account_of_contact(p_contact_hmac, p_former_contact_hmac);\n  v_locked",
          "v_xid := account_of_contact(p_contact_hmac, p_contact_hmac);\n  v_locked",
        ),
      ],
      file: REKEY,
      test: "while it runs, a transfer finds a contact by its former name, and its message opens",
    },
    {
      without: "two accounts get one contact, under two names",
      edits: [
        edit(
          "src/store/migrations/0006-data-keys.sql",
          "create unique index contact_validated_by_former",
          "create index contact_validated_by_former",
        ),
      ],
      file: REKEY,
      test: "while it runs, no two accounts get one contact, under whichever names",
    },
  ],
  "messages that wait, with the secrets of their challenges": [
    {
      without: "a message keeps the secrets that are under the former key",
      edits: [
        edit(DATA_KEYS, "secret_ciphertext = v_row.secret\n", "secret_ciphertext = secret_ciphertext\n"),
      ],
      file: REKEY,
      test: "the messages of a transfer to a contact with its former name wait for it and open afterwards",
    },
  ],
  "hashes of codes": [
    {
      without: "a rekey waits for no code",
      edits: [edit(DATA_KEYS, "and c.data_key <> s.data_key", "and false")],
      file: REKEY,
      test: "a code that is never given holds it up until the code is over",
    },
  ],
  "the state that `startRecovery` hands out": [
    {
      without: "a state from before counts no more while the rekey is under way",
      edits: [
        edit(
          "src/service/depository/recovery-state.ts",
          "const keys = cipher.former === undefined ? [cipher] : [cipher, cipher.former];",
          "const keys = [cipher];",
        ),
      ],
      file: REKEY,
      test: "while it runs, a recovery from before goes on, and asking for it again is answered as before",
    },
  ],
};
