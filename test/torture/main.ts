/**
 * `npm run torture -- MINUTES SEED [DEPLOYMENT…]`: random histories by the real client, while servers and databases are killed, rekeys
 * are cut off, connections are cut, clocks jump, and disks fail or are full.
 *
 * After each round every account must hold what was acknowledged and have its contact, requests that are sent again must have
 * their first outcome, and docs/invariants.sql must find nothing. The seed decides what is done; how it meets, the machine
 * decides. DEPLOYMENT is `embedded`, `postgres` or `pair`; without one, all three.
 *
 * Needs Linux and, for two of the three deployments, Postgres. Exit code 1 at the first thing that is wrong.
 */
import { createClient } from "@bc/share-client";
import { brokenInvariants } from "../kit/invariants.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import setup from "../kit/postgres/run.ts";
import { whyNoSmallDisk } from "../kit/small-disk.ts";
import { type Random, randomOf } from "../reader/random.ts";
import type { Deployment } from "./deployment.ts";
import { embeddedDeployment } from "./embedded-deployment.ts";
import { postgresDeployment } from "./postgres-deployment.ts";
import type { Tally } from "./requests.ts";
import { createWallet, type Reach, type Wallet } from "./wallet.ts";

const WALLETS = 6;
/** Milliseconds of work before a fault, at most. */
const CALM = 400;
const FAULTS_A_ROUND = 6;
/** Milliseconds that a wallet waits for one answer. */
const PATIENCE = 20_000;
/** Of a server's log, after a failure. */
const LAST_LINES = 5;
const LAST_WIDTH = 400;

const DEPLOYMENTS = ["embedded", "postgres", "pair"] as const;

const [minutes = 1, seed = Date.now() % 1_000_000] = process.argv.slice(2, 4).map(Number);
const named = process.argv.slice(4);
const chosen =
  named.length === 0 ? DEPLOYMENTS : DEPLOYMENTS.filter((deployment) => named.includes(deployment));
if (!(minutes > 0) || !Number.isInteger(seed) || chosen.length < named.length) {
  process.stderr.write(`npm run torture -- MINUTES SEED [${DEPLOYMENTS.join(" | ")}]\n`);
  process.exit(2);
}

function newTally(): Tally & { readonly all: ReadonlyMap<string, number> } {
  const all = new Map<string, number>();
  return { all, count: (what, times = 1) => all.set(what, (all.get(what) ?? 0) + times) };
}

/** Wallets reach the server by its proxy; who compares reaches it directly, by the port that it has now. */
function reachOf({ server, front }: Deployment): Reach {
  const faulty = (request: Request) =>
    fetch(new Request(new URL(new URL(request.url).pathname, `http://127.0.0.1:${front.port}`), request));
  const shared = { timeout: PATIENCE, url: "http://server.test", now: () => new Date() };
  return {
    faulty: (keys, xid) => createClient({ ...shared, keys, xid, transport: faulty }),
    direct: (keys, xid) => server.client({ keys, xid }),
  };
}

async function round(
  deployment: Deployment,
  wallets: readonly Wallet[],
  random: Random,
  tally: Tally,
): Promise<void> {
  const { front, faults } = deployment;
  front.cutAfter = () => (random.once(2) ? random.below(5_000) : undefined);
  let isOver = false;
  const working = wallets.map(async ({ step }) => {
    while (!isOver) await step();
  });
  const tortured = (async () => {
    for (let count = 0; count < FAULTS_A_ROUND; count++) {
      await new Promise((resolve) => setTimeout(resolve, random.below(CALM)));
      const { name, run } = random.pick(faults);
      await run();
      tally.count(`${deployment.name}: ${name}`);
    }
  })().finally(() => {
    isOver = true;
  });
  // Where a wallet finds something wrong, it is told although the fault may never end then.
  await Promise.race([Promise.all([tortured, ...working]), failure(working)]);

  front.cutAfter = () => undefined;
  while ((await fetch(new URL("/ready", deployment.server.url())).catch(() => undefined))?.status !== 200);
  for (const { check, repeat } of wallets) {
    await check();
    await repeat();
    await check();
  }
  const broken = await deployment.look(brokenInvariants);
  if (broken.length > 0) throw new Error(`broken: ${JSON.stringify(broken)}`);
  tally.count(`${deployment.name}: rounds`);
}

/** Rejects with the first failure. */
function failure(work: readonly Promise<void>[]): Promise<never> {
  return new Promise((_, reject) => {
    for (const one of work) one.catch(reject);
  });
}

let end = Date.now() + minutes * 60_000;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // After the round that it is in.
  process.once(signal, () => {
    end = 0;
  });
}
const tally = newTally();
const tearDown = setup();
const deployments: Deployment[] = [];
let failed: unknown;
try {
  if (chosen.includes("embedded")) deployments.push(await embeddedDeployment(randomOf(seed), tally));
  const missing = whyNoPostgres();
  if (missing === undefined) {
    if (chosen.includes("postgres"))
      deployments.push(await postgresDeployment(false, randomOf(seed + 1), tally));
    if (chosen.includes("pair")) deployments.push(await postgresDeployment(true, randomOf(seed + 2), tally));
  } else process.stdout.write(`without Postgres: ${missing}\n`);
  const noSmallDisk = whyNoSmallDisk();
  if (noSmallDisk !== undefined) process.stdout.write(`without full disks: ${noSmallDisk}\n`);

  const places = deployments.map((deployment, index) => {
    const random = randomOf(seed + 100 * (index + 1));
    const reach = reachOf(deployment);
    const wallets = Array.from({ length: WALLETS }, (_, wallet) =>
      createWallet(
        reach,
        deployment.inbox,
        randomOf(seed + 1_000 * (index + 1) + wallet),
        tally,
        `wallet-${wallet}`,
      ),
    );
    return { deployment, random, wallets };
  });
  do {
    for (const { deployment, random, wallets } of places) await round(deployment, wallets, random, tally);
    tell();
  } while (Date.now() < end);
} catch (error) {
  failed = error;
} finally {
  for (const { name, front, links, inbox } of deployments) {
    tally.count(`${name}: connections of wallets cut`, front.cuts());
    for (const link of links) tally.count(`${name}: connections to the database cut`, link.cuts());
    tally.count("messages that came", inbox.count());
  }
  tell();
  for (const { name, server, close } of deployments) {
    if (failed !== undefined)
      process.stdout.write(`${name}:
${lastLines(server.log())}
`);
    await close();
  }
  await tearDown();
}
if (failed !== undefined) {
  process.stderr.write(`seed ${seed}: ${failed instanceof Error ? failed.stack : failed}\n`);
  process.exitCode = 1;
}

function lastLines(log: string): string {
  const lines = log.trimEnd().split("\n").slice(-LAST_LINES);
  return lines.map((line) => line.slice(0, LAST_WIDTH)).join("\n");
}

function tell(): void {
  process.stdout.write(`seed ${seed}: ${JSON.stringify(Object.fromEntries([...tally.all].sort()))}\n`);
}
