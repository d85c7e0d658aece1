/** What the curves alone cost, with keys made beforehand: no implementation on Node is faster. */
import { diffieHellman, generateKeyPairSync, sign, verify } from "node:crypto";
import { SigningPrivateKey, type SigningScheme } from "@bc/envelope";
import { nativeSecp256k1 } from "../packages/envelope/src/keys/curves/installed.ts";
import { median, progress, type Row } from "./report.ts";

export type Effort = { readonly rounds: number; readonly repetitions: number };

export type CurveCosts = {
  readonly rows: readonly Row[];
  /** Microseconds of the operations that one sealed request needs. */
  readonly floor: (scheme: SigningScheme) => number;
};

export function measureCurves(effort: Effort): CurveCosts {
  const [mine, theirs] = [generateKeyPairSync("x25519"), generateKeyPairSync("x25519")];
  const agreement = { privateKey: mine.privateKey, publicKey: theirs.publicKey };
  const message = new Uint8Array(32).fill(1);
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signature = sign(null, message, privateKey);

  const keyPair = time("X25519, new key pair", () => generateKeyPairSync("x25519"), effort);
  const agree = time("X25519, agreement", () => diffieHellman(agreement), effort);
  const edSign = time("Ed25519, sign", () => sign(null, message, privateKey), effort);
  const edVerify = time("Ed25519, verify", () => verify(null, message, publicKey, signature), effort);
  const schnorrVerify = time("Schnorr, verify", schnorrVerification(message), effort);
  return {
    rows: [keyPair, agree, edSign, edVerify, schnorrVerify],
    // To unseal takes one key agreement; to seal takes a new key pair and another agreement.
    floor: (scheme) => {
      const verification = scheme === "ed25519" ? edVerify : schnorrVerify;
      return [agree, verification, edSign, keyPair, agree].reduce((sum, [, cost]) => sum + cost, 0);
    },
  };
}

function schnorrVerification(message: Uint8Array): () => unknown {
  const native = nativeSecp256k1();
  if (native === undefined) return () => undefined;
  const { schnorrSign, schnorrVerify } = native;
  const key = SigningPrivateKey.generate("schnorr");
  const publicKey = key.publicKey().data;
  const signature = schnorrSign(key.data, message, new Uint8Array(32));
  if (signature instanceof Promise) throw new TypeError("native signatures do not wait");
  return () => schnorrVerify(publicKey, signature, message);
}

type Cost = readonly [name: string, microseconds: number];

function time(name: string, work: () => unknown, { rounds, repetitions }: Effort): Cost {
  progress(name);
  const times = Array.from({ length: rounds }, () => {
    const began = process.cpuUsage();
    for (let i = 0; i < repetitions; i++) work();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / repetitions;
  });
  return [name, median(times)];
}
