/** `storeShare(data)` keeps a share and gives its receipt. */
import { Expression } from "@bc/envelope";
import { bytes } from "../parameters.ts";
import { Receipt } from "../receipt.ts";
import type { Operation } from "./operation.ts";

export type StoreShareParameters = { readonly data: Uint8Array };

export const storeShare: Operation<StoreShareParameters, Receipt> = {
  encode: ({ data }) => new Expression("storeShare").withParameter("data", data),
  decode: (reader) => ({ data: reader.one("data", bytes) }),
  encodeResult: (receipt) => receipt.toEnvelope(),
  decodeResult: (envelope) => Receipt.fromEnvelope(envelope),
  secret: false,
};
