/**
 * The main life of an account on a real server, and then everything that it leaves to be read by others: the database, its files,
 * the log, the metrics and the audit. None of it has a secret of that life, in any form.
 */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { PrivateKeys, randomBytes, type XID } from "@bc/envelope";
import type { Receipt } from "@bc/share-client";
import { expect, test } from "vitest";
import { openPglite } from "../../src/store/drivers/pglite.ts";
import { traceOf } from "../kit/secrets.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import { openWebhookSink, type WebhookSink } from "../kit/webhook-sink.ts";

const OPERATOR = join(import.meta.dirname, "../../src/operator/main.ts");
const NONCE_BYTES = 32;

const utf8 = (text: string) => new TextEncoder().encode(text);

/** What nobody may learn, by a name for the message of a failure. */
type Secrets = Map<string, Uint8Array>;

/** Texts as they are typed, and as they might be kept. */
function addText(secrets: Secrets, name: string, text: string): void {
  secrets.set(name, utf8(text));
  secrets.set(`${name}, bare`, utf8(text.replaceAll("-", "")));
}

/** Two keys, three contacts, shares, audits, a transfer, a deletion; and an account that stays. */
async function live(server: TestServer, sink: WebhookSink, secrets: Secrets): Promise<readonly XID[]> {
  let people = 0;
  const newContact = () => {
    people += 1;
    const contact = `leaks-nowhere-${people}@example.com`;
    addText(secrets, `contact ${people}`, contact);
    return contact;
  };
  const newKeys = (name: string, scheme: "schnorr" | "ed25519" | "ecdsa") => {
    const keys = PrivateKeys.generate(scheme);
    secrets.set(`signing key of ${name}`, keys.signing.data);
    secrets.set(`encapsulation key of ${name}`, keys.encapsulation.data);
    return keys;
  };
  const takeMessage = async (contact: string) => {
    const { data } = await sink.next(contact);
    addText(secrets, `code to ${contact}`, data.code ?? "");
    const token = new URL(data.link ?? "").searchParams.get("token") ?? "";
    secrets.set(`token to ${contact}`, utf8(token));
    return data;
  };

  const store = async (client: ReturnType<TestServer["client"]>, name: string): Promise<Receipt> => {
    const share = randomBytes(200);
    const receipt = await client.storeShare(share);
    secrets.set(`share of ${name}`, share);
    secrets.set(`receipt of ${name}`, receipt.data);
    return receipt;
  };

  const owner = server.client({ keys: newKeys("the owner", "schnorr") });
  const { xid } = owner.identity;
  const receipt = await store(owner, "the owner");
  await store(owner, "the owner, who deletes it");
  await owner.retrieveShares();
  const nonce = randomBytes(NONCE_BYTES);
  secrets.set("nonce", nonce);
  const proofs = await owner.call("auditShares", { receipts: [receipt], nonce });
  for (const { proof } of proofs) secrets.set("proof", proof);
  const contact = newContact();
  await owner.call("updateFallback", { fallback: contact });
  await owner.call("verifyFallback", { code: (await takeMessage(contact)).code ?? "" });
  const second = newKeys("the owner's second device", "ed25519");
  await owner.call("updatePublicKey", { newPublicKey: second.publicKeys() });

  const mover = server.client({ keys: newKeys("the owner's third device", "ecdsa") });
  await sink.next(contact);
  await mover.call("fallbackTransfer", { fallback: contact });
  await mover.call("verifyFallback", { code: (await takeMessage(contact)).code ?? "" });
  await mover.call("fallbackTransfer", { fallback: newContact() }).catch(() => undefined);

  const other = server.client({ keys: newKeys("somebody else", "ed25519") });
  await store(other, "somebody else");
  const open = newContact();
  await other.call("updateFallback", { fallback: open });
  await takeMessage(open);
  await other.call("verifyFallback", { code: "0000-0000" }).catch(() => undefined);
  const moved = server.client({ keys: mover.identity.privateKeys, xid });
  await moved.retrieveShares();
  await moved.call("deleteAccount", {});
  return [xid, other.identity.xid];
}

/** Every row of every table, as Postgres writes it, and the bytes of all files beneath them. */
async function dump(folder: string): Promise<string> {
  const files = readdirSync(join(folder, "database"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
  const { sql, close } = await openPglite(folder);
  const tables = await sql<{ name: string }>(
    "select relname::text as name from pg_class where relnamespace = 'store'::regnamespace and relkind = 'r'",
    [],
  );
  const rows: string[] = [];
  for (const { name } of tables) {
    const found = await sql<{ row: string }>(`select t::text as row from store.${name} t`, []);
    rows.push(...found.map(({ row }) => row));
  }
  await close();
  return [...rows, ...files].join("\n");
}

test("a life leaves none of its secrets in the database, the log, the metrics and the audit", async () => {
  await using sink = await openWebhookSink();
  await using server = await startServer({ ...sink.environment, LOG_LEVEL: "trace" });
  const secrets: Secrets = new Map();
  const names = await live(server, sink, secrets);
  const metrics = await (await fetch(`${server.url()}/metrics`)).text();
  await server.kill("SIGTERM");
  await server.restart();
  await server.kill("SIGTERM");
  const { stdout: audit } = await promisify(execFile)(process.execPath, [OPERATOR, "audit", "--json"], {
    env: { PATH: process.env["PATH"] ?? "", DATA_DIR: server.folder },
  });
  const database = await dump(server.folder);
  const log = server.log();

  // They are of that life.
  expect(metrics).toContain('share_server_requests_total{function="fallbackTransfer",outcome="ok"}');
  expect(log).toContain('"function":"auditShares"');
  expect(log).toContain('"audit":"transfer-done"');
  expect(JSON.parse(audit).events.length).toBeGreaterThan(8);
  expect(traceOf(names[1]?.data ?? new Uint8Array(), database)).toBe("hex");

  const read = (file: string) => readFileSync(join(server.folder, file), "utf8").trim();
  secrets.set("storage key", Uint8Array.from(Buffer.from(read("storage-key"), "hex")));
  const serverKeys = PrivateKeys.fromURString(
    read("server-keys.ur").match(/ur:crypto-prvkeys\/[a-z]+/)?.[0] ?? "",
  );
  secrets.set("the server's signing key", serverKeys.signing.data);
  secrets.set("the server's encapsulation key", serverKeys.encapsulation.data);
  secrets.set("the webhook's secret", Buffer.from(sink.environment.WEBHOOK_SECRET.slice(6), "base64"));
  expect(secrets.size).toBeGreaterThan(25);
  const places = { database, log, metrics, audit };
  const found = [...secrets].flatMap(([name, secret]) =>
    Object.entries(places).flatMap(([place, text]) => {
      const form = traceOf(secret, text);
      return form === undefined ? [] : [`${name} in the ${place}, as ${form}`];
    }),
  );
  expect(found).toEqual([]);
  for (const { data } of names)
    for (const text of [log, metrics, audit]) expect(traceOf(data, text)).toBeUndefined();
});
