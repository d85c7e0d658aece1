/** What stands before the 32 raw bytes of a key in its DER form (RFC 8410), which platforms import. */
import { hexToBytes } from "#bc/dcbor";

export const ED25519_PKCS8 = hexToBytes("302e020100300506032b657004220420");
export const ED25519_SPKI = hexToBytes("302a300506032b6570032100");
export const X25519_PKCS8 = hexToBytes("302e020100300506032b656e04220420");
export const X25519_SPKI = hexToBytes("302a300506032b656e032100");
