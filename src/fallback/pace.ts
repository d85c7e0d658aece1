/**
 * How long sending takes. A decoy waits as long before it is done with. Otherwise the database would be busy with the
 * decoy at a time when a message is still on its way to the mail server, and whoever asks something just then could
 * tell the two apart.
 */
import { SEND_TIMEOUT } from "./channel.ts";
import type { ContactKind } from "./contact.ts";

export interface Pace {
  /** @param milliseconds that a message to such a contact took, sent or not. */
  remember(kind: ContactKind, milliseconds: number): void;
  /** Waits as long as one of the last messages to such contacts took. */
  pause(kind: ContactKind): Promise<void>;
}

const REMEMBERED = 16;
/** Milliseconds that a pause takes before anything has been sent. */
const AT_FIRST = 200;

export function createPace(): Pace {
  const lasts = new Map<ContactKind, number[]>();
  return {
    remember: (kind, milliseconds) => {
      const last = lasts.get(kind) ?? [];
      lasts.set(kind, last);
      // A clock that was set meanwhile tells nonsense.
      last.push(Math.min(Math.max(milliseconds, 0), SEND_TIMEOUT));
      if (last.length > REMEMBERED) last.shift();
    },
    pause: (kind) => {
      const last = lasts.get(kind) ?? [];
      const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
      const duration = last[random % last.length] ?? AT_FIRST;
      return new Promise((done) => setTimeout(done, duration));
    },
  };
}
