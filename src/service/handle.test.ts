/** Whatever comes in, a signed answer with a stable code goes out, soon, and never for an internal error. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { concatBytes, Digest, Envelope, KeyError, PrivateKeys, SymmetricKey } from "@bc/envelope";
import type { Format, RefusalCode } from "@bc/share-protocol";
import { identityOf, OPERATIONS } from "@bc/share-protocol";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { encodeCbor, hexToBytes, taggedValue } from "#bc/dcbor";
import { encodeBytewords } from "#bc/ur/bytewords";
import { readAnswer } from "../../test/kit/answers.ts";
import { plainRequest, sealFor } from "../../test/kit/compose.ts";
import { alice, idOf, server } from "../../test/kit/people.ts";
import { createTestService, openTestDatabase } from "../../test/kit/service.ts";
import { requestVectors } from "../../test/vectors/requests.ts";
import { handle } from "./handle.ts";

const { storeShare } = OPERATIONS;

const database = await openTestDatabase();
const { context, log } = await createTestService(database.sql);
afterAll(() => database.close());

const folder = join(import.meta.dirname, "../../test-vectors");
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(join(folder, name), "utf8"));
/** Every byte string that the vector files hold, of any kind and validity. */
const material = [
  ...new Set(files.flatMap((text) => text.match(/(?<=")(?:[0-9a-f]{2}){4,}(?=")/g) ?? [])),
].map(hexToBytes);
/** Everybody whose private keys the files hold: an answer may be sealed to any of them. Keys of SSH only verify here. */
const wallets = [...new Set(files.flatMap((text) => text.match(/ur:crypto-prvkeys\/[a-z]+/g) ?? []))].flatMap(
  (ur) => {
    try {
      return [identityOf(PrivateKeys.fromURString(ur))];
    } catch (error) {
      if (error instanceof KeyError && error.code === "unsupported-scheme") return [];
      throw error;
    }
  },
);

/** Milliseconds: far too long even for a busy machine. The hostile inputs below take a few. */
const TOO_LONG = 3_000;

/** The code of the answer; undefined for a result. */
async function codeFor(body: Uint8Array, format: Format): Promise<string | undefined> {
  const began = performance.now();
  const answer = await handle(context, body, { request: format, answer: "cbor" });
  expect(performance.now() - began).toBeLessThan(TOO_LONG);
  const { code } = await readAnswer(answer.body, "cbor", { server, wallets });
  expect(code).toBe(answer.refused);
  expect(code, log.at(-1)).not.toBe("internal");
  return code;
}

const requests = (await requestVectors()).map(({ envelope }) => envelope);
const valid = requests.map((envelope) => envelope.cborData());
const validText = requests.map((envelope) => new TextEncoder().encode(envelope.urString()));

const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** One change to a message: a flipped bit, a cut, a doubled stretch, or a stretch of something else. */
const change = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut" as const), at }),
  fc.record({ kind: fc.constant("double" as const), at, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant("splice" as const), at, piece: fc.constantFrom(...material) }),
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Uint8Array, it: Change): Uint8Array {
  const place = Math.floor(it.at * bytes.length);
  const [before, after] = [bytes.slice(0, place), bytes.slice(place)];
  switch (it.kind) {
    case "flip":
      return bytes.map((byte, i) => (i === place ? byte ^ (1 << it.bit) : byte));
    case "cut":
      return before;
    case "double":
      return concatBytes(before, after.slice(0, it.length), after);
    case "splice":
      return concatBytes(before, it.piece, after.slice(it.piece.length));
  }
}

function mutated(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(change, { minLength: 1, maxLength: 3 });
  return fc.tuple(fc.constantFrom(...seeds), changes).map(([seed, list]) => list.reduce(changed, seed));
}

describe("answers", () => {
  const inputs: readonly (readonly [string, Format, fc.Arbitrary<Uint8Array>])[] = [
    ["arbitrary bytes as CBOR", "cbor", fc.uint8Array({ maxLength: 300 })],
    ["arbitrary bytes as text, mostly not UTF-8", "ur", fc.uint8Array({ maxLength: 300 })],
    ["arbitrary text", "ur", fc.string({ unit: "grapheme", maxLength: 200 }).map(utf8)],
    ["almost a UR", "ur", fc.string({ unit: "grapheme-ascii" }).map((it) => utf8(`ur:envelope/${it}`))],
    ["changed requests", "cbor", mutated(valid)],
    ["changed requests as text", "ur", mutated(validText)],
  ];

  test.each(inputs)("%s", async (_name, format, arbitrary) => {
    await fc.assert(
      fc.asyncProperty(arbitrary, async (body) => {
        await codeFor(body, format);
      }),
      { numRuns: 150 },
    );
  });

  test("what the vectors hold", async () => {
    for (const bytes of material) await codeFor(bytes, "cbor");
  });

  test("signed or sealed nonsense", async () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.uint8Array(), fc.boolean());
    const envelope = fc
      .tuple(leaf, fc.array(fc.tuple(leaf, leaf), { maxLength: 4 }))
      .map(([subject, pairs]) => pairs.reduce((it, [p, o]) => it.addAssertion(p, o), Envelope.new(subject)));
    await fc.assert(
      fc.asyncProperty(envelope, fc.boolean(), async (content, sealed) => {
        const signed = await content.sign(alice.privateKeys.signing);
        const code = await codeFor((sealed ? await sealFor(server, signed) : signed).cborData(), "cbor");
        expect(code).toBe("not-a-request");
      }),
      { numRuns: 50 },
    );
  });

  test("what no envelope is, sealed to the server", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), mutated(valid)), async (content) => {
        expect(["malformed", "too-complex"]).toContain(await codeFor(await sealedBytes(content), "cbor"));
      }),
      { numRuns: 50 },
    );
  });

  test("a request with any one bit changed is refused", async () => {
    const body = storeShare
      .encode({ data: utf8("not to be stored") })
      .withParameter("recipient", server.xid.toCbor());
    const request = (await plainRequest({ id: idOf("each byte"), body, sender: alice })).cborData();
    for (let i = 0; i < request.length; i += 3) {
      const code = await codeFor(
        changed(request, { kind: "flip", at: (i + 0.5) / request.length, bit: i % 8 }),
        "cbor",
      );
      expect([i, code]).not.toEqual([i, undefined]);
    }
  });
});

describe("does not suffer from", () => {
  const DEEP = 10_000;
  const repeat = (hex: string, times: number, end = "") => hexToBytes(hex.repeat(times) + end);

  const hostile: [string, Uint8Array, RefusalCode?][] = [
    ["tags in tags", repeat("d8c8", DEEP, "d8c900"), "too-complex"],
    ["arrays in arrays", repeat("81", DEEP, "00")],
    ["arrays in arrays in an envelope", concatBytes(hexToBytes("d8c8"), repeat("81", DEEP, "00"))],
    ["maps in maps", concatBytes(hexToBytes("d8c8"), repeat("a1d8c9", DEEP, "0000")), "too-complex"],
    ["maps as keys of maps", concatBytes(hexToBytes("d8c8"), repeat("a1", DEEP)), "too-complex"],
    ["arrays in a leaf", concatBytes(hexToBytes("d8c8d8c9"), repeat("81", DEEP, "00")), "too-complex"],
    ["arrays that never end", repeat("81", DEEP)],
    [
      "arrays of two in the first place",
      concatBytes(hexToBytes("d8c8"), repeat("82", DEEP, "00")),
      "too-complex",
    ],
    ["an array of 2⁶⁴−1 elements", hexToBytes("d8c89bffffffffffffffff")],
    ["an array of 2³²−1 elements", hexToBytes("d8c89affffffff00")],
    ["a map of 2⁶⁴−1 entries", hexToBytes("d8c8bbffffffffffffffff")],
    ["a string of 2⁶⁴−1 bytes", hexToBytes("d8c8d8c95bffffffffffffffff00")],
    ["a string of 2³¹ bytes", hexToBytes("d8c8d8c95a8000000000")],
    ["a text of 2⁵³ bytes", hexToBytes("d8c8d8c97b002000000000000061")],
    ["an endless array", repeat("d8c89f", 1)],
    ["64 KiB of zeros", new Uint8Array(65_536)],
  ];

  test.each<[string, Uint8Array, RefusalCode?]>(hostile)(
    "%s, as CBOR, as UR, and sealed",
    async (_name, bytes, code = "malformed") => {
      expect(await codeFor(bytes, "cbor")).toBe(code);
      // A UR leaves the tag out.
      expect(await codeFor(utf8(`ur:envelope/${encodeBytewords(bytes.slice(2), "minimal")}`), "ur")).toBe(
        code,
      );
      expect(await codeFor(await sealedBytes(bytes), "cbor")).toBe(code);
    },
  );

  const hostileTexts: [string, string, RefusalCode?][] = [
    ["a claim of many parts", "ur:envelope/1-999999999/lpadadcfadcyinjtbgamhd"],
    ["thousands of lines", "ur:envelope/1-2/lpadaocfadcyinjtbgam\n".repeat(1_500), "too-many-parts"],
    ["thousands of words", "a ".repeat(32_000)],
    ["slashes", "ur:envelope/".repeat(5_000)],
    ["white space", " \n\t".repeat(21_000)],
    ["digits", `ur:envelope/${"9".repeat(30_000)}-${"9".repeat(30_000)}/aa`],
    ["a null character", "ur:envelope/\0"],
    ["half a surrogate pair", "ur:envelope/\ud800"],
  ];

  test.each<[string, string, RefusalCode?]>(hostileTexts)("%s", async (_name, text, code = "malformed") => {
    expect(await codeFor(utf8(text), "ur")).toBe(code);
  });

  test("text that is not UTF-8", async () => {
    const request = validText[0] ?? new Uint8Array();
    expect(await codeFor(concatBytes(request, Uint8Array.of(0xff)), "ur")).toBe("malformed");
    expect(await codeFor(concatBytes(Uint8Array.of(0xc0, 0xa0), request), "ur")).toBe("malformed");
  });

  test("as many recipients, keys or signatures as fit into a request", async () => {
    const signed = await plainRequest({
      id: idOf("many"),
      body: storeShare.encode({ data: utf8("x") }),
      sender: alice,
    });
    const contentKey = SymmetricKey.generate();
    let sealed = signed.wrap().encryptSubject(contentKey);
    for (let i = 0; i < 200; i++)
      sealed = await sealed.addRecipient(alice.publicKeys.encapsulation, contentKey);
    expect(await codeFor(sealed.cborData(), "cbor")).toBe("unknown-recipient");
    let many = signed;
    for (let i = 0; i < 200; i++) many = await many.addSignature(alice.privateKeys.signing);
    expect(await codeFor(many.cborData(), "cbor")).toBe("bad-signature");
  });
});

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A message sealed to the server. Its content is these bytes, whatever they are. */
async function sealedBytes(content: Uint8Array): Promise<Uint8Array> {
  const key = SymmetricKey.generate();
  const message = key.encrypt(content, { aad: encodeCbor(Digest.fromImage(content).toCbor()) });
  const envelope = Envelope.fromCbor(taggedValue(200, message.toCbor()));
  return (await envelope.addRecipient(server.publicKeys.encapsulation, key)).cborData();
}
