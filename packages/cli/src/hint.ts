/** Commands that the user may give next. */
import type { Settings } from "./settings.ts";

/**
 * The command with what the user had to say to come to the same server with the same keys.
 *
 * @param instead what differs from this command; undefined leaves an option out.
 */
export function hint(
  { given }: Pick<Settings, "given">,
  command: string,
  instead: Readonly<Record<string, string | undefined>> = {},
): string {
  const options = Object.entries({ ...given, ...instead });
  const needed = options.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${quoted(value)}`],
  );
  return ["share", command, ...needed].join(" ");
}

/** As shells take it. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
