/** SHA-256 in pure JavaScript (noble, through the official crypto package). */
import { sha256 as noble } from "#bc/crypto";
import type { Sha256 } from "./sha256.ts";

export const sha256: Sha256 = noble;
