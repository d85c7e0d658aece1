/** The server has new keys: who knows the old ones is served for a time, and who has stolen them gets nothing. */
import { type Envelope, ERROR, PrivateKeys, randomBytes } from "@bc/envelope";
import {
  buildRequest,
  type Client,
  createClient,
  type KnownServer,
  serverFromDocument,
  serverFromUR,
  verifyAnswer,
} from "@bc/share-client";
import { decodeError } from "@bc/share-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeServerKeys, openServerKeys, type ServerKeys } from "../../src/server/server-keys.ts";
import { openState, sealState } from "../../src/service/depository/recovery-state.ts";
import type { ServerIdentity } from "../../src/service/index.ts";
import { keyId, requestDigest, requestKey, tokenHash } from "../../src/store/types.ts";
import { NOW, server } from "../kit/people.ts";
import { createTestService, type TestService } from "../kit/service.ts";
import { currentStorage, type OpenDatabase } from "../kit/storage.ts";

/** Seconds. */
const GRACE = 2_592_000;
const url = "http://server.test";
const share = Uint8Array.of(1, 2, 3);

const before: ServerKeys = { privateKeys: server.privateKeys, retired: [] };
const changed = await changeServerKeys(before, NOW, GRACE);
const now = await openServerKeys(changed, GRACE);

let database: OpenDatabase;
beforeAll(async () => {
  database = await currentStorage().openDatabase();
});
afterAll(() => database.close());

function serve(identity: ServerIdentity): Promise<TestService> {
  return createTestService(database.sql, { ...identity });
}

function knows(service: TestService, known: Promise<KnownServer>, told: KnownServer[] = []): Client {
  const onRotation = (found: KnownServer) => void told.push(found);
  const { now: clock } = service.context;
  const keys = PrivateKeys.generate("ed25519");
  return createClient({ url, keys, server: known, now: clock, transport: service.send, onRotation });
}

const knownBefore = () => serverFromDocument(server.document);

test("GET / gives the document of the new keys, under the same XID", async () => {
  const service = await serve(now);
  const announced = await serverFromUR(await (await service.send(new Request(url))).text());
  expect(announced.xid.equals(server.xid)).toBe(true);
  expect(announced.keys.equals(now.identity.publicKeys)).toBe(true);
});

/** A storeShare sealed to the old keys, and the answer as it came. */
async function askByOldKeys(client: Client, date: Date): Promise<Envelope> {
  const call = { name: "storeShare", parameters: { data: share } } as const;
  const { envelope } = await buildRequest(call, client.identity, await knownBefore(), { date });
  return await client.send(envelope);
}

describe("a wallet that knows the old keys", () => {
  test("is answered by them until their grace ends, and told of the new ones", async () => {
    const service = await serve(now);
    service.clock.now = new Date(NOW.getTime() + GRACE * 1000 - 1);
    const told: KnownServer[] = [];
    const client = knows(service, knownBefore(), told);
    const sealed = await askByOldKeys(client, service.clock.now);
    const signed = await sealed.decryptToRecipient(client.identity.privateKeys.encapsulation);
    expect(await signed.hasSignatureFrom(server.publicKeys.signing)).toBe(true);
    await client.storeShare(share);
    expect(told.map(({ keys }) => keys.equals(now.identity.publicKeys))).toEqual([true]);
  });

  test("is refused from then on, and goes on with the new ones by itself", async () => {
    const service = await serve(now);
    service.clock.now = new Date(NOW.getTime() + GRACE * 1000);
    const told: KnownServer[] = [];
    const client = knows(service, knownBefore(), told);
    const answer = await askByOldKeys(client, service.clock.now);
    const response = await verifyAnswer(answer, await serverFromDocument(now.document));
    expect(decodeError(response.objectForPredicate(ERROR))).toMatchObject({ code: "unknown-recipient" });
    const receipt = await client.storeShare(share);
    expect(await client.retrieveShares([receipt])).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  test("goes on with a recovery that it began before", async () => {
    const name = () => randomBytes(32);
    const state = {
      keyId: keyId(name()),
      requestKey: requestKey(name()),
      requestDigest: requestDigest(name()),
      tokenHash: tokenHash(name()),
    };
    const service = await serve(await openServerKeys(before, GRACE));
    const cipher = await service.context.keys.cipher();
    const returned = await sealState({ ...service.context, cipher }, state);
    const { context: fresh, clock } = await serve(now);
    const context = { ...fresh, cipher };
    expect(await openState(context, returned, NOW)).toEqual(state);
    clock.now = new Date(NOW.getTime() + GRACE * 1000);
    await expect(openState(context, returned, NOW)).rejects.toMatchObject({ code: "bad-parameter" });
  });
});

describe("a thief who has the old keys", () => {
  test("opens nothing that is sealed to the new ones, and is not believed", async () => {
    const service = await serve(await openServerKeys(before, GRACE));
    const client = knows(service, serverFromDocument(now.document));
    await expect(client.storeShare(share)).rejects.toMatchObject({ code: "wrong-keys" });
    await expect(client.retrieveShares()).rejects.toMatchObject({ code: "wrong-keys" });
  });

  test("cannot hand the XID over to keys of their own", async () => {
    const stolen = await openServerKeys(await changeServerKeys(before, NOW, GRACE), GRACE);
    expect(stolen.identity.xid.equals(server.xid)).toBe(true);
    const client = knows(await serve(stolen), serverFromDocument(now.document));
    await expect(client.storeShare(share)).rejects.toMatchObject({ code: "wrong-keys" });
  });

  test("gets nothing out of the server, which answers old keys' requests to their senders alone", async () => {
    const service = await serve(now);
    const victim = knows(service, serverFromDocument(now.document));
    const receipt = await victim.storeShare(share);
    // Signed by the server's own old keys: to the server they are those of a wallet like any other.
    const thief = createClient({
      url,
      keys: server.privateKeys,
      xid: victim.identity.xid,
      server: knownBefore(),
      now: service.context.now,
      transport: service.send,
    });
    await expect(thief.retrieveShares([receipt])).rejects.toMatchObject({ code: "refused" });
    expect(await victim.retrieveShares([receipt])).toHaveLength(1);
  });
});
