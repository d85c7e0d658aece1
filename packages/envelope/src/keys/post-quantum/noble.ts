/** ML-DSA and ML-KEM in pure JavaScript, by `@noble/post-quantum`. Nobody imports this file but to load it late. */
import { ml_dsa44, ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js";
import { ml_kem512, ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import type { PostQuantum } from "./post-quantum.ts";

const ML_DSA = { mldsa44: ml_dsa44, mldsa65: ml_dsa65, mldsa87: ml_dsa87 };
const ML_KEM = { mlkem512: ml_kem512, mlkem768: ml_kem768, mlkem1024: ml_kem1024 };

export const noblePostQuantum: PostQuantum = {
  signingKey: (scheme) => ML_DSA[scheme].keygen().secretKey,
  signingPublicKey: (scheme, privateKey) => ML_DSA[scheme].getPublicKey(privateKey),
  sign: (scheme, privateKey, message) => ML_DSA[scheme].sign(message, privateKey),

  verify(scheme, publicKey, signature, message) {
    try {
      return ML_DSA[scheme].verify(signature, message, publicKey);
    } catch {
      return false;
    }
  },

  encapsulationKey: (scheme) => ML_KEM[scheme].keygen().secretKey,

  encapsulate(scheme, publicKey) {
    const { sharedSecret, cipherText } = ML_KEM[scheme].encapsulate(publicKey);
    return { sharedKey: sharedSecret, ciphertext: cipherText };
  },

  decapsulate: (scheme, privateKey, ciphertext) => ML_KEM[scheme].decapsulate(ciphertext, privateKey),
};
