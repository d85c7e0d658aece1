/** HTTP requests that a server refuses before it knows who asks. */
import { concatBytes, Envelope, KnownValue, READ_LIMITS } from "@bc/envelope";
import type { RefusalCode } from "@bc/share-protocol";
import { MAX_PARTS, OPERATIONS, REQUEST_LIMITS } from "@bc/share-protocol";
import type { CborInput } from "#bc/dcbor";
import { MultipartEncoder } from "#bc/ur";
import { plainRequest } from "../kit/compose.ts";
import { alice, idOf, server } from "../kit/people.ts";
import { MAX_REQUEST_BYTES } from "../kit/service.ts";

const { storeShare } = OPERATIONS;

export type TransportRefusal = {
  readonly name: string;
  readonly code: RefusalCode;
  /** Of the answer. */
  readonly status: number;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body: Uint8Array;
  /** Requests a second and address that the server allows; five times as many at once. */
  readonly requestsPerSecond?: number;
  /** How often it is sent, one right after the other; the last one is refused. */
  readonly times?: number;
};

const CBOR = "application/cbor";
const TEXT = "text/plain";

export async function transportRefusals(): Promise<readonly TransportRefusal[]> {
  const data = new TextEncoder().encode("a share");
  const body = storeShare.encode({ data }).withParameter("recipient", server.xid.toCbor());
  const good = await plainRequest({ id: idOf("transport"), body, sender: alice });
  const [cbor, ur] = [good.cborData(), good.urString()];
  const parts = new MultipartEncoder(good.ur(), 100);
  const [first = "", second = "", third = ""] = Array.from({ length: 3 }, () => parts.nextPart());
  const malformed = (name: string, bytes: Uint8Array | string, contentType = TEXT): TransportRefusal => {
    return { name, code: "malformed", status: 400, contentType, body: asBytes(bytes) };
  };
  return [
    malformed("an empty body", ""),
    malformed("an empty body as CBOR", "", CBOR),
    malformed("text that is no UR", "storeShare"),
    malformed("a UR of another type", ur.replace("ur:envelope/", "ur:bytes/")),
    malformed(
      "a UR with a letter exchanged",
      ur.replace(/..$/, (end) => (end === "ae" ? "ad" : "ae")),
    ),
    malformed("a UR in hex", `ur:envelope/${"00".repeat(20)}`),
    malformed("two URs in two lines", `${ur}\n${ur}`),
    malformed("a multi-part UR with parts missing", `${first}\n${third}`),
    malformed("parts of two URs", `${first}\n${second.replace("/2-", "/2-1")}`),
    malformed("text that is not UTF-8", concatBytes(asBytes(ur), Uint8Array.of(0xff))),
    malformed("a UR sent as CBOR", ur, CBOR),
    malformed("CBOR sent as a UR", cbor),
    malformed("CBOR that ends too soon", cbor.slice(0, -1), CBOR),
    malformed("CBOR with a byte after it", concatBytes(cbor, Uint8Array.of(0)), CBOR),
    malformed("CBOR of something else", Uint8Array.of(0x83, 1, 2, 3), CBOR),
    tooComplex("an item too many", leafOf(Array.from({ length: REQUEST_LIMITS.items - 3 }, () => 0))),
    tooComplex("an assertion too many", nodeOf(REQUEST_LIMITS.assertions + 1)),
    tooComplex("a level too many", leafOf(nested(READ_LIMITS.nesting - 1))),
    tooComplex("a combining mark too many in a row", leafOf(`x${"\u0301".repeat(READ_LIMITS.marks + 1)}`)),
    {
      name: "a part too many",
      code: "too-many-parts",
      status: 400,
      contentType: TEXT,
      body: asBytes(`${first.replace(/1-\d+/, `1-${MAX_PARTS + 1}`)}\n${second}`),
    },
    {
      name: "a byte too many",
      code: "too-large",
      status: 413,
      contentType: CBOR,
      body: new Uint8Array(MAX_REQUEST_BYTES + 1),
    },
    {
      name: "another content type",
      code: "unsupported-media-type",
      status: 415,
      contentType: "application/json",
      accept: CBOR,
      body: asBytes("{}"),
    },
    {
      name: "more at once than an address may send",
      code: "rate-limited",
      status: 429,
      contentType: TEXT,
      body: asBytes(ur),
      requestsPerSecond: 1,
      times: 6,
    },
  ];
}

function tooComplex(name: string, envelope: Envelope): TransportRefusal {
  return { name, code: "too-complex", status: 400, contentType: CBOR, body: envelope.cborData() };
}

function leafOf(content: CborInput): Envelope {
  return Envelope.new(content);
}

/** Arrays in arrays, so many levels. */
function nested(levels: number): CborInput {
  return Array.from({ length: levels }).reduce<CborInput>((content) => [content], 0);
}

function nodeOf(assertions: number): Envelope {
  const object = Envelope.new(0);
  const items = Array.from({ length: assertions }, (_, i) =>
    Envelope.newAssertion(new KnownValue(i), object),
  );
  return object.addAssertionEnvelopes(items);
}

function asBytes(value: Uint8Array | string): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}
