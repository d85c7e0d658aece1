/** `share doctor`: what the command needs, looked at one by one. */
import { shortIdentifier } from "@bc/envelope";
import {
  fetchInfo,
  fetchServer,
  followServer,
  type KnownServer,
  printable,
  refusalCode,
} from "@bc/share-client";
import type { Command } from "commander";
import project from "../../package.json" with { type: "json" };
import { clockDifference, clockProblem } from "../clock.ts";
import { explained, knownServer, nameOf, withClientFor } from "../connect.ts";
import { EXIT_CODES, Failure, failureFor } from "../failure.ts";
import { hint } from "../hint.ts";
import { printJSON, printLine } from "../output.ts";
import { endpointOf } from "../reach.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { remindOfPending } from "../under-way.ts";
import { examples } from "./examples.ts";

const WIDTH = "identity".length;
const CHECKS = ["version", "keys", "server", "clock", "identity", "account"] as const;

type Check = {
  readonly check: string;
  /** Null: could not be looked at, because something before it failed. */
  readonly ok: boolean | null;
  readonly text: string;
  readonly failure?: Failure;
};

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("look whether all is well: versions, keys, server, clock, account")
    .addHelpText(
      "after",
      `${examples("doctor", "doctor --url https://shares.example.com", "doctor --json")}
Nothing is changed. The exit code is that of the first thing that is wrong.
`,
    )
    .action(async (_options: unknown, command: Command) => {
      const settings = settingsOf(command);
      await remindOfPending(settings);
      const checks = await examine(settings);
      if (settings.json) printJSON(checks.map(({ check, ok, text }) => ({ check, ok, text })));
      else {
        for (const { check, ok, text } of checks) {
          printLine(printable(`${mark(ok)}  ${check.padEnd(WIDTH)}  ${text}`));
        }
      }
      const [failure] = checks.flatMap((it) => it.failure ?? []);
      if (failure !== undefined) process.exitCode = EXIT_CODES[failure.code];
    });
}

type Found<Value> = { readonly value: Value; readonly text: string };

function found(text: string): Found<true>;
function found<Value>(text: string, value: Value): Found<Value>;
function found<Value>(text: string, value?: Value): Found<Value | true> {
  return { value: value ?? true, text };
}

function mark(ok: boolean | null): string {
  if (ok === null) return "?    ";
  return ok ? "ok   " : "WRONG";
}

async function examine(settings: Settings): Promise<readonly Check[]> {
  const checks: Check[] = [];
  /** Undefined where the check failed. */
  async function look<Value>(check: string, action: () => Promise<Found<Value>>): Promise<Value | undefined> {
    try {
      const { value, text } = await action();
      checks.push({ check, ok: true, text });
      return value;
    } catch (error) {
      const failure = failureFor(error) ?? new Failure("fault", String(error));
      checks.push({ check, ok: false, text: failure.message, failure });
      return undefined;
    }
  }

  await look("version", async () => found(`share ${project.version}, Node ${process.version}`));
  const keys = await look("keys", () => lookAtKeys(settings));
  const present = await look("server", () => lookAtServer(settings));
  if (present !== undefined) {
    await look("clock", async () => found(clockText()));
    const server = await look("identity", () => lookAtIdentity(settings, present));
    if (server !== undefined && keys !== undefined) {
      await look("account", () => lookAtAccount(settings, server, keys.areThere));
    }
  }
  const skipped = CHECKS.filter((name) => checks.every(({ check }) => check !== name));
  return [...checks, ...skipped.map((check) => ({ check, ok: null, text: "not looked at" }))];
}

async function lookAtKeys({ home }: Settings): Promise<Found<{ readonly areThere: boolean }>> {
  const atHand = await home.describe();
  if (atHand === undefined) {
    return found("none for this server yet; the first command there makes them", { areThere: false });
  }
  const { keys } = atHand;
  const name = shortIdentifier(keys.publicKeys().xid().data);
  const isPrivate = (await home.sharedFile()) === undefined;
  const privacy = isPrivate ? "for you alone" : "but others can read the file; chmod 600 it";
  return found(`${keys.signing.scheme} and ${keys.encapsulation.scheme}, ${name}, ${privacy}`, {
    areThere: true,
  });
}

async function lookAtServer(settings: Settings): Promise<Found<KnownServer>> {
  const endpoint = endpointOf(settings);
  const [server, info] = [await fetchServer(endpoint), await fetchInfo(endpoint)];
  const { name = "a server", version = "of an unknown version" } = Object(info);
  return found(`${settings.url} answers: ${name} ${version}`, server);
}

/** @throws {Failure} `usage` where the clock is so wrong that dates may be refused. */
function clockText(): string {
  const problem = clockProblem();
  if (problem !== undefined) throw new Failure("usage", `${problem}; set it right`);
  return clockDifference() === undefined ? "the server does not tell its time" : "right to the minute";
}

/** @throws {Failure} `untrusted` where another server than the known one answers. */
async function lookAtIdentity(settings: Settings, present: KnownServer): Promise<Found<KnownServer>> {
  const known = await (settings.server === undefined
    ? settings.home.rememberedServer()
    : knownServer(settings));
  if (known === undefined) {
    return found(`${nameOf(present)}, not met before: compare it with what its operator says`, present);
  }
  const server = await explained(settings, known, async () => followServer(known, present));
  return found(`${nameOf(server)}, the one known here`, server);
}

async function lookAtAccount(
  settings: Settings,
  server: KnownServer,
  hasKeys: boolean,
): Promise<Found<true>> {
  if (!hasKeys) return found("none yet; the first share opens it");
  const identity = await settings.home.identityAt(server);
  try {
    const fallback = await withClientFor(settings, server, identity, (client) => client.retrieveFallback());
    if (fallback === null)
      return found(`no contact yet; name one: ${hint(settings, "fallback set CONTACT")}`);
    return found(`its contact is ${fallback.validated ? "" : "not "}validated`);
  } catch (error) {
    if (refusalCode(error) !== "unknown-account") throw error;
    return found("none yet; the first share opens it");
  }
}
