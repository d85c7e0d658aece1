/**
 * The command line of a share server's client.
 *
 * Results go to stdout, all else to stderr (`tell.ts`). Commands are loaded when they are named: a short one should not
 * wait for all the others.
 */
import { Command, type Option } from "commander";
import project from "../package.json" with { type: "json" };
import { examples } from "./commands/examples.ts";
import { EXIT_CODES, failureFor } from "./failure.ts";
import { addGlobalOptions } from "./settings.ts";
import { tellEnd, useVoice, type Voice } from "./tell.ts";

type Add = (program: Command) => void;

/** In the order of the help: backups over several servers, one server, envelopes, and the command itself. */
const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  backup: async () => (await import("./commands/backup.ts")).addBackup,
  recover: async () => (await import("./commands/recover.ts")).addRecover,
  status: async () => (await import("./commands/status.ts")).addStatus,
  sheet: async () => (await import("./commands/sheet.ts")).addSheet,
  repair: async () => (await import("./commands/repair.ts")).addRepair,
  grow: async () => (await import("./commands/grow.ts")).addGrow,
  rotate: async () => (await import("./commands/rotate.ts")).addRotate,
  forget: async () => (await import("./commands/forget.ts")).addForget,
  profile: async () => (await import("./commands/profile.ts")).addProfile,
  keys: async () => (await import("./commands/keys.ts")).addKeys,
  doctor: async () => (await import("./commands/doctor.ts")).addDoctor,
  info: async () => (await import("./commands/info.ts")).addInfo,
  store: async () => (await import("./commands/store.ts")).addStore,
  get: async () => (await import("./commands/get.ts")).addGet,
  list: async () => (await import("./commands/list.ts")).addList,
  audit: async () => (await import("./commands/audit.ts")).addAudit,
  delete: async () => (await import("./commands/delete.ts")).addDelete,
  fallback: async () => (await import("./commands/fallback.ts")).addFallback,
  rekey: async () => (await import("./commands/rekey.ts")).addRekey,
  leave: async () => (await import("./commands/leave.ts")).addLeave,
  request: async () => (await import("./commands/request.ts")).addRequest,
  open: async () => (await import("./commands/open.ts")).addOpen,
  inspect: async () => (await import("./commands/inspect.ts")).addInspect,
  completion: async () => (await import("./commands/completion.ts")).addCompletion,
};

const VARIABLES = ["SHARE_URL", "SHARE_KEYS", "SHARE_PROFILE", "SHARE_PASSPHRASE_FILE"];

const EXIT_CODES_TEXT = `
Your profile has keys for each server, made at the first contact, and remembers who the server is. To be sure of the
first contact too, give the server's XID document with --server.

Exit codes:
  0   done
  ${EXIT_CODES.refused}   the server refused
  ${EXIT_CODES.usage}   wrong usage, or a file that can't be read or written
  ${EXIT_CODES.unreachable}   the server can't be reached, or can't answer now
  ${EXIT_CODES.untrusted}   an answer that can't be trusted, or another server than the known one
  ${EXIT_CODES.fault}  a fault of this program
`;

/** Runs the command that the arguments name, and sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  // A variable that is empty counts as not given.
  for (const name of VARIABLES) if (process.env[name] === "") delete process.env[name];
  // A reader that has seen enough (`share list | head -1`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : EXIT_CODES.usage);
  });
  const voice = voiceIn(args);
  useVoice(voice);
  try {
    await (await programFor(args, voice)).parseAsync(args, { from: "user" });
    tellEnd(undefined);
  } catch (error) {
    const failure = failureFor(error);
    tellEnd(failure);
    if (failure !== undefined) process.exitCode = EXIT_CODES[failure.code];
  }
}

/** Read from the bare arguments, since these may be what is wrong. */
function voiceIn(args: readonly string[]): Voice {
  const end = args.indexOf("--");
  const options = end === -1 ? args : args.slice(0, end);
  const has = (...names: readonly string[]) => names.some((name) => options.includes(name));
  return { json: has("--json"), quiet: has("--quiet", "-q"), verbose: has("--verbose", "-v") };
}

/** The program with the one command that comes first, or with all of them where none does. */
async function programFor([first = ""]: readonly string[], { json }: Voice): Promise<Command> {
  const program = new Command("share")
    .description("Keep shares of your seeds on a share server, and get them back.")
    .version(project.version)
    .exitOverride()
    // Commander's own messages come back as errors, and are told like all others.
    .configureOutput({ outputError: () => undefined, ...(json && { writeErr: () => undefined }) });
  addGlobalOptions(program);
  // Keys of ML-DSA are computed by Node from 24.7 on, and before by a package that is loaded here.
  program.hook("preAction", async () => void (await (await import("@bc/envelope")).loadPostQuantum()));
  const named = Object.hasOwn(COMMANDS, first) ? [first] : Object.keys(COMMANDS);
  for (const name of named) (await COMMANDS[name]?.())?.(program);
  return program
    .addHelpText(
      "after",
      `${examples("store share-1.ur", "list", "audit", "get -o shares", "fallback set alice@example.com")}${EXIT_CODES_TEXT}`,
    )
    .addHelpText("afterAll", ({ command }) => (command === program ? "" : globalOptions(command)));
}

/** The options of every command, and those of the commands above this one, at the end of its help. */
function globalOptions(command: Command): string {
  const helper = command.createHelp();
  helper.prepareContext({ helpWidth: process.stdout.columns ?? 80 });
  const own = ["--version", "--help"];
  const above: Command[] = [];
  for (let { parent } = command; parent !== null; { parent } = parent) above.push(parent);
  const options = above
    .flatMap((it) => helper.visibleOptions(it))
    .filter(({ long }: Option) => !own.includes(long ?? ""));
  const width = Math.max(...options.map((option) => helper.optionTerm(option).length));
  const items = options.map((option) => {
    return helper.formatItem(helper.optionTerm(option), width, helper.optionDescription(option), helper);
  });
  return helper.formatItemList("Options of all commands:", items, helper).join("\n");
}
