/** `node scripts/mail-sink.ts [PORT]`: takes and prints the e-mail of a server that somebody is trying. */
import { openMailbox } from "../test/kit/mailbox.ts";

const DEFAULT_PORT = 2525;

const port = Number(process.argv[2] ?? DEFAULT_PORT);
await openMailbox({
  port,
  onMail: ({ to, subject, text }) => {
    process.stdout.write(`\nTo: ${to}\nSubject: ${subject}\n\n${text.trim()}\n`);
  },
});
process.stdout.write(`printing what is sent to smtp://127.0.0.1:${port}\n`);
