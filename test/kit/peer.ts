/** A share server in a few lines, made of `@bc/share-protocol` alone: what a client meets in tests. */

import type { Envelope, XID } from "@bc/envelope";
import type { KnownServer, Transport } from "@bc/share-client";
import type { RetrievedShare } from "@bc/share-protocol";
import {
  decodeTransport,
  documentToUR,
  encodeTransport,
  type Format,
  type Identity,
  identityOf,
  newServerKeys,
  OPERATIONS,
  type OpenedRequest,
  openRequest,
  operationNames,
  type ParsedRequest,
  Receipt,
  Refusal,
  readRequest,
  shareProof,
  signEarlyFailure,
  signRefusal,
  signResult,
} from "@bc/share-protocol";

type KeptShare = RetrievedShare & { readonly owner: XID };

export type Peer = {
  readonly identity: Identity;
  readonly server: KnownServer;
  readonly transport: Transport;
  /** Every body that was posted, oldest first. */
  readonly posted: readonly Uint8Array[];
  /** What is stored, by receipts in hex. A test may change it. */
  readonly shares: Map<string, KeptShare>;
};

/** What a peer has after changes of keys: what it announces, and older keys that it still answers by. */
export type Rotated = { readonly document: Envelope; readonly retired: readonly Identity[] };

/** @param now the peer's clock: requests may be a day old. */
export function createPeer(
  now: () => Date,
  identity: Identity = identityOf(newServerKeys()),
  { document, retired }: Rotated = { document: identity.document, retired: [] },
): Peer {
  const shares = new Map<string, KeptShare>();
  const posted: Uint8Array[] = [];

  function perform({ opened, call }: ParsedRequest) {
    const account = opened.sender.xid;
    if (call.name === "storeShare") {
      const { data } = call.parameters;
      const receipt = Receipt.of(account, data);
      shares.set(receipt.hex(), { owner: account, receipt, data });
      return { result: OPERATIONS.storeShare.encodeResult(receipt), secret: false };
    }
    if (call.name === "auditShares") {
      const { receipts, nonce } = call.parameters;
      const proven = sharesOf(account, receipts).map(({ receipt, data }) => {
        return { receipt, proof: shareProof(nonce, data) };
      });
      return { result: OPERATIONS.auditShares.encodeResult(proven), secret: true };
    }
    if (call.name !== "retrieveShares") throw new Refusal("unknown-function");
    const found = sharesOf(account, call.parameters.receipts);
    return { result: OPERATIONS.retrieveShares.encodeResult(found), secret: true };
  }

  function sharesOf(account: XID, receipts: readonly Receipt[]): readonly KeptShare[] {
    const found = receipts.length === 0 ? [...shares.values()] : receipts.map(find);
    return found.filter(({ owner }) => owner.equals(account));
  }

  function find(receipt: Receipt): KeptShare {
    const share = shares.get(receipt.hex());
    if (share === undefined) throw new Refusal("unknown-receipt");
    return share;
  }

  async function answer(bytes: Uint8Array) {
    let opened: OpenedRequest | undefined;
    let speaker = identity;
    try {
      const keys = [identity, ...retired].map(({ privateKeys }) => privateKeys.encapsulation);
      opened = await openRequest(bytes, keys);
      const { unsealedBy } = opened;
      speaker = retired.find(({ privateKeys }) => privateKeys.encapsulation === unsealedBy) ?? identity;
      const operationNamed = (given: unknown) => operationNames(false).find((name) => name === given);
      const rules = {
        requireRecipient: true,
        operationNamed,
        maxAge: 86_400_000,
        maxAhead: 0,
        transferDelay: 0,
      };
      const request = readRequest(opened, { ...rules, now: now(), recipient: identity.xid });
      return await signResult(speaker, opened, perform(request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return opened === undefined ? signEarlyFailure(identity, error) : signRefusal(speaker, opened, error);
    }
  }

  async function transport(request: Request): Promise<Response> {
    if (new URL(request.url).pathname === "/info") return Response.json({ name: "peer", functions: [] });
    if (request.method === "GET") return new Response(documentToUR(document));
    const body = new Uint8Array(await request.arrayBuffer());
    posted.push(body);
    const type = request.headers.get("content-type") ?? "";
    const format: Format = type === "application/cbor" ? "cbor" : "ur";
    const answered = encodeTransport(await answer(decodeTransport(body, format)), format);
    return new Response(new Uint8Array(answered), { headers: { "content-type": type } });
  }

  const { xid, publicKeys: keys } = identity;
  const server = { xid, keys, rotations: [], document: identity.document };
  return { identity, server, transport, posted, shares };
}
