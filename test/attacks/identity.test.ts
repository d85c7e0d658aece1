/** Who may do what: the rules of identity, replays and audience, through the whole service. */

import { ARID, PrivateKeys, type XID } from "@bc/envelope";
import { buildRequest, openAnswer, Receipt, readResult } from "@bc/share-client";
import { type Identity, identityOf, OPERATIONS } from "@bc/share-protocol";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { prune } from "../../src/store/prune.ts";
import { requestNode, sealFor, sign } from "../kit/compose.ts";
import { NOW, otherServer, server } from "../kit/people.ts";
import { post } from "../kit/post.ts";
import { createTestService } from "../kit/service.ts";
import { startServer } from "../kit/spawn-server.ts";
import { currentStorage } from "../kit/storage.ts";

const { retrieveShares, storeShare } = OPERATIONS;

const DAY = 86_400_000;
const database = await currentStorage().openDatabase();
const service = await createTestService(database.sql);
const real = await startServer(await currentStorage().environment());
afterAll(async () => {
  await database.close();
  await real.stop();
});

const share = new TextEncoder().encode("a share");

function person(): Identity {
  return identityOf(PrivateKeys.generate("ed25519"));
}

/** A request signed by `signer` in the name of `xid`. */
function storing(
  signer: Identity,
  options: { xid?: XID; id?: ARID; data?: Uint8Array; date?: Date | null } = {},
) {
  const { xid = signer.xid, id = ARID.generate(), data = share, date = NOW } = options;
  const body = storeShare.encode({ data }).withParameter("recipient", server.xid.toCbor());
  return sign(requestNode({ id, body, date, sender: identityOf(signer.privateKeys, xid) }), signer);
}

async function send(request: Awaited<ReturnType<typeof storing>>, wallet: Identity, at = service) {
  const sealed = await sealFor(server, request);
  return post(at, sealed.cborData(), { type: "application/cbor", wallets: [wallet] });
}

/** What the account holds, or the code of the refusal. */
async function sharesOf(
  { privateKeys }: Identity,
  at = service,
): Promise<readonly Uint8Array[] | string | undefined> {
  try {
    const shares = await at.client({ keys: privateKeys }).retrieveShares();
    return shares.map(({ data }) => data);
  } catch (error) {
    return (error as { refusal?: { code: string } }).refusal?.code;
  }
}

describe("a key that speaks for another's XID", () => {
  test("can't take it before its owner comes", async () => {
    const [owner, squatter] = [person(), person()];
    expect(await send(await storing(squatter, { xid: owner.xid }), squatter)).toMatchObject({
      code: "not-account-key",
    });
    expect(await sharesOf(owner)).toBe("unknown-account");
    expect(await sharesOf(squatter)).toBe("unknown-account");
    expect((await send(await storing(owner), owner)).code).toBeUndefined();
    expect(await sharesOf(owner)).toEqual([share]);
  });

  test("can't put shares into the account, or read them, whether it has one of its own or not", async () => {
    const [owner, stranger, neighbour] = [person(), person(), person()];
    await send(await storing(owner), owner);
    await send(await storing(neighbour), neighbour);
    const data = new TextEncoder().encode("not yours");
    for (const thief of [stranger, neighbour]) {
      const answer = await send(await storing(thief, { xid: owner.xid, data }), thief);
      expect(answer).toMatchObject({ code: "not-account-key" });
    }
    const reading = (keys: PrivateKeys) => service.client({ keys, xid: owner.xid }).retrieveShares();
    await expect(reading(stranger.privateKeys)).rejects.toMatchObject({
      refusal: { code: "unknown-account" },
    });
    await expect(reading(neighbour.privateKeys)).rejects.toMatchObject({
      refusal: { code: "not-account-key" },
    });
    expect(await sharesOf(owner)).toEqual([share]);
    expect(await sharesOf(neighbour)).toEqual([share]);
  });

  test("learns nothing about whether there is such an account", async () => {
    const [owner, nobody, stranger] = [person(), person(), person()];
    await send(await storing(owner), owner);
    const ask = async (xid: XID) => {
      const body = retrieveShares.encode({ receipts: [] });
      const sender = identityOf(stranger.privateKeys, xid);
      const { code, text } = await send(
        await sign(requestNode({ id: ARID.generate(), body, sender }), stranger),
        stranger,
      );
      return { code, text: text?.replace(xid.toString(), "XID") };
    };
    expect(await ask(owner.xid)).toEqual(await ask(nobody.xid));
    expect(await ask(owner.xid)).toEqual({ code: "unknown-account", text: "unknown user XID" });
  });
});

describe("a receipt", () => {
  test("of another account is as unknown as one that was never given", async () => {
    const [owner, thief] = [person(), person()];
    await send(await storing(owner), owner);
    await send(await storing(thief), thief);
    const client = service.client({ keys: thief.privateKeys });
    const others = Receipt.of(owner.xid, share);
    const nobodys = Receipt.fromData(new Uint8Array(32).fill(9));
    for (const receipt of [others, nobodys]) {
      await expect(client.retrieveShares([receipt])).rejects.toMatchObject({
        refusal: { code: "unknown-receipt", text: `unknown receipt ${receipt.hex()}` },
      });
    }
    const own = Receipt.of(thief.xid, share);
    await expect(client.retrieveShares([own, others])).rejects.toMatchObject({
      refusal: { code: "unknown-receipt", text: `unknown receipt ${others.hex()}` },
    });
    expect(await client.retrieveShares([own])).toHaveLength(1);
  });

  test("of one data differs from account to account", async () => {
    const [first, second] = [person(), person()];
    expect(Receipt.of(first.xid, share).equals(Receipt.of(second.xid, share))).toBe(false);
  });
});

describe("the same request again", () => {
  test("has the first outcome, however it is signed, sealed or sent", async () => {
    const wallet = identityOf(PrivateKeys.generate("schnorr"));
    const request = await storing(wallet);
    const again = await request.tryUnwrap().sign(wallet.privateKeys.signing);
    expect(again.isIdenticalTo(request)).toBe(false);
    expect((await send(request, wallet)).code).toBeUndefined();
    expect((await send(again, wallet)).code).toBeUndefined();
    expect((await post(service, request.urString(), { wallets: [wallet] })).code).toBeUndefined();
    expect(await sharesOf(wallet)).toEqual([share]);
  });

  test("is refused again, also when it could succeed by now", async () => {
    const [owner, early] = [person(), person()];
    const request = await storing(early, { xid: owner.xid });
    expect((await send(request, early)).code).toBe("not-account-key");
    await send(await storing(early), early);
    expect((await send(request, early)).code).toBe("not-account-key");
  });

  test("is remembered as long as its date is good, and an undated one for good", async () => {
    // Of its own, because what is forgotten is over for all accounts.
    const database = await currentStorage().openDatabase();
    onTestFinished(() => database.close());
    const later = await createTestService(database.sql);
    const wallet = person();
    const [dated, undated] = [await storing(wallet), await storing(wallet, { date: null })];
    await send(dated, wallet, later);
    await send(undated, wallet, later);
    await later.client({ keys: wallet.privateKeys }).call("deleteShares", { receipts: [] });

    later.clock.now = new Date(NOW.getTime() + DAY);
    await prune(database.sql, later.clock.now);
    expect((await send(dated, wallet, later)).code).toBeUndefined();
    later.clock.now = new Date(NOW.getTime() + DAY + 1_000);
    await prune(database.sql, later.clock.now);
    expect((await send(dated, wallet, later)).code).toBe("expired");
    later.clock.now = new Date(NOW.getTime() + 365 * DAY);
    await prune(database.sql, later.clock.now);
    expect((await send(undated, wallet, later)).code).toBeUndefined();
    expect(await sharesOf(wallet, later)).toEqual([]);
  });
});

describe("an ID", () => {
  test("is refused for another request, which is not carried out", async () => {
    const [wallet, id] = [person(), ARID.generate()];
    expect((await send(await storing(wallet, { id }), wallet)).code).toBeUndefined();
    const other = await storing(wallet, { id, data: new TextEncoder().encode("another share") });
    expect((await send(other, wallet)).code).toBe("id-reused");
    expect(
      (await send(await storing(wallet, { id, date: new Date(NOW.getTime() - 1_000) }), wallet)).code,
    ).toBe("id-reused");
    expect(await sharesOf(wallet)).toEqual([share]);
  });

  test("is one key's own: nobody can use it up for another", async () => {
    const [wallet, other, id] = [person(), person(), ARID.generate()];
    expect((await send(await storing(other, { id }), other)).code).toBeUndefined();
    expect((await send(await storing(wallet, { id }), wallet)).code).toBeUndefined();
  });
});

describe("sent 32 times at once to the real server", () => {
  const client = real.client({ keys: PrivateKeys.generate("ed25519") });
  const build = async (data: Uint8Array, id: ARID) => {
    const call = { name: "storeShare", parameters: { data } } as const;
    return buildRequest(call, client.identity, await client.server(), { id, date: new Date() });
  };
  const receiptOf = async ({ id, envelope }: Awaited<ReturnType<typeof build>>, data: Uint8Array) => {
    const { identity } = client;
    const answer = await openAnswer(await client.send(envelope), {
      id,
      identity,
      server: await client.server(),
    });
    return readResult({ name: "storeShare", parameters: { data } }, answer, identity.xid).hex();
  };

  test("a request stores one share and has one receipt", async () => {
    const data = crypto.getRandomValues(new Uint8Array(500));
    const request = await build(data, ARID.generate());
    const receipts = await Promise.all(Array.from({ length: 32 }, () => receiptOf(request, data)));
    expect(new Set(receipts)).toEqual(new Set([Receipt.of(client.identity.xid, data).hex()]));
    expect((await client.retrieveShares()).filter((it) => Buffer.from(data).equals(it.data))).toHaveLength(1);
  });

  test("an ID counts for one of 32 different requests", async () => {
    const id = ARID.generate();
    const before = (await client.retrieveShares()).length;
    const outcomes = await Promise.allSettled(
      Array.from({ length: 32 }, async (_, i) => {
        const data = Uint8Array.from({ length: 20 }, () => i);
        return receiptOf(await build(data, id), data);
      }),
    );
    const refused = outcomes.filter((it) => it.status === "rejected");
    expect(refused).toHaveLength(31);
    for (const { reason } of refused) expect(reason).toMatchObject({ refusal: { code: "id-reused" } });
    expect(await client.retrieveShares()).toHaveLength(before + 1);
  });
});

describe("a request that the operator of another server passes on", () => {
  const body = storeShare.encode({ data: share });

  test("is refused, because it names that server", async () => {
    const wallet = person();
    const forOther = body.withParameter("recipient", otherServer.xid.toCbor());
    const sealed = await sealFor(
      otherServer,
      await sign(requestNode({ id: ARID.generate(), body: forOther, sender: wallet }), wallet),
    );
    const opened = await sealed.decryptToRecipient(otherServer.privateKeys.encapsulation);
    expect((await send(opened, wallet)).code).toBe("wrong-recipient");
    expect((await post(service, opened.urString())).code).toBe("wrong-recipient");
    expect((await post(service, sealed.urString())).code).toBe("unknown-recipient");
    expect(await sharesOf(wallet)).toBe("unknown-account");
  });

  test("is refused where the operator wants every request to name its server", async () => {
    const strict = await createTestService(database.sql, {
      policy: { ...service.context.policy, requireRecipient: true },
    });
    const wallet = person();
    const unaddressed = await sign(requestNode({ id: ARID.generate(), body, sender: wallet }), wallet);
    expect((await send(unaddressed, wallet, strict)).code).toBe("missing-recipient");
    expect((await send(await storing(wallet), wallet, strict)).code).toBeUndefined();
  });
});
