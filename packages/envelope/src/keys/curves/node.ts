/** Curves for Node: OpenSSL for Ed25519 and X25519, the fastest installed package for secp256k1. */
import type { Curves } from "./curves.ts";
import { installedSecp256k1 } from "./installed.ts";
import { opensslCurve25519 } from "./openssl.ts";

export const curves: Curves = {
  secp256k1: installedSecp256k1(),
  curve25519: opensslCurve25519,
};
