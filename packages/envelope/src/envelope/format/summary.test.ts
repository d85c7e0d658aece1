/** Values in one line. The texts are those of `bc-envelope` 0.43 with `provenance-mark` 0.24, and their default features. */
import { expect, it } from "vitest";
import { decodeCbor, hexToBytes, taggedValue } from "#bc/dcbor";
import { TAG_PRIVATE_KEYS, TAG_SSH_TEXT_CERTIFICATE } from "#bc/tags";
import { UR } from "#bc/ur";
import ssh from "../../../../../test-vectors/ssh.json" with { type: "json" };
import { Envelope } from "../envelope.ts";
import { PROVENANCE, SIGNED } from "../known-values.ts";
import { flatNotation, notation } from "./notation.ts";

const cborIn = (hex: string) => decodeCbor(hexToBytes(hex));
const shown = (hex: string) => flatNotation(Envelope.new(cborIn(hex)));
const [first, , second, , third] = ssh.signing;
if (!first || !second || !third) throw new TypeError("test-vectors/ssh.json lacks vectors");

const MARKS = [
  [
    "da50524f5682005097bef4346a6b33d11010ac2cbd32e51c",
    "ProvenanceMark(7f2efbab2a76226c42b84d23f7911565b406ae91fe672a75356e03d2536ed1ac)",
  ],
  [
    "da50524f56820056f2266b95a20c52393e7350212694e8745ecbf22e080b",
    "ProvenanceMark(2efb000f5428a6aeb62fa965cad42cdfd5f931a0d88a0dade9f15caf06438c39)",
  ],
  [
    "da50524f568201582097bef4349a0862365239fd7c8e8ff840bf82e71d28f4cfbce6d83563535eda6f",
    "ProvenanceMark(1480dff5c047a235a95c0572065d366bf77840ec4c9cc5b79c8b0e7b19052284)",
  ],
  [
    "da50524f5682015826f2266b95c9ba3088bbf2271b682d2281e0c7216933a7d664c6a0ddaf02ced73d011b04f91994",
    "ProvenanceMark(a8054e8ee6ec24ac028173cd0e5b143a064f60bcbc72532df8f3605074c16385)",
  ],
  [
    "da50524f568202583a97bef4349a086236a492dc068a51b12686fcc5533b77f38f5d8940c524c47ed54dc694b6ea288a20629b07bd986f37bbe50ce9b2a30c69f5e926",
    "ProvenanceMark(752016f113c2a5e55e72a839174a2105296598112b8a4755b8e8b6f060e56109)",
  ],
  [
    "da50524f5682025840f2266b95c9ba308847220b8909dcf89d37e247301a8b66658181a54194e44e4cc3c9924ea7539febb06da624dd237a1457933e57f0a23117788f5e68d023542f",
    "ProvenanceMark(6b92bc3e95c7449c05355d18e7eb354ee8a05efc271c9857ea9b69cc8614f105)",
  ],
  [
    "da50524f568203586a97bef4349a086236a492dc068a51b1267c485cf698aee82053d5bec1e1bdfe6701a52d86a0553e5b27a307338838168c9d23b4802bf945ae763b81c50aad60621b584bfbc3f42aa2d7e01a03771b3892e09fead82e0034cb8a49954352df1cc94a5c2b16fdbad68c59e3",
    "ProvenanceMark(88ad65631cb397413d81e7832a594a49ef0a93812ff06ae6c22edaeba8455d40)",
  ],
  [
    "da50524f5682035870f2266b95c9ba308847220b8909dcf89dcbe09941f66d0951703c09d3fd12fdc9dafaed880f88f0fa4882b870300880abead44e25d4cf2e930b65fc486962dc12bb9615cf1737633605d699463f9a378c57b7003de7ea33ce3dc6b8d2305e1093cdc697f468ccb0504d1fb530aa901dc0",
    "ProvenanceMark(207d3688a540461c48593baa8cc812d1f05660a34d45312d3de57f32caa0aae4)",
  ],
] as const;

it.each(MARKS)("shows the provenance mark %s by its ID", (hex, text) => {
  expect(shown(hex)).toBe(text);
});

it.each([
  [
    "of a resolution that is none",
    "da50524f568204582097bef4349a0862365239fd7c8e8ff840bf82e71d28f4cfbce6d83563535eda6f",
  ],
  ["too short", "da50524f5682004f97bef4346a6b33d11010ac2cbd32e5"],
  ["of three elements", "da50524f5683005097bef4346a6b33d11010ac2cbd32e51c00"],
  ["without a message", "da50524f56820000"],
])("says of a provenance mark %s that it is none", (_name, hex) => {
  expect(shown(hex)).toBe("<error: not a provenance mark>");
});

it.each([
  ["c249010000000000000000", "2(h'010000000000000000')"],
  ["c349010000000000000000", "3(h'010000000000000000')"],
  ["82c24101c34101", "[2(h'01'), 3(h'01')]"],
])("shows the big number %s as the tag that it is", (hex, text) => {
  expect(shown(hex)).toBe(text);
});

it("shows keys and signatures of SSH outside the tags of keys, and certificates", () => {
  // Without the three bytes of the outer tag.
  expect(shown(first.publicKeyHex.slice(6))).toBe("SSHPublicKey(f64fd176)");
  expect(shown(first.privateKeyHex.slice(6))).toBe("SSHPrivateKey(8fc661d8)");
  expect(shown(first.signatureHex.slice(6))).toBe("SSHSignature");
  expect(flatNotation(Envelope.new(taggedValue(TAG_SSH_TEXT_CERTIFICATE, "…")))).toBe("SSHCertificate");
});

it.each(ssh.pairs)("shows private keys of $name", ({ privateKeys, privateKeysText }) => {
  const { cbor } = UR.parse(privateKeys);
  expect(flatNotation(Envelope.new(taggedValue(TAG_PRIVATE_KEYS, cbor)))).toBe(privateKeysText);
});

it("shows keys and signatures of SSH of schemes that are not supported", () => {
  const textOf = (name: string) =>
    shown(ssh.refusals.find((refusal) => refusal.name === name)?.cborHex ?? "");
  expect(textOf("signing-public-key: of DSA")).toBe("SigningPublicKey(cb8bb838, SSHPublicKey(09d02788))");
  expect(textOf("signing-public-key: of P-521")).toBe("SigningPublicKey(68555d8d, SSHPublicKey(e990c9e0))");
  expect(textOf("signature: by P-521")).toBe("Signature(Unknown)");
});

it("puts assertions into the reference's order by what is shown of them", () => {
  const envelope = Envelope.new("Alice")
    .addAssertion("key", cborIn(first.publicKeyHex))
    .addAssertion("key", cborIn(second.publicKeyHex))
    .addAssertion(PROVENANCE, cborIn(MARKS[6][0]))
    .addAssertion(cborIn("c249010000000000000000"), cborIn("c3420100"))
    .addAssertion(cborIn("c24101"), 2)
    .addAssertion(SIGNED, cborIn(third.signatureHex))
    .addAssertion(SIGNED, cborIn(first.signatureHex));
  expect(notation(envelope)).toBe(`"Alice" [
    "key": SigningPublicKey(29518190, SSHPublicKey(165065f6))
    "key": SigningPublicKey(4822d9ca, SSHPublicKey(f64fd176))
    'provenance': ProvenanceMark(88ad65631cb397413d81e7832a594a49ef0a93812ff06ae6c22edaeba8455d40)
    'signed': Signature(SshEcdsaP384)
    'signed': Signature(SshEd25519)
    2(h'01'): 2
    2(h'010000000000000000'): 3(h'0100')
]`);
});
