/**
 * A whole life of accounts on a real server, and then everything that it leaves to be read by others: a dump of the database, its
 * files, the log, the metrics, the audit and the traces. None of it has a secret of that life, in any form.
 */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  ARID,
  type Envelope,
  type Expression,
  PrivateKeys,
  randomBytes,
  SENDER_CONTINUATION,
} from "@bc/envelope";
import {
  addLostPlaces,
  askForAccounts,
  beginBackup,
  type Client,
  confirmAccount,
  confirmContact,
  EMPTY_PROFILE,
  nameContact,
  type Profile,
  type ProfileKeeper,
  type Receipt,
  recoveredSecrets,
  storeBackup,
} from "@bc/share-client";
import { identityOf, OPERATIONS, openContinuation } from "@bc/share-protocol";
import { describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { readServerKeys } from "../../src/server/server-keys.ts";
import { createStorageCipher } from "../../src/service/storage-cipher.ts";
import { readStorageKeys } from "../../src/service/storage-keys.ts";
import { openPglite } from "../../src/store/drivers/pglite.ts";
import type { Sql } from "../../src/store/sql.ts";
import { createDistributedDatabase, ownNodes, urlOfNodes, whyNoCitus } from "../kit/citus/nodes.ts";
import { requestNode, sign } from "../kit/compose.ts";
import { damageShare } from "../kit/damage-share.ts";
import { operate } from "../kit/operator-command.ts";
import { outcome, pressing } from "../kit/outcome.ts";
import { type Cluster, whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, type TestDatabase } from "../kit/postgres/database.ts";
import { formsOf, traceOf, tracesOf } from "../kit/secrets.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import { openWebhookSink, type WebhookSink } from "../kit/webhook-sink.ts";

const NONCE_BYTES = 32;
const SHARE_BYTES = 200;
/** A share of this size makes the server's cipher fail in a way that nobody foresaw. */
const UNLUCKY_BYTES = 313;

const BAD_LUCK = `data:text/javascript,
  import crypto from "node:crypto";
  import { syncBuiltinESMExports } from "node:module";
  const { createCipheriv } = crypto;
  crypto.createCipheriv = (...given) => {
    const cipher = createCipheriv(...given);
    const update = cipher.update.bind(cipher);
    cipher.update = (data, ...others) => {
      if (data.length === ${UNLUCKY_BYTES}) throw new RangeError("bad luck");
      return update(data, ...others);
    };
    return cipher;
  };
  syncBuiltinESMExports();
`;

type Environment = Readonly<Record<string, string>>;

/** Where a server keeps its data, and how its operator reaches them. */
type SearchedStorage = AsyncDisposable & {
  readonly environment: Environment;
  /** Of the operator's commands. */
  readonly asOwner: Environment;
  /** Works as the tables' owner while the server is stopped. */
  readonly onTables: <T>(folder: string, work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** All that is stored, as somebody gets it who gets everything. */
  readonly dump: (folder: string) => Promise<string>;
  readonly secrets: readonly string[];
};

async function embedded(): Promise<SearchedStorage> {
  const onTables: SearchedStorage["onTables"] = async (folder, work) => {
    const { sql, close } = await openPglite(folder);
    try {
      return await work(sql);
    } finally {
      await close();
    }
  };
  return {
    environment: {},
    asOwner: {},
    secrets: [],
    onTables,
    dump: async (folder) => {
      const files = readdirSync(join(folder, "database"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
        // Most of it is empty space, in which nothing needs to be looked for.
        .map((content) => content.replaceAll(/\0{5,}/g, "\0\0\0\0"));
      return [await onTables(folder, allRows), ...files].join("\n");
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Every row of every table, as Postgres writes it. */
async function allRows(sql: Sql): Promise<string> {
  const tables = await sql<{ name: string }>(
    "select relname::text as name from pg_class where relnamespace = 'store'::regnamespace and relkind = 'r'",
    [],
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await sql<{ row: string }>(`select t::text as row from store.${name} t`, []);
    rows.push(...found.map(({ row }) => row));
  }
  return rows.join("\n");
}

async function postgres(): Promise<SearchedStorage> {
  const database = await createTestDatabase();
  return onServers(database, [database.cluster], database.url("share_server"));
}

async function citus(): Promise<SearchedStorage> {
  const nodes = await ownNodes(2);
  const database = await createDistributedDatabase(nodes);
  const all = [nodes.coordinator, ...nodes.workers];
  const servers = onServers(database, all, urlOfNodes(nodes, database));
  const dispose = async () => {
    await servers[Symbol.asyncDispose]();
    await nodes.remove();
  };
  return { ...servers, [Symbol.asyncDispose]: dispose };
}

/** @param clusters all that have something of the database. */
function onServers(database: TestDatabase, clusters: readonly Cluster[], serverUrl: string): SearchedStorage {
  const { name, url } = database;
  const owner = database.connect("share_owner", 1);
  return {
    environment: { DATABASE_URL: serverUrl },
    asOwner: { DATABASE_URL: url("share_owner") },
    secrets: [serverUrl, decodeURIComponent(new URL(url("share_server")).password)],
    onTables: (_folder, work) => work(owner.sql),
    dump: async () => {
      const dumps = clusters.map(async (cluster) => {
        const file = join(cluster.folder, `${name}.sql`);
        await cluster.run("pg_dump", [`--file=${file}`, cluster.url("postgres", name)]);
        // What Postgres itself writes down of it, too.
        return [readFileSync(file, "latin1"), readFileSync(join(cluster.folder, "log"), "latin1")];
      });
      return (await Promise.all(dumps)).flat().join("\n");
    },
    [Symbol.asyncDispose]: () => owner.close(),
  };
}

/** A collector of traces. */
async function openCollector() {
  const received: string[] = [];
  const collector = createServer(async (request, response) => {
    received.push(await text(request));
    response.setHeader("Content-Type", "application/json").end("{}");
  });
  await once(collector.listen(0, "127.0.0.1"), "listening");
  const address = collector.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    received,
    [Symbol.asyncDispose]: async () => void collector.close(),
  };
}

/** What nobody may learn, by a name for the message of a failure. */
class Secrets {
  readonly all = new Map<string, Uint8Array>();

  add(name: string, bytes: Uint8Array): void {
    this.all.set(name, bytes);
  }

  /** As it is typed, and as it might be kept. */
  addText(name: string, text: string): void {
    this.add(name, new TextEncoder().encode(text));
    this.add(`${name}, bare`, new TextEncoder().encode(text.replaceAll("-", "")));
  }

  addKeys(name: string, keys: PrivateKeys): void {
    this.add(`signing key of ${name}`, keys.signing.data);
    this.add(`encapsulation key of ${name}`, keys.encapsulation.data);
    // The server gets to see it, and keeps no more than its hash.
    this.add(`public key of ${name}`, keys.publicKeys().signing.data);
  }
}

/** Everybody who lives here: what they have, and what they are sent. */
function people(server: TestServer, sink: WebhookSink, secrets: Secrets) {
  let contacts = 0;
  return {
    newContact: () => {
      contacts += 1;
      const contact = `leaks-nowhere-${contacts}@example.com`;
      secrets.addText(`contact ${contacts}`, contact);
      return contact;
    },
    newClient: (name: string, scheme: "schnorr" | "ed25519" | "ecdsa" = "ed25519") => {
      const keys = PrivateKeys.generate(scheme);
      secrets.addKeys(name, keys);
      return server.client({ keys });
    },
    /** The next message to this contact that asks for something. */
    takeCode: async (contact: string) => {
      for (;;) {
        const { data } = await sink.next(contact);
        const { code, link } = data;
        if (code === undefined || link === undefined) continue;
        secrets.addText(`code ${code} to ${contact}`, code);
        const token = new URL(link).searchParams.get("token") ?? "";
        secrets.addText(`token ${secrets.all.size} to ${contact}`, token);
        return { code, token };
      }
    },
    store: async (
      client: Client,
      name: string,
      size = SHARE_BYTES,
    ): Promise<{ receipt: Receipt; share: Uint8Array }> => {
      const share = randomBytes(size);
      secrets.add(`share of ${name}`, share);
      const receipt = await client.storeShare(share);
      secrets.add(`receipt of ${name}`, receipt.data);
      return { receipt, share };
    },
  };
}

type People = ReturnType<typeof people>;

async function audit(client: Client, receipt: Receipt, secrets: Secrets): Promise<void> {
  const nonce = randomBytes(NONCE_BYTES);
  secrets.add(`nonce ${secrets.all.size}`, nonce);
  const proofs = await client.call("auditShares", { receipts: [receipt], nonce });
  for (const { proof } of proofs) secrets.add(`proof ${secrets.all.size}`, proof);
}

/** Five keys, contacts that confirm by code and by link, a key change, transfers by both, wrong codes and a deletion. */
async function liveByOwnNames(server: TestServer, who: People, sink: WebhookSink, secrets: Secrets) {
  const owner = who.newClient("the owner", "schnorr");
  const { xid } = owner.identity;
  const { receipt } = await who.store(owner, "the owner");
  await who.store(owner, "the owner, who deletes it");
  await owner.retrieveShares();
  await audit(owner, receipt, secrets);
  const contact = who.newContact();
  // The message comes all the same, by the second attempt.
  sink.refuse(500);
  await owner.updateFallback(contact);
  await owner.verifyFallback((await who.takeCode(contact)).code);
  const second = PrivateKeys.generate("ed25519");
  secrets.addKeys("the owner's second device", second);
  await owner.updatePublicKey(second);

  const mover = who.newClient("the owner's third device", "ecdsa");
  await (await mover.fallbackTransfer(contact)).send();
  await mover.verifyFallback((await who.takeCode(contact)).code);
  const last = who.newClient("the owner's fourth device");
  await (await last.fallbackTransfer(contact)).send();
  const { token } = await who.takeCode(contact);
  const page = new URL("/verify", server.url());
  expect((await fetch(`${page}?token=${token}`)).status).toBe(200);
  expect((await fetch(page, pressing(token))).status).toBe(200);

  const moved = server.client({ keys: last.identity.privateKeys, xid });
  await moved.retrieveShares();
  await moved.deleteAccount();
  return owner;
}

/** The functions of the reference depository, with the continuation that they hand out. */
async function liveByDepositoryNames(who: People): Promise<Envelope> {
  const ask = async (client: Client, body: Expression, returned?: Envelope) => {
    const { keys } = await client.server();
    const node = requestNode({
      id: ARID.generate(),
      body,
      sender: client.identity,
      date: new Date(),
      returned,
    });
    const signed = await sign(node, client.identity);
    const answer = await client.send(await signed.encryptToRecipients([keys.encapsulation]));
    const { encapsulation } = client.identity.privateKeys;
    return (await answer.decryptToRecipient(encapsulation))
      .tryUnwrap()
      .optionalObjectForPredicate(SENDER_CONTINUATION);
  };
  const owner = who.newClient("a depository's owner", "schnorr");
  await who.store(owner, "a depository's owner");
  const contact = who.newContact();
  await ask(owner, OPERATIONS.updateRecovery.encode({ recoveryMethod: contact }));
  await owner.verifyFallback((await who.takeCode(contact)).code);
  await ask(owner, OPERATIONS.getRecovery.encode({}));
  await ask(owner, OPERATIONS.getShares.encode({ receipts: [] }));
  const mover = who.newClient("a depository's successor", "schnorr");
  const returned = await ask(mover, OPERATIONS.startRecovery.encode({ recoveryMethod: contact }));
  if (returned === undefined) throw new TypeError("no continuation");
  await mover.verifyFallback((await who.takeCode(contact)).code);
  await ask(mover, OPERATIONS.finishRecovery.encode({}), returned);
  return returned;
}

/** A backup, and its recovery by a device that has nothing. */
async function backUpAndRecover(server: TestServer, who: People, secrets: Secrets): Promise<void> {
  const device = (): ProfileKeeper => {
    let profile: Profile = EMPTY_PROFILE;
    return {
      read: () => profile,
      update: async (change) => {
        profile = change(profile);
      },
    };
  };
  const [first, second] = [device(), device()];
  const url = server.url();
  const secret = randomBytes(32);
  secrets.add("the secret that is backed up", secret);
  const plan = { groupThreshold: 1, groups: [{ threshold: 1, count: 1 }] };
  await beginBackup(first, { name: "seed", secret, places: [{ url }], plan });
  for (const stored of await storeBackup(first, "seed")) expect(stored).toHaveProperty("value");
  const contact = who.newContact();
  await nameContact(first, url, contact);
  await confirmContact(first, url, (await who.takeCode(contact)).code);
  await addLostPlaces(second, [{ url, contact }]);
  await askForAccounts(second);
  await confirmAccount(second, url, (await who.takeCode(contact)).code);
  await askForAccounts(second);
  expect(recoveredSecrets(second)).toHaveLength(1);
  for (const [name, keeper] of Object.entries({ first, second })) {
    for (const { keys } of keeper.read().accounts)
      secrets.addKeys(`the ${name} device`, PrivateKeys.fromURString(keys));
  }
}

/** Refusals of every kind, an error that nobody foresaw among them. */
async function getNowhere(server: TestServer, who: People): Promise<void> {
  const other = who.newClient("somebody else");
  await who.store(other, "somebody else");
  expect(await outcome(who.store(other, "somebody without luck", UNLUCKY_BYTES))).toBe("internal");
  const open = who.newContact();
  await other.updateFallback(open);
  await who.takeCode(open);
  await (await who.newClient("a stranger").fallbackTransfer(who.newContact())).send();
  expect(await outcome(other.verifyFallback("0000-0000"))).toBe("wrong-code");
  expect(await outcome(who.newClient("a stranger with nothing").retrieveShares())).toBe("unknown-account");
  expect(
    (await fetch(server.url(), { method: "POST", body: other.identity.privateKeys.urString() })).status,
  ).toBe(400);
}

const metricsOf = async (server: TestServer) => (await fetch(`${server.url()}/metrics`)).text();

/** Lives everything, and looks for what nobody may learn in everything that is left. */
async function liveAndSearch(storage: SearchedStorage): Promise<void> {
  await using sink = await openWebhookSink();
  await using collector = await openCollector();
  await using server = await startServer({
    ...sink.environment,
    ...storage.environment,
    LOG_LEVEL: "trace",
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    NODE_OPTIONS: `--import="${encodeURI(BAD_LUCK).replaceAll("%0A", "")}"`,
  });
  const { folder } = server;
  const secrets = new Secrets();
  const who = people(server, sink, secrets);
  const keeper = who.newClient("whoever stays");
  const { receipt, share } = await who.store(keeper, "whoever stays");
  const gone = await liveByOwnNames(server, who, sink, secrets);
  const returned = await liveByDepositoryNames(who);
  await backUpAndRecover(server, who, secrets);
  const metrics = [await metricsOf(server)];
  await server.kill("SIGTERM");

  // The operator's part: new keys, twice, so that none of the first is in use. And a disk damages a share.
  const asOwner = { DATA_DIR: folder, ...storage.asOwner };
  const told: string[] = [];
  const runAndNote = async (args: readonly string[], expected = 0) => {
    const { code, stdout, stderr } = await operate(args, asOwner);
    expect(code, stderr).toBe(expected);
    told.push(stdout, stderr);
  };
  const read = (file: string) => readFileSync(join(folder, file), "utf8").trim();
  const noteKeys = async () => {
    const storageKey = Uint8Array.from(Buffer.from(read("storage-key"), "hex"));
    secrets.add(`storage key ${bytesToHex(storageKey).slice(0, 4)}`, storageKey);
    const { newest } = await storage.onTables(folder, (sql) => readStorageKeys(sql, storageKey));
    secrets.add(`data key ${newest.id}`, newest.key);
    return newest;
  };
  await noteKeys();
  await runAndNote(["rekey"]);
  await noteKeys();
  await runAndNote(["rekey", "--storage-key"]);
  await runAndNote(["rekey"]);
  const cipher = await createStorageCipher(await noteKeys());
  await storage.onTables(folder, (sql) => damageShare(sql, cipher, receipt));
  await runAndNote(["check"], 1);

  await server.restart();
  expect(await outcome(keeper.retrieveShares())).toBe("damaged-share");
  await keeper.storeShare(share);
  await audit(keeper, receipt, secrets);
  // Now: a rekey waits for codes that nobody gives.
  await getNowhere(server, who);
  metrics.push(await metricsOf(server));
  await server.kill("SIGTERM");
  await runAndNote(["audit", "--json"]);

  const { privateKeys } = readServerKeys(read("server-keys.ur")) ?? {};
  if (privateKeys === undefined) throw new TypeError("no keys");
  secrets.add("the server's signing key", privateKeys.signing.data);
  secrets.add("the server's encapsulation key", privateKeys.encapsulation.data);
  const { state } = await openContinuation(returned, privateKeys.encapsulation);
  secrets.add("the MAC of a continuation", (state.asByteString() ?? new Uint8Array()).slice(0, 32));
  secrets.add("the webhook's secret", Buffer.from(sink.environment.WEBHOOK_SECRET.slice(6), "base64"));
  for (const secret of storage.secrets) secrets.addText("the database's password or URL", secret);

  const places = {
    database: await storage.dump(folder),
    log: server.log(),
    metrics: metrics.join("\n"),
    audit: told.join("\n"),
    traces: collector.received.join("\n"),
  };
  // They are of that life, and what they may tell is found.
  expect(places.log).toContain('"function":"auditShares"');
  expect(places.log).toContain('"audit":"transfer-done"');
  expect(places.log).toContain("request failed: internal");
  expect(places.log).toContain("message not sent");
  expect(places.log).toContain("damaged share");
  expect(places.metrics).toContain('share_server_requests_total{function="finishRecovery",outcome="ok"}');
  expect(places.metrics).toContain("share_server_damaged_shares 1");
  expect(places.traces).toContain("startRecovery");
  expect(places.audit).toContain("transfer-done");
  expect(places.audit).toContain("1 damaged");
  const names = [keeper.identity.xid, gone.identity.xid, identityOf(privateKeys).xid].map(({ data }) => data);
  expect(traceOf(names[0] ?? new Uint8Array(), places.database)).toBeDefined();

  expect(secrets.all.size).toBeGreaterThan(100);
  for (const [place, content] of Object.entries(places)) {
    expect([...tracesOf(secrets.all, content)], `secrets in the ${place}`).toEqual([]);
    if (place === "database") continue;
    for (const name of names.slice(0, 2))
      expect(traceOf(name, content), `a XID in the ${place}`).toBeUndefined();
  }

  // One would have been found, in any place and in any form.
  const planted = randomBytes(32);
  for (const content of Object.values(places)) {
    const middle = content.length >> 1;
    const [before, after] = [content.slice(0, middle).slice(-1_000), content.slice(middle).slice(0, 1_000)];
    for (const written of Object.values(formsOf(planted))) {
      expect(traceOf(planted, `${before}${written}${after}`)).toBeDefined();
    }
  }
}

const skipped = whyNoPostgres();

describe("a life leaves none of its secrets in a dump, the log, the metrics, the audit and the traces", () => {
  test("on the embedded database", async () => {
    await using storage = await embedded();
    await liveAndSearch(storage);
  });

  test.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, async () => {
    await using storage = await postgres();
    await liveAndSearch(storage);
  });

  const withoutCitus = whyNoCitus();
  test.skipIf(withoutCitus)(`on Citus${withoutCitus ? ` (${withoutCitus})` : ""}`, async () => {
    await using storage = await citus();
    await liveAndSearch(storage);
  });
});
