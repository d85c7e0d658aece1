/** The steps of a random history: each is done to the model and to the real service, and what they say is compared. */
import { isDeepStrictEqual } from "node:util";
import fc, { type Arbitrary, type AsyncCommand } from "fast-check";
import { expect } from "vitest";
import type { Model } from "./model.ts";
import { type ModelCall, type ModelRequest, RULES, type Sent } from "./vocabulary.ts";
import type { World } from "./world.ts";

export const KEY_COUNT = 4;
export const SHARES = ["", "a", "bb", "cccc", "too long"] as const;
const CONTACTS = ["alice@example.com", "Alice@example.com", "bob@example.com"] as const;
/** Seconds: just over each time that means something, and one that means nothing. */
const WAITS = [1, 61, 1_801, 3_601, 90_000] as const;

/** The model, with what was asked so far: later steps repeat, confirm and imitate earlier ones. */
export type Past = {
  readonly model: Model;
  readonly asked: ModelRequest[];
  /** How often each function had each outcome. */
  readonly tally: Map<string, number>;
};

type Command = AsyncCommand<Past, World>;

/** A command that can tell what it did. */
function step(text: string, run: (past: Past, world: World) => Promise<string>): Command {
  let line = text;
  return {
    check: () => true,
    run: async (past, world) => {
      line = `${text} …`;
      line = `${text} ${await run(past, world)}`;
    },
    toString: () => line,
  };
}

const share = fc.constantFrom(...SHARES);
const key = fc.nat(KEY_COUNT - 1);
const contact = fc.constantFrom(...CONTACTS);
/** The value one time in ten, else nothing. */
function rarely<T>(value: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}
/** Counted back from the latest. */
const back = fc.nat(8);

type MakeCall = (past: Past, key: number) => ModelCall;

const storeShare = share.map(
  (data): MakeCall =>
    () => ({ name: "storeShare", data }),
);

/** Shares are named as the owner names them, or as somebody else would. */
function aboutShares(name: "retrieveShares" | "deleteShares"): Arbitrary<MakeCall> {
  return fc.array(fc.tuple(share, rarely(key)), { maxLength: 2 }).map((named) => {
    return ({ model }, caller) => ({
      name,
      shares: named.map(([data, other]) => ({ account: other ?? model.accountOf(caller) ?? caller, data })),
    });
  });
}

const updateFallback = fc.option(contact, { freq: 6 }).map((fallback): MakeCall => {
  return () => ({ name: "updateFallback", fallback });
});
const fallbackTransfer = contact.map(
  (fallback): MakeCall =>
    () => ({ name: "fallbackTransfer", fallback }),
);
const updatePublicKey = fc
  .tuple(key, fc.constantFrom("own", "own", "none", "none", "another's"))
  .map(([newKey, proof]): MakeCall => {
    return () => ({ name: "updatePublicKey", newKey, proof });
  });

/** Somebody: most often one who has an account, if there is any. */
type Somebody = (past: Past) => number;
const owner = fc.tuple(key, fc.nat(3)).map(([key, luck]): Somebody => {
  return ({ model }) => (luck === 0 ? key : (model.currentKeys().at(-1 - (key % 2)) ?? key));
});
const anybody = key.map(
  (key): Somebody =>
    () =>
      key,
);

/** A new request, with an ID that is new or one that an earlier request had. */
function asking(call: Arbitrary<MakeCall>, sender: Arbitrary<Somebody> = owner): Arbitrary<Command> {
  return fc
    .record({
      call,
      sender,
      other: rarely(key),
      sealed: fc.boolean(),
      dated: fc.boolean(),
      reused: rarely(back),
    })
    .map(({ call, sender, other, sealed, dated, reused }) => {
      return step("ask", async (past, world) => {
        const { model, asked } = past;
        const key = sender(past);
        const earlier = reused === undefined ? undefined : asked.at(-1 - reused);
        const request: ModelRequest = {
          key,
          sender: other ?? model.accountOf(key) ?? key,
          id: earlier?.id ?? asked.length,
          date: dated || !sealed ? model.now() : null,
          call: call(past, key),
        };
        // A request with the same words is the same request.
        const same = asked.find((before) => isDeepStrictEqual(before, request));
        if (same === undefined) asked.push(request);
        return compare(past, world, same ?? request, sealed);
      });
    });
}

function constantCall(call: ModelCall): Arbitrary<MakeCall> {
  return fc.constant(() => call);
}

/** The code of an earlier request, by the key that it is for or by any other. */
const verifying: Arbitrary<Command> = fc
  .record({ of: fc.option(fc.nat(2), { freq: 4 }), other: rarely(key), sealed: fc.boolean() })
  .map(({ of, other, sealed }) => {
    return step("verify", async (past, world) => {
      const { model, asked } = past;
      const codeOf = of === null ? undefined : latestChallenge(past, of);
      const key = other ?? codeOf?.key ?? latestChallenge(past, 0)?.key ?? 0;
      const call: ModelCall = { name: "verifyFallback", codeOf };
      const request: ModelRequest = { key, sender: key, id: asked.length, date: model.now(), call };
      asked.push(request);
      const line = await compare(past, world, request, sealed);
      moveOn(past, world);
      return line;
    });
  });

/** Of two transfers that are confirmed at the very same moment, either may be the one that counts. So this is after each. */
function moveOn({ model }: Past, world: World): void {
  model.advance(1);
  world.setTime(model.now());
}

function latestChallenge({ asked }: Past, back: number): ModelRequest | undefined {
  return asked
    .filter(({ call }) => call.name === "updateFallback" || call.name === "fallbackTransfer")
    .at(-1 - back);
}

const following: Arbitrary<Command> = fc.nat(3).map((back) => {
  return step("follow the link of", async (past, world) => {
    const request = latestChallenge(past, back);
    if (request === undefined) return "nothing";
    expect(await world.lookUpChallenge(request)).toBe(past.model.lookUpChallenge(request));
    const expected = past.model.confirmChallenge(request);
    expect(await world.confirmChallenge(request)).toBe(expected);
    count(past, `link: ${expected}`);
    moveOn(past, world);
    return `${textOf(request)}: ${expected}`;
  });
});

/** Any earlier request, or one that asked a contact, which is how a wallet learns how its transfer stands. */
const repeating: Arbitrary<Command> = fc
  .record({ steps: back, any: fc.boolean(), sealed: fc.boolean() })
  .map(({ steps, any, sealed }) => {
    return step("repeat", async (past, world) => {
      const request = any ? past.asked.at(-1 - steps) : latestChallenge(past, steps % 3);
      if (request === undefined) return "nothing";
      return compare(past, world, request, sealed || request.date === null, "again ");
    });
  });

const waiting: Arbitrary<Command> = fc.constantFrom(...WAITS).map((seconds) => {
  return step(`wait ${seconds} s`, async ({ model }, world) => {
    model.advance(seconds);
    world.setTime(model.now());
    return "";
  });
});

const pruning = fc.constant(undefined).map(() => {
  return step("prune", async ({ model }, world) => {
    model.prune();
    await world.prune();
    return "";
  });
});

const delivering = fc.constant(undefined).map(() => {
  return step("deliver", async (past, world) => {
    const expected = past.model.deliver();
    for (const { topic, times } of expected) {
      count(past, `message: ${topic}${times > 1 ? ", several times" : ""}`);
    }
    expect((await world.deliver()).map(textOfSent).sort()).toEqual(expected.map(textOfSent).sort());
    return `${expected.length}`;
  });
});

/** Steps that a history needs to get anywhere stand here more than once. */
export const COMMANDS: Arbitrary<Command>[] = [
  asking(storeShare, anybody),
  ...times(2, asking(storeShare)),
  ...times(4, asking(updateFallback)),
  ...times(4, asking(fallbackTransfer, anybody)),
  ...times(7, verifying),
  ...times(4, following),
  ...times(4, repeating),
  asking(aboutShares("retrieveShares")),
  asking(aboutShares("deleteShares")),
  asking(constantCall({ name: "retrieveFallback" })),
  asking(updatePublicKey),
  asking(constantCall({ name: "deleteAccount" })),
  ...times(2, waiting),
  pruning,
  delivering,
];

function times<T>(count: number, value: T): T[] {
  return Array<T>(count).fill(value);
}

/** Two accounts, the first with a contact that counts: what most of the interesting histories begin with. */
export async function prepare(past: Past, world: World): Promise<void> {
  const ask = async (key: number, call: ModelCall) => {
    const request: ModelRequest = { key, sender: key, id: past.asked.length, date: past.model.now(), call };
    past.asked.push(request);
    await compare(past, world, request, true);
    return request;
  };
  await ask(1, { name: "storeShare", data: "a" });
  await ask(0, { name: "storeShare", data: "bb" });
  const codeOf = await ask(0, { name: "updateFallback", fallback: CONTACTS[0] });
  await ask(0, { name: "verifyFallback", codeOf });
}

/** One transfer more than a network may ask of a contact, and that one again. */
export async function insist(past: Past, world: World): Promise<void> {
  const key = KEY_COUNT - 1;
  for (let i = 0; i <= RULES.perContactAndNetwork; i++) {
    const call: ModelCall = { name: "fallbackTransfer", fallback: CONTACTS[2] };
    const request: ModelRequest = { key, sender: key, id: past.asked.length, date: past.model.now(), call };
    past.asked.push(request);
    await compare(past, world, request, true);
    if (i === RULES.perContactAndNetwork) await compare(past, world, request, true, "again ");
  }
}

/** Every key reads everything it may. */
export async function compareFinalState(past: Past, world: World): Promise<void> {
  for (let key = 0; key < KEY_COUNT; key++) {
    for (const name of ["retrieveShares", "retrieveFallback"] as const) {
      const call: ModelCall = name === "retrieveShares" ? { name, shares: [] } : { name };
      const request: ModelRequest = { key, sender: key, id: past.asked.length, date: null, call };
      past.asked.push(request);
      await compare(past, world, request, true);
    }
  }
}

async function compare(
  past: Past,
  world: World,
  request: ModelRequest,
  sealed: boolean,
  how = "",
): Promise<string> {
  const { value, ...expected } = past.model.ask(request);
  const real = await world.ask(request, { sealed });
  const line = `${textOf(request)}: ${expected.code}`;
  expect(real, line).toMatchObject({
    ...expected,
    ...(value !== undefined && { value }),
  });
  count(past, `${how}${request.call.name}: ${expected.code}`);
  return line;
}

function count({ tally }: Past, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1);
}

function textOf({ key, sender, id, call: { name, ...parameters } }: ModelRequest): string {
  const short = JSON.stringify(parameters, (_name, value) => (value?.call ? `request ${value.id}` : value));
  return `#${id} ${name} ${short} by key ${key} of account ${sender}`;
}

function textOfSent({ topic, to, codeOf, times }: Sent): string {
  return `${topic} to ${to}, ${times} times${codeOf ? ` for request ${codeOf.id} of key ${codeOf.key}` : ""}`;
}
