/**
 * A wallet with a random history, which knows what its account must hold.
 *
 * It does one thing after the other, and sends each request until it has an outcome. So what it expects is certain whenever
 * a call of `step` has returned.
 */
import { setTimeout } from "node:timers/promises";
import { PrivateKeys, type XID } from "@bc/envelope";
import { type Client, ClientError, type PreparedCall } from "@bc/share-client";
import { type NativeName, type ParametersOf, Receipt } from "@bc/share-protocol";
import { bytesToHex } from "#bc/dcbor";
import type { Random } from "../reader/random.ts";

/** Milliseconds between two tries. */
const PAUSE = 40;
/** Milliseconds in which every request must have its outcome. A machine that does much else takes its time. */
const DEADLINE = 300_000;
/** Outcomes of a server that is not well, or whose clock is wrong: the same request gets another one later. */
const PASSING = ["unavailable", "expired", "from-the-future", "server-full", "internal"];
const MAX_SHARES = 6;
/** Requests that are kept to be sent again. */
const MAX_KEPT = 40;

export type Tally = {
  readonly count: (what: string, times?: number) => void;
};

/** How a wallet reaches the server: `faulty` as the wallet does, `direct` to look how things are. */
export type Reach = {
  readonly faulty: (keys: PrivateKeys, xid?: XID) => Client;
  readonly direct: (keys: PrivateKeys, xid?: XID) => Client;
};

type Kept = { readonly call: PreparedCall<NativeName>; readonly name: NativeName; readonly outcome: string };

export type Wallet = ReturnType<typeof createWallet>;

export function createWallet(reach: Reach, random: Random, tally: Tally) {
  let keys = PrivateKeys.generate("ed25519");
  let xid: XID | undefined;
  let shares: Set<string> | undefined;
  const kept: Kept[] = [];

  /** Sends one request until it has an outcome; a second time, too, now and then, which must change nothing. */
  async function settle<Name extends NativeName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<string> {
    const client = reach.faulty(keys, xid);
    let call: PreparedCall<Name> | undefined;
    const end = Date.now() + DEADLINE;
    let last: unknown;
    let isInDoubt = false;
    for (let tries = 0; Date.now() < end; tries++) {
      try {
        call ??= await client.prepare(name, parameters);
        const outcome = inDoubt(name, await outcomeOf(call), isInDoubt);
        if (!PASSING.includes(outcome)) {
          if (tries > 0) tally.count("requests that took several tries");
          tally.count("acknowledged");
          if (!isInDoubt) {
            keep({ call: call as PreparedCall<NativeName>, name, outcome });
            if (random.once(4)) await expectSame(call as PreparedCall<NativeName>, name, outcome);
          }
          return outcome;
        }
        // Forgotten, or the clock is wrong: whether it ran is not known. A new request for the same does no harm.
        if (outcome === "expired") [call, isInDoubt] = [undefined, true];
        last = outcome;
      } catch (error) {
        last = lostAnswer(error);
      }
      await setTimeout(PAUSE);
    }
    throw new Error(`${name} had no outcome in time`, { cause: last });
  }

  function keep(one: Kept): void {
    kept.push(one);
    if (kept.length > MAX_KEPT) kept.splice(random.below(kept.length), 1);
  }

  async function expectSame(call: PreparedCall<NativeName>, name: NativeName, first: string): Promise<void> {
    const again = await outcomeOf(call).catch(lostAnswer);
    // A lost answer tells nothing. A request may be too old by now, and a server may be unwell.
    if (again === undefined || PASSING.includes(again)) return;
    tally.count("repeated with the first outcome");
    if (again !== first) throw new Error(`${name} had the outcome ${first}, and then ${again}`);
  }

  async function change(): Promise<void> {
    const choice = random.below(20);
    if (shares === undefined || choice < 11) return store();
    if (choice < 15) return deleteSome();
    if (choice < 17) return changeKey();
    if (choice < 18) return deleteAccount();
    expectOutcome("updateFallback", await settle("updateFallback", { fallback: null }));
  }

  async function store(): Promise<void> {
    const known = [...(shares ?? [])];
    const isAgain = known.length > 0 && random.once(4);
    if (!isAgain && known.length >= MAX_SHARES) return deleteSome();
    const data = isAgain ? hexBytes(random.pick(known)) : new Uint8Array(random.bytes(1 + random.below(800)));
    if (shares === undefined) {
      keys = PrivateKeys.generate("ed25519");
      xid = undefined;
      kept.length = 0;
    }
    expectOutcome("storeShare", await settle("storeShare", { data }));
    xid ??= reach.direct(keys).identity.xid;
    shares = (shares ?? new Set()).add(bytesToHex(data));
  }

  async function deleteSome(): Promise<void> {
    const present = shares ?? new Set();
    const found = random.once(3) ? [] : [...present].slice(0, 1 + random.below(2));
    const receipts = receiptsOf(found);
    expectOutcome("deleteShares", await settle("deleteShares", { receipts }));
    if (found.length === 0) present.clear();
    for (const data of found) present.delete(data);
  }

  function receiptsOf(data: readonly string[]) {
    const owner = xid ?? reach.direct(keys).identity.xid;
    return data.map((hex) => Receipt.of(owner, hexBytes(hex)));
  }

  async function changeKey(): Promise<void> {
    const next = PrivateKeys.generate("ed25519");
    expectOutcome("updatePublicKey", await settle("updatePublicKey", { newPublicKey: next.publicKeys() }));
    keys = next;
  }

  async function deleteAccount(): Promise<void> {
    expectOutcome("deleteAccount", await settle("deleteAccount", {}));
    shares = undefined;
  }

  return {
    step: change,

    /** Sends old requests again. Whatever they did, they do no more. */
    repeat: async (): Promise<void> => {
      for (const { call, name, outcome } of kept) if (random.once(6)) await expectSame(call, name, outcome);
    },

    /** Compares what the server has with what it must have. The server is well. */
    check: async (): Promise<void> => {
      const client = reach.direct(keys, xid);
      const found = await client.retrieveShares().then(
        (given) => given.map(({ data }) => bytesToHex(data)).sort(),
        (error: unknown) => (error instanceof ClientError ? error.refusal?.code : undefined) ?? String(error),
      );
      const expected = shares === undefined ? "unknown-account" : [...shares].sort();
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`an account should hold ${summary(expected)}, and holds ${summary(found)}`);
      }
      tally.count("accounts compared");
      tally.count("shares compared", shares?.size ?? 0);
    },
  };
}

/** Where an earlier request for the same may have run: the key that it retired can't retire itself again. */
function inDoubt(name: NativeName, outcome: string, isInDoubt: boolean): string {
  return isInDoubt && name === "updatePublicKey" && outcome === "invalid-sender-key" ? "ok" : outcome;
}

async function outcomeOf(call: PreparedCall<NativeName>): Promise<string> {
  try {
    await call.send();
    return "ok";
  } catch (error) {
    if (error instanceof ClientError && error.refusal !== undefined) return error.refusal.code;
    throw error;
  }
}

/** Undefined for an answer that was lost on the way. Any other failure is thrown on. */
function lostAnswer(error: unknown): undefined {
  if (error instanceof ClientError && error.code === "unreachable") return undefined;
  throw error;
}

function expectOutcome(name: string, outcome: string): void {
  if (outcome !== "ok") throw new Error(`${name} was refused: ${outcome}`);
}

function hexBytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function summary(shares: readonly string[] | string): string {
  return typeof shares === "string"
    ? shares
    : `${shares.length} shares (${shares.map((it) => it.slice(0, 8))})`;
}
