/**
 * ChaCha20-Poly1305 by OpenSSL.
 *
 * Trap: when a key comes as bytes, Node tries out what else it could be, and throws and swallows errors on the way.
 * That takes longer than all the rest, so this module makes the key an object first.
 */
import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { concatBytes } from "../bytes.ts";
import type { ChaCha20Poly1305 } from "./chacha20-poly1305.ts";

const CIPHER = "chacha20-poly1305";
const TAG_SIZE = 16;
const OPTIONS = { authTagLength: TAG_SIZE };

export const chacha20Poly1305: ChaCha20Poly1305 = {
  encrypt(key, nonce, plaintext, aad) {
    const cipher = createCipheriv(CIPHER, createSecretKey(key), nonce, OPTIONS);
    cipher.setAAD(aad, { plaintextLength: plaintext.length });
    return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
  },

  decrypt(key, nonce, sealed, aad) {
    const ciphertext = sealed.subarray(0, -TAG_SIZE);
    const decipher = createDecipheriv(CIPHER, createSecretKey(key), nonce, OPTIONS);
    decipher.setAAD(aad, { plaintextLength: ciphertext.length });
    decipher.setAuthTag(sealed.subarray(-TAG_SIZE));
    return concatBytes(decipher.update(ciphertext), decipher.final());
  },
};
