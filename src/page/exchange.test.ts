import { buildRequest, serverFromDocument } from "@bc/share-client";
import { expect, test } from "vitest";
import { createPeer } from "../../test/kit/peer.ts";
import { alice, NOW, otherServer, server } from "../../test/kit/people.ts";
import { exchange } from "./exchange.ts";

const peer = createPeer(() => NOW, server);
const url = "http://peer.test";
const call = { name: "storeShare", parameters: { data: new Uint8Array(20) } } as const;

async function carried(sealed: boolean, { to = peer.server, believed = peer.server } = {}) {
  const { envelope } = await buildRequest(call, alice, to, { date: NOW, sealed });
  return (await exchange({ url, transport: peer.transport }, believed, envelope)).verdict;
}

test("a sealed answer tells nothing", async () => {
  expect(await carried(true)).toEqual({ kind: "sealed" });
});

test("a plain answer tells that it was done", async () => {
  expect(await carried(false)).toEqual({ kind: "done" });
});

test("an error that the server found before it knew who asked can be read", async () => {
  const stranger = await serverFromDocument(otherServer.document);
  expect(await carried(true, { to: stranger })).toEqual({
    kind: "refused",
    code: "unknown-recipient",
    text: "unknown recipient",
  });
  expect(await carried(false, { to: stranger })).toMatchObject({ kind: "refused", code: "wrong-recipient" });
});

test("a readable answer of another server is not believed", async () => {
  const believed = await serverFromDocument(otherServer.document);
  expect(await carried(false, { believed })).toEqual({ kind: "not-genuine" });
});

test.each([
  ["nobody", () => Promise.reject(new TypeError("fetch failed")), "unreachable"],
  ["a web server", () => Promise.resolve(new Response("<h1>Welcome</h1>")), "bad-answer"],
])("when %s answers, nothing is shown", async (_name, transport, code) => {
  const { envelope } = await buildRequest(call, alice, peer.server, { date: NOW });
  await expect(exchange({ url, transport }, peer.server, envelope)).rejects.toMatchObject({ code });
});
