/** `npm run tour`: lives two lives of an account, and writes docs/tour.md with what the commands printed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveLives, type TourEntry } from "./tour.ts";

const INTRODUCTION = `# A tour

The life of an account from the command line, as it came out when \`npm run tour\` lived it. Keys, codes and IDs are real,
and of no use to anybody now.

To follow, open three terminals in the project's folder. The first is a mail server, which prints what it gets. The
second is the share server, which sends its e-mail there. In the third, \`share\` is the command:

\`\`\`sh
npx node scripts/mail-sink.ts
\`\`\`

\`\`\`sh
SMTP_URL='smtp://127.0.0.1:2525?ignoreTLS=true' MAIL_FROM=shares@example.com npm start
\`\`\`

\`\`\`sh
share() { npm run --silent share -- "$@"; }
export SHARE_KEYS=tour/keys.ur          # these keys are for the tour, and lie in a folder of their own
\`\`\`

To send real e-mail, give the \`SMTP_URL\` of a mail server that takes yours: see [configuration](configuration.md).
`;

const OTHER_WAYS = `## The other ways to confirm

Code and link do the same. Above, the link validated the contact and the code confirmed the transfer. Here is the
reverse, from another account.`;

const LATER_KEYS = `## Keys for after quantum computers

The same life can be lived by keys that withstand quantum computers: \`share keys new --scheme mldsa65 --encapsulation
mlkem768\`, and the same two options with \`share fallback transfer\`. \`share rekey\` takes them as well, so an account that was
opened by other keys comes to such keys, too.`;

function render(entry: TourEntry): string {
  if ("title" in entry) return `## ${entry.title}`;
  if ("text" in entry) return entry.text;
  if ("mail" in entry) {
    const { to, subject, text } = entry.mail;
    return fenced("text", `To: ${to}\nSubject: ${subject}\n\n${text}`);
  }
  const end = entry.code === 0 ? "" : `\n(exit code ${entry.code})`;
  return fenced("console", `$ ${entry.command}\n${entry.output.trimEnd()}${end}`);
}

function fenced(language: string, content: string): string {
  return `\`\`\`${language}\n${content.trim()}\n\`\`\``;
}

const [life, other] = await liveLives([
  { fallback: "link", transfer: "code" },
  { fallback: "code", transfer: "link" },
]);
if (life === undefined || other === undefined) throw new Error("two lives were expected");
const { fallback, transfer } = other.confirmations;
const chapters = [
  INTRODUCTION.trim(),
  ...life.entries.map(render),
  OTHER_WAYS,
  "The contact is validated by the code:",
  ...fallback.map(render),
  "The transfer is confirmed by the link:",
  ...transfer.map(render),
  LATER_KEYS,
];
writeFileSync(join(import.meta.dirname, "../docs/tour.md"), `${chapters.join("\n\n")}\n`);
process.stdout.write("docs/tour.md\n");
