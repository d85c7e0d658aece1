import { ARID, notation, PrivateKeys, Request, XID } from "@bc/envelope";
import { identityOf, openRequest } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { createPeer } from "../../../test/kit/peer.ts";
import { buildRequest } from "./build-request.ts";

const date = new Date("2026-11-22T10:00:00.789Z");
const peer = createPeer(() => date);
const wallet = identityOf(PrivateKeys.generate());
const call = { name: "storeShare", parameters: { data: new TextEncoder().encode("a share") } } as const;

async function asked(sealed: boolean, options: { readonly id?: ARID; readonly note?: string } = {}) {
  const { id, envelope } = await buildRequest(call, wallet, peer.server, { date, sealed, ...options });
  const opened = await openRequest(envelope.cborData(), [peer.identity.privateKeys.encapsulation]);
  return { id, envelope, opened, request: Request.fromEnvelope(opened.request) };
}

test.each([true, false])(
  "a request (sealed: %s) names its sender, its recipient and its date",
  async (sealed) => {
    const { id, opened, request } = await asked(sealed);
    expect(opened.sealed).toBe(sealed);
    expect(opened.id.equals(id)).toBe(true);
    expect(opened.sender.xid.equals(wallet.xid)).toBe(true);
    expect(request.date).toEqual(new Date("2026-11-22T10:00:00Z"));
    const [recipient] = request.body.objectsForParameter("recipient");
    expect(recipient?.extractSubject((value) => XID.fromCbor(value)).equals(peer.identity.xid)).toBe(true);
  },
);

test("a sealed request shows nothing of what it asks or who asks", async () => {
  const { envelope } = await asked(true);
  expect(notation(envelope)).toBe("ENCRYPTED [\n    'hasRecipient': SealedMessage\n]");
});

test("an ID and a note can be given; an ID is made up otherwise, another each time", async () => {
  const id = ARID.generate();
  const { opened, request } = await asked(false, { id, note: "from the old phone" });
  expect(opened.id.equals(id)).toBe(true);
  expect(request.note).toBe("from the old phone");
  const [one, two] = [await asked(false), await asked(false)];
  expect(one.id.equals(two.id)).toBe(false);
});
