/**
 * Gordian Envelope, with the keys, identifiers, signatures and sealed messages that it is made of.
 *
 * @module envelope
 */
export * from "./envelope/index.ts";
export * from "./keys/index.ts";
