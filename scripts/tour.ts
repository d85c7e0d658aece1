/**
 * The whole life of an account from the command line, lived for real: a fresh server, a real mail server, the real
 * commands in a shell, and what they printed. docs/tour.md is made of it, and a test lives it too.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Mail, type Mailbox, openMailbox } from "../test/kit/mailbox.ts";
import { startServer } from "../test/kit/server.ts";

/** By what the contact confirms: first that it is the contact, and then, when the keys are lost, the transfer. */
export type Ways = { readonly fallback: Way; readonly transfer: Way };
export type Way = "link" | "code";

/** A command that ran, and what it printed, on stdout and stderr together. */
export type Run = {
  /** What it is for: a name for tests. */
  readonly step: string;
  readonly command: string;
  readonly output: string;
  readonly code: number;
};

export type Told = { readonly title: string } | { readonly said: string } | { readonly mail: Mail } | Run;

const SHARE = join(import.meta.dirname, "../packages/cli/src/share.ts");
/** Each command would otherwise compile the same sources again, which is most of its time. */
const COMPILE_CACHE = join(tmpdir(), "share-cli-compile-cache");
const CONTACT = "alice@example.com";
/** Where the reader's server is, and ours says that it is in its messages. It has a free port, really. */
const PUBLIC_URL = "http://127.0.0.1:5332";

/** Lives one life after the other, and tells each as if the server were at its default address. */
export async function liveLives(lives: readonly Ways[]): Promise<readonly (readonly Told[])[]> {
  await using mailbox = await openMailbox();
  await using server = await startServer({ ...mailbox.environment, PUBLIC_URL });
  const told: (readonly Told[])[] = [];
  for (const ways of lives) {
    const folder = await mkdtemp(join(tmpdir(), "share-tour-"));
    try {
      const life: Life = { told: [], shell: await openShell(folder, server.url()), mailbox };
      await live(ways, life);
      told.push(life.told);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return told;
}

type Shell = (command: string) => Promise<Pick<Run, "output" | "code">>;

/** Runs a command, tells it, and gives its output. */
type Step = (step: string, command: string) => Promise<string>;

type Life = { readonly told: Told[]; readonly shell: Shell; readonly mailbox: Mailbox };

async function live(ways: Ways, life: Life): Promise<void> {
  const { told } = life;
  const run: Step = async (step, command) => {
    const ran = await life.shell(command);
    told.push({ step, command, ...ran });
    return ran.output;
  };
  const say = (said: string) => told.push({ said });
  const title = (text: string) => told.push({ title: text });

  title("Keys, and two shares");
  say("Nobody registers. The first share opens the account.");
  await run("make keys", "share keys new");
  await run("write shares", "echo 'the first share' > tour/one.txt; echo 'the second share' > tour/two.txt");
  const receipt = (await run("store", "share store tour/one.txt")).trim().split("\n").at(-1) ?? "";
  await run("store another", "share store tour/two.txt");
  await run("list", "share list");
  await run("get", `share get ${receipt}`);

  title("A fallback");
  say("A contact, for the day when the keys are lost. It counts once it has confirmed.");
  await run("set fallback", `share fallback set ${CONTACT}`);
  await confirm(ways.fallback, run, life);
  await run("show fallback", "share fallback show");

  title("The keys are lost");
  await run("lose everything", "rm -r tour");
  say(
    "On this device or another one: new keys are made, and the contact is asked whether they may have the account.",
  );
  await run("transfer", `share fallback transfer ${CONTACT}`);
  await confirm(ways.transfer, run, life);
  if (ways.transfer === "link") {
    say("The wallet asks how its transfer stands: the same request again.");
    await run("finish transfer", "share fallback transfer");
  }

  title("All is there again");
  say("The receipts are as they were, since the account's XID is. It now stands in the key file.");
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
}

async function nextMail({ told, mailbox }: Life): Promise<Mail> {
  const mail = await mailbox.next(CONTACT);
  told.push({ mail });
  return mail;
}

async function confirm(way: Way, run: Step, life: Life): Promise<void> {
  const { code, link, token } = await nextMail(life);
  if (way === "code") {
    await run("confirm by code", `share fallback verify ${code}`);
    return;
  }
  life.told.push({ said: "The link opens a page. Opening it changes nothing, its button does." });
  const main = "sed -n '/<main>/,$p'";
  await run("open link", `curl -s '${link}' | ${main}`);
  const { origin, pathname } = new URL(link);
  await run("press button", `curl -s -d token=${token} ${origin}${pathname} | ${main}`);
}

/** A shell in this folder, where `share` is this command. What it runs and prints is as the reader would see it. */
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
