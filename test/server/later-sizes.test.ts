/**
 * What keys for after quantum computers make of requests and answers: against the limits of a fresh server, those of QR
 * codes, and against docs/air-gap.md.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type EncapsulationScheme, Envelope, PrivateKeys, type SigningScheme } from "@bc/envelope";
import {
  FRAGMENT_SIZES,
  FRAMES_PER_SECOND,
  framesOf,
  MAX_ANIMATED,
  MAX_SCANNED_PARTS,
} from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import { afterAll, describe, expect, test } from "vitest";
import { requestsIn } from "../../src/http/rate-limit.ts";
import {
  createTestService,
  fetchTransport,
  MAX_REQUEST_BYTES,
  openTestDatabase,
  POLICY,
  type Transport,
} from "../kit/service.ts";

const database = await openTestDatabase();
afterAll(() => database.close());

type Schemes = readonly [SigningScheme, EncapsulationScheme];
const USUAL: Schemes = ["schnorr", "x25519"];
const OF_SERVERS: Schemes = ["ed25519", "x25519"];
const SMALLEST: Schemes = ["mldsa44", "mlkem512"];
const MIDDLE: Schemes = ["mldsa65", "mlkem768"];
const LARGEST: Schemes = ["mldsa87", "mlkem1024"];

const RATE_LIMIT = { perSecond: 20, burst: 100 };

type Step = "store" | "rekey" | "transfer" | "get";
type Exchanged = { readonly request: Uint8Array; readonly answer: Uint8Array };
type Life = Readonly<Record<Step, Exchanged>>;

/** A share is stored, its account gets other keys, is transferred, and gives the share back; all of it sealed. */
async function live(
  wallet: Schemes,
  server: Schemes,
  { share, format }: { readonly share: Uint8Array; readonly format: "cbor" | "ur" },
): Promise<Life> {
  const exchanged: Exchanged[] = [];
  const transport: Transport = (service) => {
    const send = fetchTransport(service);
    return async (request) => {
      const copy = request.clone();
      const response = await send(request);
      expect(response.status).toBe(200);
      exchanged.push({ request: await copy.bytes(), answer: await response.clone().bytes() });
      return response;
    };
  };
  const service = await createTestService(database.sql, {
    identity: identityOf(PrivateKeys.generate(...server)),
    policy: { ...POLICY, trustFallback: true, requireKeyProof: true },
    http: { requestsPerSecond: RATE_LIMIT.perSecond },
    transport,
  });
  const last = () => exchanged.at(-1) ?? { request: new Uint8Array(), answer: new Uint8Array() };
  const opened = service.client({ keys: PrivateKeys.generate(...wallet), format });
  const { xid } = opened.identity;
  const receipt = await opened.storeShare(share);
  const store = last();
  const keys = PrivateKeys.generate(...wallet);
  await opened.updatePublicKey(keys);
  const rekey = last();
  const contact = `${xid.hex().slice(0, 5)}@example.com`;
  await service.client({ keys, xid, format }).updateFallback(contact);
  const successor = service.client({ keys: PrivateKeys.generate(...wallet), format });
  await (await successor.fallbackTransfer(contact)).send();
  const transfer = last();
  const owner = service.client({ keys: successor.identity.privateKeys, xid, format });
  expect(await owner.retrieveShares([receipt])).toEqual([{ receipt, data: share }]);
  return { store, rekey, transfer, get: last() };
}

function framesIn(cbor: Uint8Array): number {
  return framesOf(Envelope.fromCborData(cbor).ur(), FRAGMENT_SIZES.medium).count;
}

describe.each([true, false])("the largest keys, the largest share: %s", (isLargest) => {
  const share = new Uint8Array(isLargest ? POLICY.quotas.maxShareBytes : 500).fill(7);

  test.each(["cbor", "ur"] as const)("stay within every limit of a fresh server, as %s", async (format) => {
    const life = await live(LARGEST, LARGEST, { share, format });
    const requests = Object.values(life).map(({ request }) => request.length);
    expect(Math.max(...requests)).toBeLessThan(MAX_REQUEST_BYTES);
    const cost = requests.reduce((sum, bytes) => sum + requestsIn(bytes), 0);
    expect(cost).toBeLessThan(RATE_LIMIT.burst / 8);
  });

  test("go by QR codes, there and back", async () => {
    const life = await live(LARGEST, LARGEST, { share, format: "cbor" });
    for (const { request, answer } of Object.values(life)) {
      for (const message of [request, answer]) {
        expect(message.length).toBeLessThanOrEqual(MAX_ANIMATED);
        expect(framesIn(message)).toBeLessThan(MAX_SCANNED_PARTS);
      }
    }
  });
});

test("docs/air-gap.md tells how large they are", async () => {
  const document = await readFile(join(import.meta.dirname, "../../docs/air-gap.md"), "utf8");
  const share = new Uint8Array(500).fill(7);
  const rows: string[] = [];
  for (const [wallet, server] of [
    [USUAL, OF_SERVERS],
    [SMALLEST, OF_SERVERS],
    [MIDDLE, OF_SERVERS],
    [LARGEST, OF_SERVERS],
    [USUAL, MIDDLE],
    [MIDDLE, MIDDLE],
    [LARGEST, LARGEST],
  ]) {
    if (wallet === undefined || server === undefined) continue;
    const { store, rekey, transfer, get } = await live(wallet, server, { share, format: "cbor" });
    const messages = [store.request, rekey.request, transfer.request, get.request, get.answer];
    rows.push(`| ${[wallet.join(", "), server.join(", "), ...messages.map(inFrames)].join(" | ")} |`);
  }
  expect(document.split("\n").filter((line) => rows.includes(line))).toEqual(rows);

  const largest = new Uint8Array(POLICY.quotas.maxShareBytes).fill(7);
  const cbor = await live(LARGEST, LARGEST, { share: largest, format: "cbor" });
  const text = await live(LARGEST, LARGEST, { share: largest, format: "ur" });
  expect(document).toContain(`${cbor.store.request.length} bytes, or\n${text.store.request.length} letters`);
  expect(document).toContain(`takes ${framesIn(cbor.get.answer)} frames`);
});

/** `9559: 48, 9.6 s` */
function inFrames(message: Uint8Array): string {
  const frames = framesIn(message);
  return `${message.length}: ${frames}, ${(frames / FRAMES_PER_SECOND).toFixed(1)} s`;
}
