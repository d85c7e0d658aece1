/**
 * New secrets for a Worker that has none, in the form of an environment file. As a program it prints them:
 *
 *     node src/worker/new-secrets.ts > secrets.env
 *
 * The keys are the server's identity, and the storage key opens all that it stores: the operator has to keep both.
 */

import { randomBytes } from "@bc/envelope";
import { newServerKeys } from "@bc/share-protocol";
import { bytesToHex } from "#bc/dcbor";

/** Bytes. */
const STORAGE_KEY_SIZE = 32;

export function newSecrets(): string {
  const storageKey = bytesToHex(randomBytes(STORAGE_KEY_SIZE));
  return `SERVER_PRIVATE_KEYS=${newServerKeys().urString()}\nSTORAGE_KEY=${storageKey}\n`;
}

if (import.meta.main) process.stdout.write(newSecrets());
