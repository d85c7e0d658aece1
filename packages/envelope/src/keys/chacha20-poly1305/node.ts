/** ChaCha20-Poly1305 by OpenSSL where there is much to encrypt. Its set-up takes longer than noble takes for a little. */
import { createCipheriv, createDecipheriv } from "node:crypto";
import { concatBytes } from "../bytes.ts";
import type { ChaCha20Poly1305 } from "./chacha20-poly1305.ts";
import { chacha20Poly1305 as noble } from "./portable.ts";

const CIPHER = "chacha20-poly1305";
const TAG_SIZE = 16;
/** Bytes from which on OpenSSL is faster. */
const MUCH = 512;

export const openssl: ChaCha20Poly1305 = {
  encrypt(key, nonce, plaintext, aad) {
    const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE });
    cipher.setAAD(aad, { plaintextLength: plaintext.length });
    return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
  },

  decrypt(key, nonce, sealed, aad) {
    const ciphertext = sealed.subarray(0, -TAG_SIZE);
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE });
    decipher.setAAD(aad, { plaintextLength: ciphertext.length });
    decipher.setAuthTag(sealed.subarray(-TAG_SIZE));
    return concatBytes(decipher.update(ciphertext), decipher.final());
  },
};

export const chacha20Poly1305: ChaCha20Poly1305 = {
  encrypt(key, nonce, plaintext, aad) {
    return (plaintext.length < MUCH ? noble : openssl).encrypt(key, nonce, plaintext, aad);
  },

  decrypt(key, nonce, sealed, aad) {
    return (sealed.length < MUCH ? noble : openssl).decrypt(key, nonce, sealed, aad);
  },
};
