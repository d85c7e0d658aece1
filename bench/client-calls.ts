/** What one call costs a wallet's own processor, on whatever platform this runs: the network and the server do not count. */
import { PrivateKeys, randomBytes, type SigningScheme } from "@bc/envelope";
import { buildRequest, Envelope, openAnswer, Receipt, serverFromDocument } from "@bc/share-client";
import { identityOf, openRequest, signResult } from "@bc/share-protocol";
import { median } from "./report.ts";

export const SCHEMES = ["ed25519", "schnorr", "ecdsa"] as const satisfies readonly SigningScheme[];

/** Milliseconds: medians. */
export type CallCosts = { readonly building: number; readonly opening: number };

/** Bytes. */
const SHARE_SIZE = 500;

/** A sealed `storeShare` by a wallet with such a key, and its answer. */
export async function measureCalls(scheme: SigningScheme, repetitions: number): Promise<CallCosts> {
  return measureCallsBy(PrivateKeys.generate(scheme), PrivateKeys.generate(), repetitions);
}

/** The same by these keys of wallet and server. */
export async function measureCallsBy(
  ofWallet: PrivateKeys,
  ofServer: PrivateKeys,
  repetitions: number,
): Promise<CallCosts> {
  const server = identityOf(ofServer);
  const peer = await serverFromDocument(server.document);
  const wallet = identityOf(ofWallet);
  const [building, opening]: [number[], number[]] = [[], []];
  for (let call = 0; call < repetitions; call++) {
    const data = randomBytes(SHARE_SIZE);
    const asked = performance.now();
    const { id, envelope } = await buildRequest({ name: "storeShare", parameters: { data } }, wallet, peer);
    const request = envelope.cborData();
    building.push(performance.now() - asked);

    const opened = await openRequest(request, [server.privateKeys.encapsulation]);
    const result = Receipt.of(wallet.xid, data).toEnvelope();
    const answer = (await signResult(server, opened, { result, secret: false })).cborData();

    const answered = performance.now();
    await openAnswer(Envelope.fromCborData(answer), { id, identity: wallet, server: peer });
    opening.push(performance.now() - answered);
  }
  return { building: median(building), opening: median(opening) };
}
