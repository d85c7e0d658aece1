/** How a wallet asks: each request until it has an outcome, and some of them again, which must get their first outcome. */
import { setTimeout } from "node:timers/promises";
import { type Client, ClientError, type PreparedCall } from "@bc/share-client";
import type { NativeName, ParametersOf } from "@bc/share-protocol";
import type { Random } from "../reader/random.ts";

/** Milliseconds between two tries. */
const PAUSE = 40;
/** Milliseconds in which every request must have its outcome. A machine that does much else first takes its time. */
const DEADLINE = 1_800_000;
/** Outcomes of a server that is not well, or whose clock is wrong: the same request gets another one later. */
const PASSING = ["unavailable", "expired", "from-the-future", "server-full", "internal"];
/** Requests that are kept to be sent again. */
const MAX_KEPT = 40;

export type Tally = {
  readonly count: (what: string, times?: number) => void;
};

export type Settled<Name extends NativeName> = {
  readonly call: PreparedCall<Name>;
  /** `ok`, `processing`, or the code of the refusal. */
  readonly outcome: string;
  /** Whether an earlier request for the same may have run, too. */
  readonly isInDoubt: boolean;
};

type Kept = { readonly call: PreparedCall<NativeName>; readonly name: NativeName; readonly outcome: string };

export type Requests = ReturnType<typeof createRequests>;

export function createRequests(random: Random, tally: Tally) {
  let kept: Kept[] = [];

  /** Sends one request until it has an outcome; a second time, too, now and then, which must change nothing. */
  async function settle<Name extends NativeName>(
    client: Client,
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<Settled<Name>> {
    let call: PreparedCall<Name> | undefined;
    let isInDoubt = false;
    return await insist(name, async (tries) => {
      call ??= await client.prepare(name, parameters);
      const outcome = await outcomeOf(call);
      if (!PASSING.includes(outcome)) {
        if (tries > 0) tally.count("requests that took several tries");
        tally.count("acknowledged");
        tally.count(`acknowledged: ${name}`);
        // A transfer that is under way has its last outcome yet to come, and a limit ends.
        const isFinal = !["processing", "rate-limited"].includes(outcome);
        if (!isInDoubt && isFinal) await keep({ call: call as PreparedCall<NativeName>, name, outcome });
        return { done: { call, outcome, isInDoubt } };
      }
      // Forgotten, or the clock is wrong: whether it ran is not known. A new request for the same does no harm.
      if (outcome === "expired") [call, isInDoubt] = [undefined, true];
      return { last: outcome };
    });
  }

  async function keep(one: Kept): Promise<void> {
    kept.push(one);
    if (kept.length > MAX_KEPT) kept.splice(random.below(kept.length), 1);
    if (random.once(4)) await expectSame(one);
  }

  async function expectSame({ call, name, outcome: first }: Kept): Promise<void> {
    const again = await outcomeOf(call).catch(lostAnswer);
    // A lost answer tells nothing. A request may be too old by now, and a server may be unwell.
    if (again === undefined || PASSING.includes(again)) return;
    tally.count("repeated with the first outcome");
    if (again !== first) throw new Error(`${name} had the outcome ${first}, and then ${again}`);
  }

  return {
    settle,

    /** Sends a request once more, to learn how it stands now. Undefined: it is not told. */
    look: (call: PreparedCall<NativeName>): Promise<string | undefined> => outcomeOf(call).catch(lostAnswer),

    /** Reads, until there is an answer: what was asked for, or the code of a refusal. */
    read: <Result>(what: string, ask: () => Promise<Result>): Promise<Result | string> =>
      insist(what, async () => {
        const found = await ask().catch(codeOf);
        return typeof found === "string" && PASSING.includes(found) ? { last: found } : { done: found };
      }),

    keep,

    /** Sends old requests again. Whatever they did, they do no more. */
    repeat: async (): Promise<void> => {
      for (const one of kept) if (random.once(6)) await expectSame(one);
    },

    /** Which of the old requests are not sent again: by default none is. */
    forget: (is: (name: NativeName) => boolean = () => true): void => {
      kept = kept.filter(({ name }) => !is(name));
    },
  };
}

/** Tries until it is done. Answers that are lost on the way are waited for like those of a server that is not well. */
async function insist<Result>(
  what: string,
  attempt: (tries: number) => Promise<{ readonly done: Result } | { readonly last: unknown }>,
): Promise<Result> {
  const end = Date.now() + DEADLINE;
  let last: unknown;
  for (let tries = 0; Date.now() < end; tries++) {
    try {
      const tried = await attempt(tries);
      if ("done" in tried) return tried.done;
      last = tried.last;
    } catch (error) {
      lostAnswer(error);
      last = error;
    }
    await setTimeout(PAUSE);
  }
  throw new Error(`${what} had no outcome in time`, { cause: last });
}

async function outcomeOf(call: PreparedCall<NativeName>): Promise<string> {
  try {
    const result = await call.send();
    // A transfer without an account is one that is under way.
    const isUnderWay =
      typeof result === "object" && result !== null && "account" in result && result.account === undefined;
    return isUnderWay ? "processing" : "ok";
  } catch (error) {
    return codeOf(error);
  }
}

/** The code of a refusal. Any other failure is thrown on. */
function codeOf(error: unknown): string {
  if (error instanceof ClientError && error.refusal !== undefined) return error.refusal.code;
  throw error;
}

/** Undefined for an answer that was lost on the way. Any other failure is thrown on. */
function lostAnswer(error: unknown): undefined {
  if (error instanceof ClientError && error.code === "unreachable") return undefined;
  throw error;
}
