/** The console channel: prints messages. For a fresh machine and for development; whoever reads the output can confirm. */
import type { Channel } from "../channel.ts";
import { CONTACT_KINDS, type ContactKind } from "../contact.ts";

/**
 * @param print takes one message, several lines.
 * @param kinds default: every kind.
 */
export function consoleChannel(
  print: (text: string) => void,
  kinds: readonly ContactKind[] = CONTACT_KINDS,
): Channel {
  return {
    kinds,
    async send({ to, subject, text }) {
      print(`To: ${to.address}\nSubject: ${subject}\n\n${text}`);
    },
  };
}
