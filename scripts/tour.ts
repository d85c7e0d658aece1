/**
 * The whole life of an account on the command line, lived for real: a fresh server, a real mail server, the real
 * commands in a shell, and what they print. docs/tour.md is made from it, and a test runs it too.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { COMPILE_CACHE } from "../test/kit/compile-cache.ts";
import { type Mail, type Mailbox, openMailbox } from "../test/kit/mailbox.ts";
import { startServer } from "../test/kit/spawn-server.ts";

/** How the contact confirms: first the fallback, and later, when the keys are lost, the transfer. */
export type Ways = {
  readonly fallback: Way;
  readonly transfer: Way;
  /** Options that say which keys are made. */
  readonly keys?: string;
};
export type Way = "link" | "code";

/** A command that ran, and what it printed to stdout and stderr together. */
export type Run = {
  /** What it is for: a name for tests. */
  readonly step: string;
  readonly command: string;
  readonly output: string;
  readonly code: number;
};

export type TourEntry =
  | { readonly title: string }
  | { readonly text: string }
  | { readonly mail: Mail }
  | Run;

/** One life of an account, in the order in which it was lived. */
export type Tour = {
  readonly entries: readonly TourEntry[];
  /** For each purpose the entries from after the message to the end of the confirmation. */
  readonly confirmations: Readonly<Record<"fallback" | "transfer", readonly TourEntry[]>>;
};

const SHARE = join(import.meta.dirname, "../packages/cli/src/share.ts");
const CONTACT = "alice@example.com";
/** The address that the reader sees, in messages too. Our server really listens on a free port. */
const PUBLIC_URL = "http://127.0.0.1:5332";

/**
 * Lives one life after the other. Each tour shows the server at its default address.
 *
 * @param environment what else the server is told. Default: nothing, so it has the embedded database.
 */
export async function liveLives(
  lives: readonly Ways[],
  environment: Readonly<Record<string, string>> = {},
): Promise<readonly Tour[]> {
  await using mailbox = await openMailbox();
  await using server = await startServer({ ...mailbox.environment, ...environment, PUBLIC_URL });
  const tours: Tour[] = [];
  for (const ways of lives) {
    const folder = await mkdtemp(join(tmpdir(), "share-tour-"));
    try {
      tours.push(await live(ways, { entries: [], shell: await openShell(folder, server.url()), mailbox }));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return tours;
}

type Shell = (command: string) => Promise<Pick<Run, "output" | "code">>;

/** Runs a command, records it, and gives its output. */
type Step = (step: string, command: string) => Promise<string>;

type Life = { readonly entries: TourEntry[]; readonly shell: Shell; readonly mailbox: Mailbox };

async function live(ways: Ways, life: Life): Promise<Tour> {
  const { entries } = life;
  const keys = ways.keys === undefined ? "" : ` ${ways.keys}`;
  const run: Step = async (step, command) => {
    const ran = await life.shell(command);
    entries.push({ step, command, ...ran });
    return ran.output;
  };
  const say = (text: string) => entries.push({ text });
  const title = (title: string) => entries.push({ title });

  title("Keys, and two shares");
  say("There is no sign-up. The first share opens the account.");
  await run("make keys", `share keys new${keys}`);
  await run("write shares", "echo 'the first share' > tour/one.txt; echo 'the second share' > tour/two.txt");
  const receipt = (await run("store", "share store tour/one.txt")).trim().split("\n").at(-1) ?? "";
  await run("store another", "share store tour/two.txt");
  await run("list", "share list");
  await run("get", `share get ${receipt}`);

  title("A fallback");
  say("Alice names a contact for the day when her keys are lost. It counts once it is validated.");
  await run("set fallback", `share fallback set ${CONTACT}`);
  const fallback = await confirm(ways.fallback, run, life);
  await run("show fallback", "share fallback show");

  title("The keys are lost");
  await run("lose everything", "rm -r tour");
  say(
    "On this device or another one, the wallet makes new keys. The server asks the contact whether they may have the account.",
  );
  await run("transfer", `share fallback transfer ${CONTACT}${keys}`);
  const transfer = await confirm(ways.transfer, run, life, async () => {
    say("The wallet asks how its transfer stands. It sends the same request again.");
    await run("finish transfer", "share fallback transfer");
  });

  title("All is there again");
  say("The account's XID is the old one, so the receipts are, too. The XID now stands in the key file.");
  await run("list again", "share list");
  await run("get again", `share get ${receipt}`);
  await run("get all", "share get -o tour/shares; head tour/shares/*");
  await nextMail(life);

  title("New keys");
  await run("rekey", "share rekey --yes");
  await nextMail(life);
  await run("list after rekey", "share list");

  title("A share is deleted");
  await run("delete", `share delete ${receipt}`);
  await run("list after delete", "share list");

  title("Leaving");
  await run("leave", "share leave --yes");
  await nextMail(life);
  await run("list after leaving", "share list");
  return { entries, confirmations: { fallback, transfer } };
}

async function nextMail({ entries, mailbox }: Life): Promise<Mail> {
  const mail = await mailbox.next(CONTACT);
  entries.push({ mail });
  return mail;
}

/** @param afterLink what the wallet does after the contact has confirmed by the link. */
async function confirm(
  way: Way,
  run: Step,
  life: Life,
  afterLink?: () => Promise<void>,
): Promise<TourEntry[]> {
  const { entries } = life;
  const { code, link, token } = await nextMail(life);
  const begin = entries.length;
  if (way === "code") {
    await run("confirm by code", `share fallback verify ${code}`);
  } else {
    entries.push({ text: "The link opens a page. Opening it changes nothing; its button does." });
    const main = "sed -n '/<main>/,$p'";
    await run("open link", `curl -s '${link}' | ${main}`);
    const { origin, pathname } = new URL(link);
    await run("press button", `curl -s -d token=${token} ${origin}${pathname} | ${main}`);
    await afterLink?.();
  }
  return entries.slice(begin);
}

/** A shell in this folder, with this project's `share`. Commands and output have the address that the reader sees. */
async function openShell(folder: string, url: string): Promise<Shell> {
  const bin = join(folder, ".bin");
  await mkdir(bin);
  await writeFile(join(bin, "share"), `#!/bin/sh\nexec '${process.execPath}' '${SHARE}' "$@"\n`);
  await chmod(join(bin, "share"), 0o755);
  const { PATH } = process.env;
  const env = {
    PATH: `${bin}:${PATH}`,
    SHARE_URL: url,
    SHARE_KEYS: "tour/keys.ur",
    NODE_COMPILE_CACHE: COMPILE_CACHE,
  };
  return async (command) => {
    const child = spawn("sh", ["-c", `exec 2>&1\n${command.replaceAll(PUBLIC_URL, url)}`], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
    return { output: output.replaceAll(url, PUBLIC_URL), code: Number(code) };
  };
}
