/**
 * `npm run bench -- recovery`: backup and recovery over three servers by the real command: seconds, and round trips.
 *
 * A round trip is a request that left after the answer to another one had come, so those that leave together count once.
 * The least is what no client can do without, since each needs what the one before it brought:
 *
 * - backup: the server's document; the share is stored, which opens the account; the contact is named; its code is given.
 *   The audit can go beside these.
 * - recovery: the document; the account is asked for; the code is given; the account comes; so do its shares.
 *
 * Each server stands behind a delay, as if it were far away. Mail and typing are not counted: between the runs of the command,
 * the codes are taken out of the mailbox.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { SymmetricKey } from "@bc/envelope";
import { codeOptions, openMailbox } from "../test/kit/mailbox.ts";
import { startServer } from "../test/kit/spawn-server.ts";
import { median, printTable, progress, type Row } from "./report.ts";

const SHARE = join(import.meta.dirname, "../packages/cli/src/share.ts");
const CONTACT = "alice@example.com";
const SERVERS = 3;
/** Round trips that no client can do without. */
const LEAST = { backup: 4, recovery: 5 } as const;

type Exchange = { readonly began: number; readonly ended: number };

/** What one run of the command has cost. Times in milliseconds. */
type Cost = {
  readonly trips: number;
  /** From the first request to the last answer. */
  readonly network: number;
  readonly command: number;
  readonly exchanges: readonly Exchange[];
};

/** @param delay milliseconds that each request takes longer. */
export async function measureRecovery({ rounds, delay }: { rounds: number; delay: number }): Promise<void> {
  await using mailbox = await openMailbox();
  const servers = await Promise.all(Array.from({ length: SERVERS }, () => startServer(mailbox.environment)));
  const exchanges: Exchange[] = [];
  const far = await Promise.all(servers.map(({ url }) => putFarAway(url(), delay, exchanges)));
  const addressOf = (origin: string) => far[servers.findIndex(({ url }) => url() === origin)]?.url ?? origin;
  try {
    const costs: { readonly backup: Cost; readonly recovery: Cost }[] = [];
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}`);
      const contact = `${round}.${CONTACT}`;
      const codes = (count: number) => codeOptions(mailbox, contact, count, addressOf);
      const urls = far.map(({ url }) => url);
      costs.push(await measureRound(urls, contact, codes, exchanges));
    }
    const rows = (["backup", "recovery"] as const).map((name): Row => {
      const all = costs.map((cost) => cost[name]);
      const one = median(all.flatMap((cost) => cost.exchanges.map(({ began, ended }) => ended - began)));
      const least = (LEAST[name] * one) / 1000;
      const network = median(all.map((cost) => cost.network)) / 1000;
      const trips = Math.min(...all.map((cost) => cost.trips));
      const command = median(all.map((cost) => cost.command)) / 1000;
      return [name, trips, LEAST[name], trips / LEAST[name], network, least, network / least, command];
    });
    printTable(
      `Over ${SERVERS} servers, each ${delay} ms away, without mail and typing; medians of ${rounds}`,
      ["", "round trips", "least", "ratio", "s on the network", "least", "ratio", "s of the commands"],
      rows,
    );
  } finally {
    for (const { close } of far) close();
    await Promise.all(servers.map(({ stop }) => stop()));
  }
}

async function measureRound(
  urls: readonly string[],
  contact: string,
  codes: (count: number) => Promise<readonly string[]>,
  exchanges: Exchange[],
): Promise<{ readonly backup: Cost; readonly recovery: Cost }> {
  const parent = await mkdtemp(join(tmpdir(), "share-bench-recovery-"));
  const share = (device: string) => (args: readonly string[]) =>
    run(join(parent, device), parent, args, exchanges);
  try {
    const seed = join(parent, "seed.ur");
    await writeFile(seed, SymmetricKey.generate().urString());
    const owner = share("owner");
    const to = urls.flatMap((url) => ["--to", url]);
    const sheet = ["--sheet", join(parent, "sheet.txt")];
    const made = await owner(["backup", seed, ...to, "--fallback", contact, ...sheet]);
    const confirmed = await owner(["backup", "--fallback", contact, ...(await codes(SERVERS))]);
    const bare = share("bare");
    const asked = await bare(["recover", join(parent, "sheet.txt"), "--fallback", contact]);
    const come = await bare(["recover", ...(await codes(SERVERS))]);
    return { backup: sum(made, confirmed), recovery: sum(asked, come) };
  } finally {
    await rm(parent, { recursive: true });
  }
}

async function run(home: string, cwd: string, args: readonly string[], exchanges: Exchange[]): Promise<Cost> {
  const { PATH } = process.env;
  exchanges.length = 0;
  const began = performance.now();
  const env = { PATH, HOME: home, XDG_CONFIG_HOME: home };
  // Codes are still to come: that has an exit code of its own.
  await promisify(execFile)(process.execPath, [SHARE, ...args], { cwd, env }).catch((error: unknown) => {
    if (Object(error).code !== 3) throw error;
  });
  const command = performance.now() - began;
  const own = exchanges.toSorted((a, b) => a.began - b.began);
  const first = Math.min(...own.map((one) => one.began));
  const last = Math.max(...own.map((one) => one.ended));
  return { trips: depthOf(own), network: last - first, command, exchanges: own };
}

/** The longest row of exchanges each of which began when the one before it had ended. @param exchanges by their beginnings. */
function depthOf(exchanges: readonly Exchange[]): number {
  const depths: number[] = [];
  for (const { began } of exchanges) {
    depths.push(1 + Math.max(0, ...depths.filter((_, index) => (exchanges[index]?.ended ?? began) < began)));
  }
  return Math.max(0, ...depths);
}

function sum(a: Cost, b: Cost): Cost {
  return {
    trips: a.trips + b.trips,
    network: a.network + b.network,
    command: a.command + b.command,
    exchanges: [...a.exchanges, ...b.exchanges],
  };
}

/** Puts a delay before a server: half of it on the way there, half on the way back. */
async function putFarAway(url: string, delay: number, exchanges: Exchange[]) {
  const server = createServer(async (incoming, outgoing) => {
    const began = performance.now();
    const { method = "GET", headers } = incoming;
    const body = method === "POST" ? { body: await buffer(incoming) } : {};
    await setTimeout(delay / 2);
    const type = { "content-type": headers["content-type"] ?? "", accept: headers.accept ?? "" };
    const answer = await fetch(new URL(incoming.url ?? "/", url), { method, headers: type, ...body });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    await setTimeout(delay / 2);
    exchanges.push({ began, ended: performance.now() });
    outgoing.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    outgoing.end(bytes);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${address.port}`, close };
}
