/** Argon2id by OpenSSL, in a tenth of the time, where Node has it (24.7 and later). */
import crypto from "node:crypto";
import { type Argon2id, COST } from "./argon2id.ts";
import { argon2id as portable } from "./portable.ts";

export const argon2id: Argon2id =
  typeof crypto.argon2Sync === "function"
    ? (secret, salt) => crypto.argon2Sync("argon2id", { message: secret, nonce: salt, ...COST })
    : portable;
