/** `updateXIDDocument(newXIDDocument)`: as `updatePublicKey`; the document is the account's, with its new key. */
import { type Envelope, Expression } from "@bc/envelope";
import type { Operation } from "../operations/operation.ts";
import { decodeOk, encodeOk } from "../results.ts";
import { readDocument, type XidDocument } from "../xid-document.ts";

export type UpdateXIDDocumentParameters = {
  readonly newXIDDocument: XidDocument & { readonly envelope: Envelope };
};

export const updateXIDDocument: Operation<UpdateXIDDocumentParameters, void> = {
  encode: ({ newXIDDocument }) => {
    return new Expression("updateXIDDocument").withParameter("newXIDDocument", newXIDDocument.envelope);
  },
  decode: (reader) => ({
    newXIDDocument: reader.one("newXIDDocument", (envelope) => ({ ...readDocument(envelope), envelope })),
  }),
  encodeResult: encodeOk,
  decodeResult: decodeOk,
  secret: false,
};
