/** Receipts as users name them: whole, or by their first digits, as lists and examples show them. */
import { randomBytes } from "@bc/envelope";
import { type Client, type Receipt, refusalCode } from "@bc/share-client";
import { Argument, InvalidArgumentError } from "commander";
import { receiptFrom } from "./arguments.ts";
import { Failure } from "./failure.ts";

/** What the user typed, and the receipt where that is all of it. */
export type ReceiptName = { readonly text: string } & (
  | { readonly receipt: Receipt }
  | { readonly begin: string; readonly end: string }
);

/** `3f2a`, `3f2a…` or `3f2a…c1`, with three full stops for `…` as well. */
const SHORTENED = /^([0-9a-f]{4,63})(?:(?:…|\.{3})([0-9a-f]{0,59}))?$/i;
const NONCE_SIZE = 32;

export function receiptNames(none: string): Argument {
  return new Argument("[receipt...]", "64 hex digits, the first four or more of them, or ur:envelope/…")
    .argParser(receiptNamesFrom)
    .default([], none);
}

/** Adds a name to those before it. */
export function receiptNamesFrom(text: string, before: readonly ReceiptName[] = []): readonly ReceiptName[] {
  const [, begin, end = ""] = SHORTENED.exec(text.trim()) ?? [];
  if (begin !== undefined) return [...before, { text, begin: begin.toLowerCase(), end: end.toLowerCase() }];
  if (/^[0-9a-f]{0,3}(…|\.{3})?$/i.test(text)) {
    throw new InvalidArgumentError("at least four digits are needed");
  }
  return [...before, { text, receipt: receiptFrom(text) }];
}

/**
 * The receipts that are meant, of a client's shares.
 *
 * @throws {Failure} `usage` when a name fits several, `refused` when it fits none.
 */
export async function receiptsMeant(
  client: Pick<Client, "call">,
  names: readonly ReceiptName[],
): Promise<readonly Receipt[]> {
  if (names.every((name) => "receipt" in name)) return names.map(({ receipt }) => receipt);
  const stored = await storedReceipts(client);
  if (stored === undefined)
    throw new Failure("usage", "the server can't list your shares; give whole receipts");
  return names.map((name) => oneOf(name, stored, "of your shares"));
}

/** The same among receipts that are known without asking a server. @param which they are, for the error. */
export function receiptsAmong(
  names: readonly ReceiptName[],
  known: readonly Receipt[],
  which: string,
): readonly Receipt[] {
  return names.map((name) => oneOf(name, known, which));
}

/**
 * The receipts of the account's shares. An audit tells them without sending the shares. Undefined where that cannot be: a
 * share is damaged, or the server knows no audits.
 */
export async function storedReceipts(client: Pick<Client, "call">): Promise<readonly Receipt[] | undefined> {
  try {
    const nonce = randomBytes(NONCE_SIZE);
    return (await client.call("auditShares", { receipts: [], nonce })).map(({ receipt }) => receipt);
  } catch (error) {
    if (["damaged-share", "unknown-function"].includes(refusalCode(error) ?? "")) return undefined;
    throw error;
  }
}

function oneOf(name: ReceiptName, known: readonly Receipt[], which: string): Receipt {
  if ("receipt" in name) return name.receipt;
  const found = fitting(name, known);
  const [receipt, ...others] = found;
  if (receipt === undefined) {
    throw new Failure("refused", `none ${which} has a receipt like ${name.text}`, {
      reason: "unknown-receipt",
    });
  }
  if (others.length === 0) return receipt;
  const hexes = found.map((it) => it.hex()).join(", ");
  throw new Failure(
    "usage",
    `${found.length} ${which} have a receipt like ${name.text}; say which: ${hexes}`,
  );
}

/** Those of the known receipts that a name fits. */
export function fitting(name: ReceiptName, known: readonly Receipt[]): readonly Receipt[] {
  if ("receipt" in name) return known.filter((receipt) => receipt.equals(name.receipt));
  return known.filter((receipt) => {
    const hex = receipt.hex();
    return hex.startsWith(name.begin) && hex.endsWith(name.end);
  });
}
