/** The whole life of an account by keys for after quantum computers, in the real workerd: by the command, and by the client. */
import { join } from "node:path";
import { type EncapsulationScheme, PrivateKeys, type SigningScheme } from "@bc/envelope";
import { beforeAll, describe, expect, test } from "vitest";
import { keyMaker } from "../../src/server/identity-scheme.ts";
import type { NeonEndpoint } from "../../src/worker/neon-stand-in.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { newUser } from "../kit/share-command.ts";
import type { WebhookSink } from "../kit/webhook-sink.ts";
import { openStage, startWorker, type TestWorker } from "./workerd.ts";

const skipped = whyNoPostgres();

let build: string;
let neon: NeonEndpoint;
let sink: WebhookSink;
let worker: TestWorker;
beforeAll(async () => {
  if (skipped) return;
  const stage = await openStage();
  ({ build, neon, sink, worker } = stage);
  return stage.close;
});

type Schemes = readonly [SigningScheme, EncapsulationScheme];
const lives: readonly (readonly [Schemes, Schemes, Schemes])[] = [
  [
    ["mldsa44", "mlkem512"],
    ["mldsa65", "mlkem768"],
    ["mldsa87", "mlkem1024"],
  ],
  [
    ["schnorr", "x25519"],
    ["mldsa65", "x25519"],
    ["ed25519", "mlkem768"],
  ],
];

describe.skipIf(skipped)(`the Worker${skipped ? ` (${skipped})` : ""}`, () => {
  test("sees the life of docs/tour.md by ML-DSA-65 and ML-KEM-768", async () => {
    const contact = "alice@example.com";
    const later = ["--scheme", "mldsa65", "--encapsulation", "mlkem768"];
    const owner = await newUser(worker.url);
    const heir = await newUser(worker.url);
    const keys = { SHARE_KEYS: "keys.ur" };
    const asOwner = (...words: readonly string[]) => owner.share(words, "", keys);
    const asHeir = (...words: readonly string[]) => heir.share(words, "", keys);

    expect((await asOwner("keys", "new", ...later)).code).toBe(0);
    await owner.file("one.txt", "the first share\n");
    await owner.file("two.txt", "the second share\n");
    const receipt = (await asOwner("store", "one.txt")).stdout.trim();
    await asOwner("store", "two.txt");
    const list = (await asOwner("list")).stdout;
    expect(list.match(/^[0-9a-f]{64} {2}1[67]$/gm)).toHaveLength(2);
    expect((await asOwner("get", receipt)).stdout).toBe("the first share\n");

    await asOwner("fallback", "set", contact);
    const token = new URL((await sink.next(contact)).data.link ?? "").searchParams.get("token") ?? "";
    await fetch(`${worker.url}/verify`, { method: "POST", body: new URLSearchParams({ token }) });
    expect((await asOwner("fallback", "show")).stdout).toBe(`${contact}  validated\n`);

    expect((await asHeir("fallback", "transfer", contact, ...later)).stderr).toContain("made new keys");
    const { code = "" } = (await sink.next(contact)).data;
    expect((await asHeir("fallback", "verify", code)).stdout).toMatch(/^done: /);
    expect((await asHeir("list")).stdout).toBe(list);
    expect((await asHeir("get", receipt)).stdout).toBe("the first share\n");
    expect((await asOwner("list")).stderr).toContain("(invalid-sender-key)");

    expect((await asHeir("rekey", "--yes")).code).toBe(0);
    expect((await asHeir("keys", "show")).stdout).toContain("mldsa65, mlkem768");
    expect((await asHeir("audit", "--copy", join(owner.folder, "one.txt"))).code).toBe(0);
    await asHeir("delete", receipt);
    expect((await asHeir("list")).stdout.trim().split("\n")).toHaveLength(1);
    expect((await asHeir("leave", "--yes")).code).toBe(0);
    expect((await asHeir("list")).stderr).toContain("(unknown-account)");
  });

  test.each(["ed25519+mlkem768", "mldsa65+mlkem768"] as const)("speaks by %s itself", async (scheme) => {
    const keys = (await keyMaker(scheme))();
    const secrets = { SERVER_PRIVATE_KEYS: keys.urString() };
    await using place = await startWorker({ neon, build, secrets });
    const share = new TextEncoder().encode("a share");
    for (const sealed of [true, false]) {
      const client = place.client({ keys: PrivateKeys.generate("ed25519"), sealed });
      const receipt = await client.storeShare(share);
      expect(await client.retrieveShares([receipt])).toEqual([{ receipt, data: share }]);
      expect((await client.server()).keys.equals(keys.publicKeys())).toBe(true);
    }
  });

  test.each(lives)("opens by keys of %o, changes to %o, and gives to %o", async (first, second, third) => {
    const share = new TextEncoder().encode("a share");
    const opened = worker.client({ keys: PrivateKeys.generate(...first) });
    const { xid } = opened.identity;
    const receipt = await opened.storeShare(share);
    expect(await opened.retrieveShares()).toEqual([{ receipt, data: share }]);
    const changed = worker.client({ keys: PrivateKeys.generate(...second), xid });
    await opened.updatePublicKey(changed.identity.privateKeys);

    const contact = `${xid.hex().slice(0, 8)}@example.com`;
    await changed.updateFallback(contact);
    await changed.verifyFallback((await sink.next(contact)).data.code ?? "");
    const successor = worker.client({ keys: PrivateKeys.generate(...third) });
    const transfer = await successor.fallbackTransfer(contact);
    await transfer.send();
    await successor.verifyFallback((await sink.next(contact)).data.code ?? "");
    expect((await transfer.send()).account?.hex()).toBe(xid.hex());
    const owner = worker.client({ keys: successor.identity.privateKeys, xid });
    expect(await owner.retrieveShares()).toEqual([{ receipt, data: share }]);
    await expect(changed.retrieveShares()).rejects.toMatchObject({ refusal: { code: "invalid-sender-key" } });
    await owner.deleteAccount();
    await expect(owner.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
  });
});
