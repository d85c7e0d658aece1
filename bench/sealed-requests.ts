/** Sealed requests for a load: built before the clock starts, their answers opened after it stops. */
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pass } from "node:timers/promises";
import {
  type EncapsulationScheme,
  Envelope,
  PrivateKeys,
  randomBytes,
  type SigningScheme,
} from "@bc/envelope";
import { type BuiltRequest, buildRequest, type KnownServer, openAnswer, Receipt } from "@bc/share-client";
import { type Identity, identityOf } from "@bc/share-protocol";

/** Bytes. */
export const SHARE_SIZE = 500;

export type Wallet = Identity & { readonly share: Uint8Array };

export type Prepared = {
  readonly request: BuiltRequest;
  readonly body: Uint8Array;
  readonly wallet: Identity;
};

export type Answered = { readonly to: Prepared; readonly body: Uint8Array };

export function newWallet(scheme: SigningScheme, encapsulation: EncapsulationScheme = "x25519"): Wallet {
  return { ...identityOf(PrivateKeys.generate(scheme, encapsulation)), share: newShare() };
}

export function newShare(): Uint8Array {
  return randomBytes(SHARE_SIZE);
}

export async function storing(wallet: Wallet, data: Uint8Array, server: KnownServer): Promise<Prepared> {
  const call = { name: "storeShare", parameters: { data } } as const;
  const request = await buildRequest(call, wallet, server, { date: new Date() });
  return { request, body: request.envelope.cborData(), wallet };
}

/** For the wallet's first share. */
export async function retrieving(wallet: Wallet, server: KnownServer): Promise<Prepared> {
  const receipts = [Receipt.of(wallet.xid, wallet.share)];
  const call = { name: "retrieveShares", parameters: { receipts } } as const;
  const request = await buildRequest(call, wallet, server, { date: new Date() });
  return { request, body: request.envelope.cborData(), wallet };
}

/** @throws {Error} when the server answers anything but 200. */
export async function send(agent: Agent, url: URL, to: Prepared): Promise<Answered> {
  const headers = { "Content-Type": "application/cbor", "Content-Length": to.body.length };
  const outgoing = httpRequest(url, { agent, method: "POST", headers });
  outgoing.end(to.body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  if (incoming.statusCode !== 200) throw new Error(`the server answered ${incoming.statusCode}`);
  return { to, body: await buffer(incoming) };
}

/** Sends all requests over so many connections. A connection takes the next request when it has its answer. */
export async function sendAll(
  url: URL,
  prepared: readonly Prepared[],
  connections: number,
): Promise<readonly Answered[]> {
  // A new agent each time, since the server closes connections that were silent for seconds.
  const agent = new Agent({ keepAlive: true });
  const answers: Answered[] = [];
  const queue = prepared.values();
  const work = async () => {
    for (const to of queue) answers.push(await send(agent, url, to));
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return answers;
}

/**
 * Sends each request when it is due, whether or not earlier ones have their answers.
 *
 * @param rate requests a second.
 * @returns answers, and for each the milliseconds since the request was due.
 */
export async function sendByClock(
  url: URL,
  prepared: readonly Prepared[],
  rate: number,
): Promise<{ readonly answers: readonly Answered[]; readonly times: readonly number[] }> {
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  const times: number[] = [];
  const answers = await Promise.all(
    prepared.map(async (to, i) => {
      const due = (i / rate) * 1000;
      await pass(due);
      const answer = await send(agent, url, to);
      times.push(performance.now() - began - due);
      return answer;
    }),
  );
  agent.destroy();
  return { answers, times };
}

/** @throws {ClientError} when somebody else signed the answer, or when it holds an error. */
export async function check({ to, body }: Answered, server: KnownServer): Promise<void> {
  await openAnswer(Envelope.fromCborData(body), { id: to.request.id, identity: to.wallet, server });
}
