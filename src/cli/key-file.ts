/** The file with the wallet's private keys: one line, `ur:crypto-prvkeys/…`. */
import { stat } from "node:fs/promises";
import { KeyError, PrivateKeyBase, PrivateKeys } from "#bc/keys";
import { type Identity, identityOf } from "../wire/identity.ts";
import { Failure, printable } from "./failure.ts";
import { readFileIfAny, writeNewFile } from "./files.ts";
import type { Settings } from "./settings.ts";

/** Writes new keys where there are none yet. @throws {Failure} `usage` when there is such a file. */
export async function writeNewKeys(path: string, keys: PrivateKeys): Promise<void> {
  await writeNewFile(path, `${keys.urString()}\n`);
}

/**
 * Who the user is. A file that others can read gives a warning, as it may be meant so in a container.
 *
 * @throws {Failure} `usage` when there is no such file, or it holds no keys.
 */
export async function readIdentity({ keysFile, account }: Settings): Promise<Identity> {
  const bytes = await readFileIfAny(keysFile);
  if (bytes === undefined) {
    throw new Failure("usage", `there are no keys at ${keysFile}; make some with: share keys new`);
  }
  await warnIfShared(keysFile);
  return identityOf(keysIn(new TextDecoder().decode(bytes), keysFile), account);
}

/** Keys of other Gordian tools are taken as well, also the key material that Schnorr keys are derived from. */
function keysIn(content: string, path: string): PrivateKeys {
  const ur = content.trim();
  try {
    return /^ur:crypto-prvkey-base\//i.test(ur)
      ? PrivateKeyBase.fromURString(ur).privateKeys()
      : PrivateKeys.fromURString(ur);
  } catch (cause) {
    const reason = cause instanceof KeyError ? cause.message : "unreadable";
    throw new Failure("usage", `${path} holds no private keys: ${reason}`, { cause });
  }
}

async function warnIfShared(path: string): Promise<void> {
  const others = 0o077;
  if (process.platform === "win32" || ((await stat(path)).mode & others) === 0) return;
  process.stderr.write(`share: warning: ${printable(path)} can be read by others; chmod 600 it\n`);
}
