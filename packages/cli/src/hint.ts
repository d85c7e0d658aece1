/** Commands that the user may give next. */
import type { Settings } from "./settings.ts";

/**
 * The command with what the user had to say to come to the same server with the same keys.
 *
 * @param instead what differs from this command.
 */
export function hint(
  { given }: Pick<Settings, "given">,
  command: string,
  instead: Settings["given"] = {},
): string {
  const options = Object.entries({ ...given, ...instead });
  return ["share", command, ...options.map(([name, value]) => `--${name} ${quoted(value)}`)].join(" ");
}

/** As shells take it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
