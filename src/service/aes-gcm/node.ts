/** AES-256-GCM by OpenSSL, in the calling thread. */
import { createCipheriv, createDecipheriv, createSecretKey } from "node:crypto";
import { concatBytes } from "@bc/envelope";
import type { ImportKey } from "./aes-gcm.ts";

const CIPHER = "aes-256-gcm";
const TAG_SIZE = 16;

export const importKey: ImportKey = (raw) => {
  const key = createSecretKey(raw);
  return {
    encrypt(nonce, plaintext, aad) {
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE }).setAAD(aad);
      return concatBytes(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
    },

    decrypt(nonce, sealed, aad) {
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE }).setAAD(aad);
      decipher.setAuthTag(sealed.subarray(-TAG_SIZE));
      return concatBytes(decipher.update(sealed.subarray(0, -TAG_SIZE)), decipher.final());
    },
  };
};
