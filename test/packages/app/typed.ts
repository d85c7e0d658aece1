/** What a strict compiler has to take: every entry of the libraries, and a share stored with types that say what comes. */
import { Envelope, NOTE, type SigningScheme } from "@bc/envelope";
import { crc32 } from "@bc/envelope/crypto";
import { type Cbor, CborDate, cbor, isCbor } from "@bc/envelope/dcbor";
import { diagnostic } from "@bc/envelope/dcbor/diagnostic";
import { TAG_ENVELOPE } from "@bc/envelope/tags";
import { UR } from "@bc/envelope/ur";
import { encodeBytewords } from "@bc/envelope/ur/bytewords";
import {
  type Call,
  type Client,
  type ClientErrorCode,
  createClient,
  PrivateKeys,
  type RetrievedShare,
  Envelope as SameEnvelope,
} from "@bc/share-client";
import { OPERATIONS } from "@bc/share-protocol";

declare const process: { readonly env: Readonly<Record<string, string>> };

const scheme: SigningScheme = "ed25519";
const client: Client = createClient({
  url: process.env["SHARE_URL"] ?? "",
  keys: PrivateKeys.generate(scheme),
});
const call: Call<"storeShare"> = {
  name: "storeShare",
  parameters: { data: new TextEncoder().encode("a share of a seed") },
};
const receipt = await client.call(call.name, call.parameters);
const shares: readonly RetrievedShare[] = await client.retrieveShares([receipt]);

const code: ClientErrorCode = "refused";
const date: Cbor = cbor(CborDate.fromDate(new Date(0)));
const note = SameEnvelope.new(date).addAssertion(NOTE, code);
const isOne =
  note instanceof Envelope &&
  isCbor(OPERATIONS.storeShare.encode(call.parameters).toEnvelope().toCbor()) &&
  UR.parse(note.urString()).type.name === TAG_ENVELOPE.name &&
  diagnostic(date) === "1(0)" &&
  encodeBytewords(new Uint8Array(4), "minimal").length > 0 &&
  crc32(new Uint8Array()) === 0;

console.log(isOne, new TextDecoder().decode(shares[0]?.data));
