/** `node scripts/write-tour.ts`: lives both lives of an account, and writes docs/tour.md with all they printed. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveLives, type Told } from "./tour.ts";

const INTRODUCTION = `# A tour

The whole life of an account from the command line, as it came out when \`node scripts/write-tour.ts\` lived it: twice,
since a contact can confirm by a link and by a code. Keys, codes and IDs are real, and of no use to anybody now.

To follow, let three terminals run in the project's folder. The first one takes the e-mail and prints it, by a real mail
server; the second one is the share server, which sends its e-mail there; in the third one \`share\` is the command line:

\`\`\`sh
npx node scripts/mail-sink.ts
\`\`\`

\`\`\`sh
SMTP_URL='smtp://127.0.0.1:2525?ignoreTLS=true' MAIL_FROM=shares@example.com npm start
\`\`\`

\`\`\`sh
share() { npm run --silent share -- "$@"; }
export SHARE_KEYS=tour/keys.ur          # these are for the tour, and go to a folder of their own
\`\`\`

For e-mail that goes out into the world, give the \`SMTP_URL\` of a mail server that takes yours:
see [configuration](configuration.md).
`;

function render(told: Told): string {
  if ("title" in told) return `### ${told.title}`;
  if ("said" in told) return told.said;
  if ("mail" in told) {
    const { to, subject, text } = told.mail;
    return fenced("text", `To: ${to}\nSubject: ${subject}\n\n${text}`);
  }
  const end = told.code === 0 ? "" : `\n(exit code ${told.code})`;
  return fenced("console", `$ ${told.command}\n${told.output.trimEnd()}${end}`);
}

function fenced(language: string, content: string): string {
  return `\`\`\`${language}\n${content.trim()}\n\`\`\``;
}

const lives = [
  { title: "Set by the link, transferred by the code", ways: { fallback: "link", transfer: "code" } },
  { title: "Set by the code, transferred by the link", ways: { fallback: "code", transfer: "link" } },
] as const;

const chapters: string[] = [INTRODUCTION.trim()];
for (const [index, told] of (await liveLives(lives.map(({ ways }) => ways))).entries()) {
  chapters.push(`## ${lives[index]?.title}`, ...told.map(render));
}
writeFileSync(join(import.meta.dirname, "../docs/tour.md"), `${chapters.join("\n\n")}\n`);
process.stdout.write("docs/tour.md\n");
