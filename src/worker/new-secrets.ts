/**
 * New secrets for a Worker that has none, in the form of an environment file. As a program it prints them:
 *
 *     node src/worker/new-secrets.ts > secrets.env
 *
 * They name the server and open everything it stores, so they are to be kept, and not made again.
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
