/** What is tortured: a server with its database, both behind proxies. */
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import type { Sql } from "../../src/store/sql.ts";
import { beginOperating } from "../kit/operator-command.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import type { Random } from "../reader/random.ts";
import { TRANSFER_DELAY } from "./contacts.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { type CuttingProxy, startProxy } from "./proxy.ts";
import type { Tally } from "./requests.ts";

/** Something that is done to a deployment while wallets are at work. Afterwards everything runs again. */
export type Fault = { readonly name: string; readonly run: () => Promise<void> };

export type Deployment = {
  readonly name: string;
  readonly server: TestServer;
  /** What wallets talk to. */
  readonly front: CuttingProxy;
  /** What goes on between the server and its database. */
  readonly links: readonly CuttingProxy[];
  /** Where the server's messages go. */
  readonly inbox: Inbox;
  readonly faults: readonly Fault[];
  /** Lets somebody look at the database, as its owner. */
  readonly look: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

type Environment = Readonly<Record<string, string>>;

export const HOUR = 3_600_000;
const CLOCK_JUMPS = [-72 * HOUR, -HOUR, 2 * HOUR, 72 * HOUR];
const SETTINGS = {
  MAX_NEW_ACCOUNTS: "1000000",
  MAX_IN_FLIGHT: "256",
  MAX_MESSAGES: "1000000",
  TRANSFER_DELAY: String(TRANSFER_DELAY),
};
/** Milliseconds after which a rekey is killed, at most. It takes a second or two to begin. */
const REKEY_TIME = 6_000;
/** What all deployments have, with the faults of every server: it is killed, and its clock is wrong for a while. */
export async function commonParts(name: string, environment: Environment, random: Random, tally: Tally) {
  const folder = await mkdtemp(join(tmpdir(), "share-server-torture-"));
  const [clockFile, brokenDisk] = [join(folder, "clock"), join(folder, "broken")];
  const imported = ["./clock.fixture.ts", "../durability/failing-disk.fixture.ts"].map(
    (file) => `--import=${new URL(file, import.meta.url).href}`,
  );
  const inbox = await openInbox();
  const server = await startServer({
    ...SETTINGS,
    ...inbox.environment,
    ...environment,
    CLOCK_OFFSET: clockFile,
    DISK_IS_BROKEN: brokenDisk,
    NODE_OPTIONS: imported.join(" "),
  });
  const front = await startProxy();
  const found = () => {
    front.target = Number(new URL(server.url()).port);
  };
  found();
  const restart = async () => {
    await server.restart();
    found();
  };
  const kill: Fault = {
    name: "the server was killed",
    run: async () => {
      await server.kill("SIGKILL");
      await restart();
    },
  };
  const jump: Fault = {
    name: "the server's clock jumped",
    run: async () => {
      writeFileSync(clockFile, String(random.pick(CLOCK_JUMPS)));
      // A server that starts then prunes by that clock.
      if (random.once(2)) {
        await kill.run();
        tally.count(`${name}: ${kill.name}`);
      } else await setTimeout(random.below(500));
      writeFileSync(clockFile, "0");
    },
  };
  /** Begins a rekey, or takes up the one that was killed before, and most often kills it. */
  const rekey = async (given: Environment): Promise<void> => {
    const child = beginOperating(["rekey", "--rate", String(5 + random.below(40))], given);
    const killing = globalThis.setTimeout(() => child.kill("SIGKILL"), random.below(REKEY_TIME));
    const [told] = await Promise.all([text(child.stderr), once(child, "close")]);
    clearTimeout(killing);
    const { signalCode, exitCode } = child;
    if (signalCode === null && exitCode !== 0) throw new Error(`a rekey ended with ${exitCode}: ${told}`);
    tally.count(`${name}: rekeys that ${signalCode === null ? "ended" : "were killed"}`);
  };
  const close = async () => {
    await front[Symbol.asyncDispose]();
    await server.stop();
    await inbox[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, front, inbox, faults: [kill, kill, kill, jump], restart, rekey, brokenDisk, close };
}
