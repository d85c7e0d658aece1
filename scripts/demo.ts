/**
 * `npm run demo`: the main job from end to end, with every envelope shown. With `-- --page` it opens the exchange page
 * and a wallet for trying it, until the user interrupts it. With `-- recovery` it backs a seed up over three servers, loses
 * all but two of these, and gets it back.
 *
 * Starts a real server in a folder of its own, stores one share of a seed through the client's steps, reads it back,
 * ends the server and removes the folder. It does these last two after a failure, too, and then exits with 1.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bytewordsIdentifier,
  type EncapsulationPrivateKey,
  type Envelope,
  PrivateKeys,
  randomBytes,
} from "@bc/envelope";
import {
  buildRequest,
  type Client,
  createClient,
  openAnswer,
  type Receipt,
  readResult,
} from "@bc/share-client";
import type { Call, NativeName, ResultOf } from "@bc/share-protocol";
import { cbor } from "#bc/dcbor";
import { GroupSpec, generateShares, Secret, Spec, shareBytes } from "#bc/sskr";
import { UR } from "#bc/ur";
import { type DemoServer, startDemoServer } from "./demo/demo-server.ts";
import { say, show, title } from "./demo/narration.ts";
import { tellRecovery } from "./demo/recovery.ts";

/** Bytes: the 128 bits behind a seed phrase of 12 words. */
const SEED_SIZE = 16;

async function main(): Promise<void> {
  if (process.argv.includes("recovery")) return await tellRecovery();
  const withPage = process.argv.includes("--page");
  const folder = await mkdtemp(join(tmpdir(), "share-demo-"));
  const server = startDemoServer(folder, withPage ? { WALLET_DEMO: "1" } : {});
  try {
    const url = await server.url();
    await (withPage ? offerPage(url, server) : tell(url));
  } finally {
    await server.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function offerPage(url: string, server: DemoServer): Promise<void> {
  say(`The exchange page: ${url}/`);
  say(`A wallet to try it with, in another window: ${url}/wallet-demo`);
  say("Ctrl-C ends both, and forgets everything.");
  await server.ended();
}

async function tell(url: string): Promise<void> {
  title("A server starts");
  const client = createClient({ url, keys: PrivateKeys.generate(), now: () => new Date() });
  const { xid, document } = await client.server();
  say(`It listens at ${url}. This is the XID document that it gives to everyone who asks:`);
  show(document);
  say(`People may call it ${bytewordsIdentifier(xid.data)}, after the first bytes of its XID.`);

  title("A wallet makes its keys");
  say("One to sign with, one to be written to. Nobody registers: the first stored share opens the account.");
  show(client.identity.document);

  title("A seed is split");
  const share = newShare();
  say(
    "SSKR splits a new seed into three shares, any two of which give it back. One of them is for the server:",
  );
  say(share);
  const data = new TextEncoder().encode(share);

  const receipt = await tellStore(client, data);
  await tellRetrieve(client, receipt, share);
}

async function tellStore(client: Client, data: Uint8Array): Promise<Receipt> {
  title("storeShare: the wallet gives the share to the server");
  const receipt = await tellCall(client, { name: "storeShare", parameters: { data } });
  say("The receipt is SHA-256(XID of the account ‖ share), so the wallet can tell that it is the right one:");
  say(receipt.hex());
  return receipt;
}

async function tellRetrieve(client: Client, receipt: Receipt, share: string): Promise<void> {
  title("retrieveShares: later, the wallet asks for it");
  const call = { name: "retrieveShares", parameters: { receipts: [receipt] } } as const;
  const [found] = await tellCall(client, call);
  const text = new TextDecoder().decode(found?.data);
  if (text !== share) throw new Error("the share that came back is another one");
  say("The share came back as it was:");
  say(text);
}

/** One call, step by step, with what is under each seal. */
async function tellCall<Name extends NativeName>(client: Client, call: Call<Name>): Promise<ResultOf<Name>> {
  const { identity } = client;
  const server = await client.server();
  const { id, envelope } = await buildRequest(call, identity, server, { date: new Date(), sealed: false });
  say("The request: signed by the wallet, meant for this server, with a date and an ID for single use.");
  show(envelope);
  const sealed = await envelope.encryptToRecipients([server.keys.encapsulation]);
  say(
    `The same, sealed to the server, as everyone on the way sees it (${sealed.cborData().length} bytes of CBOR):`,
  );
  show(sealed);

  const answer = await client.send(sealed);
  say("The answer, as everyone on the way sees it:");
  show(answer);
  say("As the wallet sees it: signed by the server, with the same ID.");
  show(await unsealed(answer, identity.privateKeys.encapsulation));
  return readResult(call, await openAnswer(answer, { id, identity, server }), identity.xid);
}

async function unsealed(envelope: Envelope, key: EncapsulationPrivateKey): Promise<Envelope> {
  if (!envelope.subject().isEncrypted()) throw new Error("the answer to a sealed request must be sealed");
  return envelope.decryptToRecipient(key);
}

/** One of three SSKR shares of a new seed, as `ur:sskr/…`. */
function newShare(): string {
  const groups = [GroupSpec.from({ memberThreshold: 2, memberCount: 3 })];
  const shares = generateShares(
    Spec.from({ groupThreshold: 1, groups }),
    Secret.from(randomBytes(SEED_SIZE)),
  );
  const [share] = shares.flat();
  if (share === undefined) throw new Error("no share was made");
  return UR.from("sskr", cbor(shareBytes(share))).toString();
}

try {
  await main();
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
