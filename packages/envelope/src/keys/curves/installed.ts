/**
 * secp256k1 by the fastest package that is installed: `secp256k1`, `tiny-secp256k1`, else noble.
 *
 * Both packages are optional. A server depends on them; a wallet need not, and a bundler that follows imports finds
 * neither, nor the `.wasm` beside the second one. So they are required by name, when they are wanted.
 */
import { createRequire } from "node:module";
import { type Bindings, bindingsSecp256k1 } from "./bindings.ts";
import type { Secp256k1 } from "./curves.ts";
import { nobleSecp256k1 } from "./noble.ts";
import { type Tiny, wasmSecp256k1 } from "./wasm.ts";

/** Loads a package by name, and throws where it is not installed. */
export type Load = (name: string) => unknown;

/** The main file of `secp256k1` falls back to slow JavaScript where there is no binary for the machine; this one throws. */
const BINDINGS = "secp256k1/bindings.js";
const WASM = "tiny-secp256k1";

export function installedSecp256k1(load: Load = requirePackage): Secp256k1 {
  return nativeSecp256k1(load) ?? compiledSecp256k1(load) ?? nobleSecp256k1;
}

/** undefined where the package is not installed, or has no binary for this machine. */
export function nativeSecp256k1(load: Load = requirePackage): Secp256k1 | undefined {
  const bindings = loaded<Bindings>(load, BINDINGS);
  if (bindings === undefined) return undefined;
  // Compiling takes a while, and servers sign with Ed25519: so it is put off until somebody signs.
  let signer: Secp256k1 | undefined;
  return bindingsSecp256k1(bindings, (...parts) => {
    signer ??= compiledSecp256k1(load) ?? nobleSecp256k1;
    return signer.schnorrSign(...parts);
  });
}

/** undefined where the package is not installed, or the platform runs no WebAssembly. */
export function compiledSecp256k1(load: Load = requirePackage): Secp256k1 | undefined {
  const tiny = loaded<Tiny>(load, WASM);
  return tiny && wasmSecp256k1(tiny);
}

function loaded<Package>(load: Load, name: string): Package | undefined {
  try {
    return load(name) as Package;
  } catch {
    return undefined;
  }
}

function requirePackage(name: string): unknown {
  return createRequire(import.meta.url)(name);
}
