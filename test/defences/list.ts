/** Every defence that docs/security.md tells of, by the row that tells of it. */
import { ACCOUNT_DEFENCES } from "./accounts.ts";
import { CONTACT_DEFENCES } from "./contacts.ts";
import type { Defences } from "./defence.ts";
import { MACHINE_DEFENCES } from "./machine.ts";
import { SERVER_DEFENCES } from "./servers.ts";

export const DEFENCES: Defences = {
  ...ACCOUNT_DEFENCES,
  ...CONTACT_DEFENCES,
  ...SERVER_DEFENCES,
  ...MACHINE_DEFENCES,
};
