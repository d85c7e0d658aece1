/** Which keys a command makes, as the user says it. */
import type { EncapsulationScheme, SigningScheme } from "@bc/envelope";
import type { KeySchemes } from "@bc/share-client";
import { type Command, Option } from "commander";

export type KeyOptions = {
  readonly scheme?: SigningScheme;
  readonly encapsulation?: EncapsulationScheme;
};

const SIGNING: readonly SigningScheme[] = ["schnorr", "ecdsa", "ed25519", "mldsa44", "mldsa65", "mldsa87"];
const ENCAPSULATION: readonly EncapsulationScheme[] = ["x25519", "mlkem512", "mlkem768", "mlkem1024"];

export function schemeOption(words = ""): Option {
  return new Option("--scheme <name>", `how new keys sign${words}`).choices(SIGNING);
}

export function encapsulationOption(words = ""): Option {
  return new Option("--encapsulation <name>", `how is sealed to new keys${words}`).choices(ENCAPSULATION);
}

/** Both, for commands whose keys may be as the profile makes them. */
export function addKeyOptions(command: Command): Command {
  return command
    .addOption(schemeOption(" (default: as the profile says, or schnorr)"))
    .addOption(encapsulationOption(" (default: as the profile says, or x25519)"));
}

/** Both, for commands that change keys. */
export function addKeyChangeOptions(command: Command): Command {
  return command
    .addOption(schemeOption(" (default: as the old ones)"))
    .addOption(encapsulationOption(" (default: as to the old ones)"));
}

export function schemesIn({ scheme, encapsulation }: KeyOptions): KeySchemes {
  return { signing: scheme, encapsulation };
}
