/**
 * `npm run demo -- recovery`: a seed is backed up over three servers; the person's device and one server are destroyed; by mail
 * the seed comes back. Real servers, real mail, and the command that people use.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "@bc/envelope";
import { secretEnvelope } from "@bc/share-client";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { codeOptions, type Mailbox, openMailbox } from "../../test/kit/mailbox.ts";
import { type DemoServer, startDemoServer } from "./demo-server.ts";
import { quote, say, title } from "./narration.ts";

const SHARE = join(import.meta.dirname, "../../packages/cli/src/share.ts");
const CONTACT = "alice@example.com";
const SEED_SIZE = 16;
/** What the command says when codes are still to come. */
const NOT_YET = 3;

/** A folder that stands for a device: the command's settings, and files. */
type Device = { readonly folder: string; readonly share: (...args: readonly string[]) => Promise<string> };

export async function tellRecovery(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "share-demo-"));
  await using mailbox = await openMailbox();
  const names = ["a", "b", "c"];
  const servers = names.map((name) => startDemoServer(join(folder, `server-${name}`), mailbox.environment));
  try {
    title("Three servers start, of three operators");
    const urls = await Promise.all(servers.map((server) => server.url()));
    say(`They listen at ${urls.join(", ")}. Their mail goes to a mail server on this machine.`);
    await tell(folder, urls, servers, mailbox);
  } finally {
    await Promise.all(servers.map((server) => server.end()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function tell(
  folder: string,
  urls: readonly string[],
  servers: readonly DemoServer[],
  mailbox: Mailbox,
): Promise<void> {
  const device = deviceIn(join(folder, "device"));
  const seed = await newSeed(folder);

  title("Alice backs up the seed of her wallet");
  say(`The seed is in the file seed.ur:\n\n    ${seed}\n`);
  say(
    "The command encrypts it with a fresh key, splits the key by SSKR, and gives each server one of three shares.",
  );
  say("Any two bring the seed back; one alone tells nothing.");
  const to = urls.flatMap((url) => ["--to", url]);
  await device.share("backup", "seed.ur", ...to, "--fallback", CONTACT);
  say(
    "Each server has a share now, and has proven it. And each has sent a mail to the contact. The first one:",
  );
  const codes = await codesIn(mailbox, urls.length);
  say(
    "The command asks for the codes, one after the other. Where there is no terminal, they are given like this:",
  );
  await device.share("backup", "--fallback", CONTACT, ...codes);

  title("She prints the recovery sheet");
  say("It says where the shares are, and holds no secret.");
  const sheet = await device.share("sheet");
  await writeFile(join(folder, "sheet.txt"), sheet);

  title("Everything is lost");
  await rm(device.folder, { recursive: true });
  await servers[0]?.end();
  await rm(join(folder, "server-a"), { recursive: true });
  say("The device is gone, with all its keys. So is the first server, with its database.");

  title("On a new device: the sheet, and the mailbox");
  const bare = deviceIn(join(folder, "new-device"));
  say("The command makes new keys, and asks each server for the account that has Alice's contact.");
  await bare.share("recover", "sheet.txt", "--fallback", CONTACT);
  say("A server gives the account to the new keys once the contact has confirmed. Its mail:");
  const transferCodes = await codesIn(mailbox, urls.length - 1);
  say("With the codes, two shares come. That is a quorum: it opens the seed.");
  await bare.share("recover", ...transferCodes, "-o", "found.ur");
  const found = (await readFile(join(folder, "found.ur"), "utf8")).trim();
  quote(found);
  if (found !== seed) throw new Error("another seed came back");
  say("It is the same seed, by its digest as an envelope, too:");
  quote(secretEnvelope(found).digest().hex());

  title("What is left to do");
  say("The backup lives on two servers now. `share grow --to ADDRESS` brings it to a third one again.");
  await bare.share("status");
}

/** The codes of so many mails, as options of the command. The first mail is shown. */
async function codesIn(mailbox: Mailbox, count: number): Promise<readonly string[]> {
  const codes = await codeOptions(mailbox, CONTACT, count);
  const mail = mailbox.received.find(
    ({ code }) => code !== "" && codes.some((option) => option.endsWith(code)),
  );
  if (mail === undefined) throw new Error("no mail has a code");
  quote(`To: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text.trim()}`);
  return codes;
}

/** A device whose files lie beside its settings' folder. */
function deviceIn(folder: string): Device {
  const { PATH, SystemRoot } = process.env;
  const env = { PATH, SystemRoot, HOME: folder, XDG_CONFIG_HOME: folder };
  return {
    folder,
    share: (...args) => {
      say(`\n  $ share ${args.join(" ")}`);
      return new Promise((resolve, reject) => {
        const child = execFile(
          process.execPath,
          [SHARE, ...args],
          { cwd: join(folder, ".."), env },
          (_error, stdout, stderr) => {
            const printed = stderr + stdout;
            if (printed !== "") quote(printed);
            if ([0, NOT_YET].includes(child.exitCode ?? -1)) resolve(stdout);
            else reject(new Error(`share ended with ${child.exitCode}`));
          },
        );
      });
    },
  };
}

/** A seed of 12 words, as `ur:seed`. */
async function newSeed(folder: string): Promise<string> {
  const seed = UR.from("seed", cbor(new Map([[1, randomBytes(SEED_SIZE)]]))).toString();
  await writeFile(join(folder, "seed.ur"), `${seed}\n`);
  return seed;
}
