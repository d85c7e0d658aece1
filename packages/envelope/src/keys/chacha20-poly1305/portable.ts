/** ChaCha20-Poly1305 in pure JavaScript (noble, through the official crypto package). */
import { chacha20Poly1305 as noble } from "#bc/crypto";
import type { ChaCha20Poly1305 } from "./chacha20-poly1305.ts";

export const chacha20Poly1305: ChaCha20Poly1305 = {
  encrypt: (key, nonce, plaintext, aad) => noble.encrypt(key, nonce, plaintext, { aad }),
  decrypt: (key, nonce, sealed, aad) => noble.decrypt(key, nonce, sealed, { aad }),
};
