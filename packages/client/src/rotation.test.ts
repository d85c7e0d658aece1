/** A client whose server changes its keys: it follows by itself, and follows nobody else. */
import { PrivateKeys, XID } from "@bc/envelope";
import {
  documentToUR,
  documentWithRotations,
  type Identity,
  identityOf,
  newServerKeys,
  openRequest,
  Receipt,
  signRotation,
} from "@bc/share-protocol";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { createPeer, type Peer, type Rotated } from "../../../test/kit/peer.ts";

import { type ClientOptions, createClient } from "./client.ts";
import { fetchServer } from "./fetch-server.ts";
import { type KnownServer, serverFromDocument, serverFromUR } from "./known-server.ts";

const now = () => new Date("2026-11-22T10:00:00Z");
const url = "http://server.test";
const share = Uint8Array.of(1, 2, 3);

const first = identityOf(newServerKeys());

/** Another identity under the server's XID, and the rotation by which `by` hands over to it. */
async function rotate(by: Identity, sequence: number, keys: PrivateKeys = newServerKeys()) {
  const identity = identityOf(keys, first.xid);
  return { identity, signed: await signRotation(by, identity.publicKeys, { sequence, date: now() }) };
}

const second = await rotate(first, 1);
const third = await rotate(second.identity, 2);
const thief = await rotate(first, 1);

/** The server under its third keys, which still answers by these older ones. */
function rotated(...retired: readonly Identity[]): Rotated {
  const rotations = [second, third];
  const document = documentWithRotations(first.xid, third.identity.publicKeys, rotations);
  return {
    document,
    retired: retired.map((identity) => ({
      ...identity,
      document: documentWithRotations(first.xid, identity.publicKeys, rotations),
    })),
  };
}

let told: KnownServer[];
beforeEach(() => {
  told = [];
});

function clientOf(peer: Peer, options: Partial<ClientOptions>) {
  return createClient({
    url,
    keys: PrivateKeys.generate(),
    now,
    transport: peer.transport,
    onRotation: (server) => void told.push(server),
    ...options,
  });
}

async function opensWith(body: Uint8Array | undefined, { privateKeys }: Identity) {
  return await openRequest(body ?? new Uint8Array(), [privateKeys.encapsulation]);
}

const knowsFirst = () => serverFromDocument(first.document);
const knowsSecond = () =>
  serverFromDocument(documentWithRotations(first.xid, second.identity.publicKeys, [second]));

describe.each([
  ["its first keys", knowsFirst, first],
  ["its second keys", knowsSecond, second.identity],
])("a client that knows the server by %s", (_name, knows, old) => {
  test("goes on by the old keys while they are honoured, and learns the new ones from the answer", async () => {
    const peer = createPeer(now, third.identity, rotated(old));
    const client = clientOf(peer, { server: knows() });
    const receipt = await client.storeShare(share);
    expect(receipt.equals(Receipt.of(client.identity.xid, share))).toBe(true);
    expect(told.map(({ keys }) => keys.equals(third.identity.publicKeys))).toEqual([true]);
    await client.retrieveShares([receipt]);
    expect(told).toHaveLength(1);
    await opensWith(peer.posted[0], old);
    await opensWith(peer.posted[1], third.identity);
  });

  test("follows once they are not, and seals the same request anew", async () => {
    const peer = createPeer(now, third.identity, rotated());
    const client = clientOf(peer, { server: knows() });
    const call = await client.prepare("storeShare", { data: share });
    const receipt = await call.send();
    expect(receipt.equals(Receipt.of(client.identity.xid, share))).toBe(true);
    const [before, after, ...others] = peer.posted;
    expect(others).toEqual([]);
    const [one, two] = [await opensWith(before, old), await opensWith(after, third.identity)];
    expect(two.digest.equals(one.digest)).toBe(true);
    expect(two.id.equals(call.id)).toBe(true);
    expect(told).toHaveLength(1);
    // What it was told is enough to go on with after a restart.
    const server = serverFromUR(documentToUR(told[0]?.document ?? first.document));
    await clientOf(peer, { server }).storeShare(share);
    expect(told).toHaveLength(1);
  });

  test("carries on with a request that it sealed to the old keys, whichever keys it knows by now", async () => {
    const peer = createPeer(now, third.identity, rotated());
    const keys = PrivateKeys.generate();
    const built = await clientOf(peer, { keys, server: knows() }).prepare("storeShare", { data: share });
    for (const server of [knows(), serverFromDocument(rotated().document)]) {
      const resumed = clientOf(peer, { keys, server }).resume("storeShare", { data: share }, built);
      await resumed.send();
      expect((await opensWith(peer.posted.at(-1), third.identity)).id.equals(built.id)).toBe(true);
    }
    const unkept = { id: built.id, envelope: built.envelope };
    const lost = clientOf(peer, { keys, server: knows() }).resume("storeShare", { data: share }, unkept);
    await expect(lost.send()).rejects.toMatchObject({ refusal: { code: "unknown-recipient", early: true } });
  });

  test("follows with requests that are not sealed", async () => {
    const peer = createPeer(now, third.identity, rotated(old));
    const client = clientOf(peer, { server: knows(), sealed: false });
    await client.storeShare(share);
    expect(told.map(({ keys }) => keys.equals(third.identity.publicKeys))).toEqual([true]);
  });

  test("tells once, however many calls meet the new keys", async () => {
    const peer = createPeer(now, third.identity, rotated());
    const client = clientOf(peer, { server: knows() });
    await Promise.all([client.storeShare(share), client.storeShare(share), client.storeShare(share)]);
    expect(told).toHaveLength(1);
  });
});

describe("somebody who has the old keys", () => {
  test.each(["sealed", "plain"])("gets a %s request of nobody who knows the new ones", async (form) => {
    const peer = createPeer(now, first);
    const server = serverFromDocument(rotated().document);
    const client = clientOf(peer, { server, sealed: form === "sealed" });
    await expect(client.storeShare(share)).rejects.toMatchObject({
      code: "wrong-keys",
      message: expect.stringContaining("has replaced since"),
    });
    expect(told).toEqual([]);
    if (form === "sealed") {
      expect(peer.posted).toHaveLength(1);
      await expect(opensWith(peer.posted[0], first)).rejects.toMatchObject({ code: "unknown-recipient" });
      expect(peer.shares.size).toBe(0);
    }
  });

  test("cannot lead those to keys of their own who know the new ones", async () => {
    const document = documentWithRotations(first.xid, thief.identity.publicKeys, [thief]);
    const peer = createPeer(now, thief.identity, { document, retired: [{ ...first, document }] });
    const client = clientOf(peer, { server: knowsSecond() });
    await expect(client.storeShare(share)).rejects.toMatchObject({
      code: "wrong-keys",
      message: expect.stringContaining("have not signed"),
    });
    expect(told).toEqual([]);
  });
});

test("keys that nobody has signed are not followed", async () => {
  const { identity } = await rotate(first, 1);
  const client = clientOf(createPeer(now, identity), { server: knowsFirst() });
  await expect(client.storeShare(share)).rejects.toMatchObject({ code: "bad-answer" });
  expect(told).toEqual([]);
});

test("new keys that cannot be kept are not used", async () => {
  const peer = createPeer(now, third.identity, rotated());
  const onRotation = vi.fn(() => Promise.reject(new Error("the disk is full")));
  const client = clientOf(peer, { server: knowsFirst(), onRotation });
  await expect(client.storeShare(share)).rejects.toThrow("the disk is full");
  await expect(client.storeShare(share)).rejects.toThrow("the disk is full");
  expect(onRotation).toHaveBeenCalledTimes(2);
  expect((await client.server()).keys.equals(first.publicKeys)).toBe(true);
});

test("whoever knows the XID alone is led from its first keys to the present ones", async () => {
  const peer = createPeer(now, third.identity, rotated());
  const client = clientOf(peer, { expectedServer: XID.fromData(first.xid.data) });
  await client.storeShare(share);
  expect((await client.server()).keys.equals(third.identity.publicKeys)).toBe(true);
  const impostor = createPeer(now, second.identity, rotated());
  const endpoint = { url, transport: impostor.transport };
  await expect(fetchServer(endpoint, first.xid)).rejects.toMatchObject({ code: "bad-answer" });
});
