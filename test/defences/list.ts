/** Every defence that docs/security.md tells of, by the row that tells of it. */
import { ACCOUNT_DEFENCES } from "./accounts.ts";
import type { Defences } from "./defence.ts";

export const DEFENCES: Defences = { ...ACCOUNT_DEFENCES };
