/**
 * `npm run bench -- schemes`: what the keys of wallet and server make of a request's cost, and of its bytes.
 *
 * The server runs on Postgres, and its processor time is that of its own process. The wallet's time is that of building the
 * request and of opening the answer. All is sealed, and a share has 500 bytes.
 */
import { type EncapsulationScheme, PrivateKeys, type SigningScheme } from "@bc/envelope";
import { measureCallsBy } from "./client-calls.ts";
import { median, printTable, progress, type Row } from "./report.ts";
import {
  type Answered,
  check,
  newShare,
  newWallet,
  type Prepared,
  retrieving,
  sendAll,
  storing,
} from "./sealed-requests.ts";
import { startTarget, type Target } from "./target.ts";

type Schemes = readonly [SigningScheme, EncapsulationScheme];

const USUAL: Schemes = ["schnorr", "x25519"];
const WALLETS: readonly Schemes[] = [
  USUAL,
  ["ed25519", "x25519"],
  ["ecdsa", "x25519"],
  ["schnorr", "mlkem768"],
  ["mldsa65", "x25519"],
  ["mldsa44", "mlkem512"],
  ["mldsa65", "mlkem768"],
  ["mldsa87", "mlkem1024"],
];
const SERVERS: readonly { readonly keys: Schemes; readonly wallets: readonly Schemes[] }[] = [
  { keys: ["ed25519", "x25519"], wallets: WALLETS },
  {
    keys: ["mldsa65", "mlkem768"],
    wallets: [USUAL, ["mldsa65", "mlkem768"]],
  },
];
const ACCOUNTS = 20;
const CONNECTIONS = 8;

export type Effort = {
  readonly rounds: number;
  /** Of each kind in a round. The server's time is counted in hundredths of a second, so that few say little. */
  readonly requests: number;
};

export async function measureSchemes(effort: Effort): Promise<void> {
  for (const { keys, wallets } of SERVERS) {
    const ofServer = PrivateKeys.generate(...keys);
    await using target = await startTarget({ SERVER_PRIVATE_KEYS: ofServer.urString() });
    const rows: Row[] = [];
    progress("warming up");
    await measureServer(target, USUAL, { ...effort, rounds: 2 });
    for (const schemes of wallets) {
      progress(`${schemes.join(", ")} at ${keys.join(", ")}`);
      const { building, opening } = await measureCallsBy(
        PrivateKeys.generate(...schemes),
        ofServer,
        effort.requests,
      );
      const { store, get } = await measureServer(target, schemes, effort);
      const bytes = [store.request, store.answer, get.request, get.answer];
      rows.push([schemes.join(", "), store.time, get.time, building * 1000, opening * 1000, ...bytes]);
    }
    printTable(
      `At a server with ${keys.join(", ")}: microseconds for a request, and bytes`,
      [
        "wallet",
        "server: store",
        "get",
        "wallet: to ask",
        "to read",
        "store: request",
        "answer",
        "get: request",
        "answer",
      ],
      rows,
    );
  }
}

/** Microseconds of the server, and bytes, for one request: medians. */
type Cost = { readonly time: number; readonly request: number; readonly answer: number };

async function measureServer(
  { url, peer, serverTime }: Target,
  schemes: Schemes,
  { rounds, requests }: Effort,
): Promise<{ readonly store: Cost; readonly get: Cost }> {
  const wallets = Array.from({ length: ACCOUNTS }, () => newWallet(...schemes));
  await sendAll(url, await Promise.all(wallets.map((one) => storing(one, one.share, peer))), CONNECTIONS);
  const each = (prepare: (wallet: (typeof wallets)[number]) => Promise<Prepared>) =>
    Promise.all(
      Array.from({ length: Math.ceil(requests / ACCOUNTS) }, () => wallets)
        .flat()
        .map(prepare),
    );

  async function cost(prepare: (wallet: (typeof wallets)[number]) => Promise<Prepared>): Promise<Cost> {
    const times: number[] = [];
    let answers: readonly Answered[] = [];
    for (let round = 0; round < rounds; round++) {
      const prepared = await each(prepare);
      const began = serverTime();
      answers = await sendAll(url, prepared, CONNECTIONS);
      times.push((serverTime() - began) / prepared.length);
    }
    for (const answer of answers.slice(0, ACCOUNTS)) await check(answer, peer);
    return {
      time: median(times),
      request: median(answers.map(({ to }) => to.body.length)),
      answer: median(answers.map(({ body }) => body.length)),
    };
  }

  return {
    store: await cost((wallet) => storing(wallet, newShare(), peer)),
    get: await cost((wallet) => retrieving(wallet, peer)),
  };
}
