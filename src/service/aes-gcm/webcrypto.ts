/** AES-256-GCM by the platform's WebCrypto: native code in browsers and Workers. */
import type { AesGcm, ImportKey } from "./aes-gcm.ts";

export const importKey: ImportKey = async (raw): Promise<AesGcm> => {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", raw.slice(), "AES-GCM", false, ["encrypt", "decrypt"]);
  const parameters = (nonce: Uint8Array, aad: Uint8Array) => {
    return { name: "AES-GCM", iv: nonce.slice(), additionalData: aad.slice() };
  };
  return {
    encrypt: async (nonce, plaintext, aad) => {
      return new Uint8Array(await subtle.encrypt(parameters(nonce, aad), key, plaintext.slice()));
    },
    decrypt: async (nonce, sealed, aad) => {
      return new Uint8Array(await subtle.decrypt(parameters(nonce, aad), key, sealed.slice()));
    },
  };
};
