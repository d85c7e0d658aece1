/**
 * Known values: registered integers that stand for a concept, and take a byte or three in an envelope.
 *
 * Registry: BCR-2023-002 and the Blockchain Commons known-value assignments. 25 and 706 are left out because
 * the reference prints them as numbers.
 */
export class KnownValue {
  readonly value: number | bigint;
  readonly name: string | undefined;

  constructor(value: number | bigint, name?: string) {
    this.value = value;
    this.name = name;
  }
}

const REGISTRY = {
  0: "",
  1: "isA",
  2: "id",
  3: "signed",
  4: "note",
  5: "hasRecipient",
  6: "sskrShare",
  7: "controller",
  8: "key",
  9: "dereferenceVia",
  10: "entity",
  11: "name",
  12: "language",
  13: "issuer",
  14: "holder",
  15: "salt",
  16: "date",
  17: "Unknown",
  18: "version",
  19: "hasSecret",
  20: "edits",
  21: "validFrom",
  22: "validUntil",
  23: "position",
  24: "nickname",
  26: "attestation",
  27: "verifiableAt",
  50: "attachment",
  51: "vendor",
  52: "conformsTo",
  60: "allow",
  61: "deny",
  62: "endpoint",
  63: "delegate",
  64: "provenance",
  65: "privateKey",
  66: "service",
  67: "capability",
  68: "provenanceGenerator",
  70: "All",
  71: "Authorize",
  72: "Sign",
  73: "Encrypt",
  74: "Elide",
  75: "Issue",
  76: "Access",
  80: "Delegate",
  81: "Verify",
  82: "Update",
  83: "Transfer",
  84: "Elect",
  85: "Burn",
  86: "Revoke",
  100: "body",
  101: "result",
  102: "error",
  103: "OK",
  104: "Processing",
  105: "sender",
  106: "senderContinuation",
  107: "recipientContinuation",
  108: "content",
  200: "Seed",
  201: "PrivateKey",
  202: "PublicKey",
  203: "MasterKey",
  300: "asset",
  301: "Bitcoin",
  302: "Ethereum",
  303: "Tezos",
  400: "network",
  401: "MainNet",
  402: "TestNet",
  500: "BIP32Key",
  501: "chainCode",
  502: "DerivationPath",
  503: "parentPath",
  504: "childrenPath",
  505: "parentFingerprint",
  506: "PSBT",
  507: "OutputDescriptor",
  508: "outputDescriptor",
  600: "Graph",
  601: "SourceTargetGraph",
  602: "ParentChildGraph",
  603: "Digraph",
  604: "AcyclicGraph",
  605: "Multigraph",
  606: "Pseudograph",
  607: "GraphFragment",
  608: "DAG",
  609: "Tree",
  610: "Forest",
  611: "CompoundGraph",
  612: "Hypergraph",
  613: "Dihypergraph",
  700: "node",
  701: "edge",
  702: "source",
  703: "target",
  704: "parent",
  705: "child",
} as const;

const NAMES: ReadonlyMap<string, string> = new Map(Object.entries(REGISTRY));

/** The registered name, or the number itself. */
export function knownValueName(value: number | bigint): string {
  return NAMES.get(String(value)) ?? String(value);
}

function registered(value: keyof typeof REGISTRY): KnownValue {
  return new KnownValue(value, REGISTRY[value]);
}

export const IS_A = registered(1);
export const ID = registered(2);
export const SIGNED = registered(3);
export const NOTE = registered(4);
export const HAS_RECIPIENT = registered(5);
export const SSKR_SHARE = registered(6);
export const KEY = registered(8);
export const DEREFERENCE_VIA = registered(9);
export const SALT = registered(15);
export const DATE = registered(16);
export const UNKNOWN_VALUE = registered(17);
export const HAS_SECRET = registered(19);
export const VALID_UNTIL = registered(22);
export const ALLOW = registered(60);
export const PRIVATE_KEY = registered(65);
export const ALLOW_ALL = registered(70);
export const BODY = registered(100);
export const RESULT = registered(101);
export const ERROR = registered(102);
export const OK_VALUE = registered(103);
export const PROCESSING_VALUE = registered(104);
export const SENDER = registered(105);
export const SENDER_CONTINUATION = registered(106);
export const RECIPIENT_CONTINUATION = registered(107);
export const CONTENT = registered(108);
