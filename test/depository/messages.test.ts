/**
 * Messages that another reader might take for a deletion of everything: this one has to refuse them.
 */

import {
  ARID,
  DATE,
  EncapsulationPublicKey,
  type Envelope,
  NOTE,
  PublicKeys,
  SENDER,
  SIGNED,
  SigningPublicKey,
} from "@bc/envelope";
import { documentFor } from "@bc/share-protocol";
import { afterAll, describe, expect, test } from "vitest";
import {
  asArray,
  asTaggedValue,
  bytesToHex,
  type Cbor,
  cbor,
  encodeCbor,
  hexToBytes,
  taggedValue,
} from "#bc/dcbor";
import { requestNode, sign } from "../kit/compose.ts";
import { server } from "../kit/people.ts";
import { post } from "../kit/post.ts";
import { createTestService, openTestDatabase } from "../kit/service.ts";
import { calls, depositoryOwners, expectUntouched, type Owner } from "./owner.ts";

const database = await openTestDatabase();
const service = await createTestService(database.sql);
const { newOwner } = depositoryOwners(service);
afterAll(() => database.close());

describe("a message that is not as it should be", () => {
  /** The deletion of everything, signed, with recipient and date, plain: the tests then spoil it. */
  async function deleting({ wallet }: Owner): Promise<Envelope> {
    const body = calls.deleteAll.withParameter("recipient", server.xid.toCbor());
    return sign(requestNode({ id: ARID.generate(), body, sender: wallet.identity }), wallet.identity);
  }

  async function codeFor(body: Uint8Array | string, { wallet }: Owner): Promise<string | undefined> {
    const type = typeof body === "string" ? "text/plain" : "application/cbor";
    return (await post(service, body, { type, wallets: [wallet.identity] })).code;
  }

  /** The children of a node in another order or number, which no encoder here would write. */
  function rearranged(node: Envelope, change: (children: readonly Cbor[]) => readonly Cbor[]): Uint8Array {
    const [tag, content] = asTaggedValue(node.toCbor()) ?? [];
    const children = content && asArray(content);
    if (tag === undefined || children === undefined) throw new TypeError("not a node");
    return encodeCbor(taggedValue(tag, cbor([...change([...children])])));
  }

  test("out of order, repeated or under the legacy tag is refused, in the open and under the signature", async () => {
    const owner = await newOwner();
    const signed = await deleting(owner);
    const inner = rearranged(signed.tryUnwrap(), ([subject = cbor(0), ...others]) => [
      subject,
      ...others.reverse(),
    ]);
    const twice = rearranged(signed.tryUnwrap(), (children) => [...children, ...children.slice(-1)]);
    const whole = (request: Uint8Array) => {
      const hex = bytesToHex(signed.cborData());
      return hexToBytes(hex.replace(bytesToHex(signed.tryUnwrap().cborData()), bytesToHex(request)));
    };
    const bodies = [
      whole(inner),
      whole(twice),
      rearranged(signed, (children) => [...children, ...children.slice(-1)]),
      rearranged(signed, (children) => [...children].reverse()),
      hexToBytes(bytesToHex(signed.cborData()).replaceAll("d8c9", "d818")),
      new Uint8Array([...signed.cborData(), 0]),
    ];
    for (const body of bodies) expect(await codeFor(body, owner)).toBe("malformed");
    await expectUntouched(owner);
  });

  test("with metadata that nobody signed is refused", async () => {
    const owner = await newOwner();
    const signed = await deleting(owner);
    const signature = signed.objectForPredicate(SIGNED);
    for (const object of [signature.addAssertion(NOTE, "x").wrap(), signature.addAssertion(NOTE, "x")]) {
      const request = signed.subject().addAssertion(SIGNED, object);
      expect(await codeFor(request.cborData(), owner)).toBe("bad-signature");
    }
    await expectUntouched(owner);
  });

  test("with a sender's key of zeros or off the curve is refused", async () => {
    const owner = await newOwner();
    const { publicKeys, xid } = owner.wallet.identity;
    const keys = [
      new PublicKeys(
        SigningPublicKey.fromData(new Uint8Array(32).fill(5), "schnorr"),
        publicKeys.encapsulation,
      ),
      new PublicKeys(SigningPublicKey.fromData(new Uint8Array(32), "schnorr"), publicKeys.encapsulation),
      new PublicKeys(SigningPublicKey.fromData(new Uint8Array(32), "ed25519"), publicKeys.encapsulation),
      new PublicKeys(publicKeys.signing, EncapsulationPublicKey.fromData(new Uint8Array(32))),
    ];
    for (const bad of keys) {
      const node = (await deleting(owner)).tryUnwrap();
      const others = node.assertions().filter((it) => !it.asPredicate()?.isKnownValue(SENDER));
      const request = node
        .subject()
        .addAssertionEnvelopes(others)
        .addAssertion(SENDER, documentFor(xid, bad));
      const signed = await sign(request, owner.wallet.identity);
      expect(await codeFor(signed.cborData(), owner)).toBe("bad-key");
    }
    await expectUntouched(owner);
  });

  test("nested ten thousand deep, or dated beyond all time, is refused", async () => {
    const owner = await newOwner();
    for (const part of ["d8c8", "81", "d8c8a1d8c900"]) {
      const code = await codeFor(hexToBytes(`d8c8${part.repeat(10_000)}d8c900`), owner);
      expect(["malformed", "too-complex"]).toContain(code);
    }
    const { identity: sender } = owner.wallet;
    const body = calls.deleteAll.withParameter("recipient", server.xid.toCbor());
    const undated = requestNode({ id: ARID.generate(), body, sender, date: null });
    const dates = [1e300, -1e300, Number.POSITIVE_INFINITY, Number.NaN, 9e15].map((it) => taggedValue(1, it));
    for (const date of [...dates, cbor("2026-11-22"), cbor(0)]) {
      const signed = await sign(undated.addAssertion(DATE, date), sender);
      expect(await codeFor(signed.cborData(), owner)).toMatch(/^(not-a-request|malformed)$/);
    }
    for (const [seconds, code] of [
      [-8e12, "expired"],
      [8e12, "from-the-future"],
    ] as const) {
      const signed = await sign(undated.addAssertion(DATE, taggedValue(1, seconds)), sender);
      expect(await codeFor(signed.cborData(), owner)).toBe(code);
    }
    await expectUntouched(owner);
  });

  test("not UTF-8, or 10 MB long, is refused", async () => {
    const owner = await newOwner();
    const request = new TextEncoder().encode((await deleting(owner)).urString());
    const text = async (body: Uint8Array) => (await post(service, body, { type: "text/plain" })).code;
    expect(await text(new Uint8Array([...request, 0xff]))).toBe("malformed");
    expect(await text(new Uint8Array([0xc0, 0xa0, ...request]))).toBe("malformed");
    expect(await text(new Uint8Array(10_000_000).fill(97))).toBe("too-large");
    expect(await codeFor(new Uint8Array(10_000_000), owner)).toBe("too-large");
    await expectUntouched(owner);
  });
});
