/** Argon2id in pure JavaScript (noble, through the official crypto package). */
import { argon2id as noble } from "#bc/crypto";
import { type Argon2id, COST } from "./argon2id.ts";

const { memory, passes, parallelism, tagLength } = COST;

export const argon2id: Argon2id = (secret, salt) =>
  noble(secret, salt, { m: memory, t: passes, p: parallelism, dkLen: tagLength });
