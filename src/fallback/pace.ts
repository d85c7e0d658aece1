/**
 * How long sending takes. A decoy waits as long before it is done with: else the database would be busy with it while a
 * message is still on its way to the mail server, and whoever asks something meanwhile could tell the two apart.
 */
import { SEND_TIMEOUT } from "./channel.ts";

export interface Pace {
  /** @param milliseconds that a message took to send. */
  remember(milliseconds: number): void;
  /** Fulfils after as long as one of the last messages took. */
  pause(): Promise<void>;
}

const REMEMBERED = 16;
/** Milliseconds, as long as nothing has been sent. */
const AT_FIRST = 200;

export function createPace(): Pace {
  const last: number[] = [];
  return {
    remember: (milliseconds) => {
      // A clock that was set meanwhile tells nonsense.
      last.push(Math.min(Math.max(milliseconds, 0), SEND_TIMEOUT));
      if (last.length > REMEMBERED) last.shift();
    },
    pause: () => {
      const [random = 0] = crypto.getRandomValues(new Uint8Array(1));
      const duration = last[random % last.length] ?? AT_FIRST;
      return new Promise((done) => setTimeout(done, duration));
    },
  };
}
