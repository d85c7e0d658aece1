/** How the demos speak. */
import { type Envelope, notation } from "@bc/envelope";

export function title(text: string): void {
  say(`\n━━ ${text}\n`);
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Sets a text of somebody else's apart: an envelope, a mail, what a command prints. */
export function quote(text: string): void {
  const indented = text.trimEnd().replaceAll(/^/gm, "    ").replaceAll(/^ +$/gm, "");
  say(`\n${indented}\n`);
}

export function show(envelope: Envelope): void {
  quote(notation(envelope));
}
