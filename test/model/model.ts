/**
 * What the server promises, written a second time: in memory, one request at a time, without envelopes, SQL or crypto.
 *
 * This half knows accounts, keys, shares and IDs.
 */
import { type Challenge, createChallenges } from "./challenges.ts";
import {
  type ModelCall,
  type ModelRequest,
  networkOf,
  type Observation,
  RULES,
  receipt,
  type ShareId,
  same,
} from "./vocabulary.ts";

type Account = {
  readonly shares: Set<string>;
  /** As the owner spelt them: the contact that counts, and the one that is to be validated. */
  validated?: string | undefined;
  claim?: string | undefined;
};

/** `value` is forgotten with the account: the server keeps nothing that it once said of it. */
type Seen = {
  readonly request: ModelRequest;
  code: string;
  value?: string | undefined;
  account?: number | undefined;
};

export type Model = ReturnType<typeof createModel>;

/**
 * @param transferDelay seconds between the confirmation of a transfer and its effect.
 * @param isDistributed whether the database has several nodes: then a key may use an ID again for another account, since
 *   requests lie beside the account that they name, and a transfer's beside the key.
 */
export function createModel(transferDelay: number, isDistributed: boolean) {
  let now = 0;
  const accounts = new Map<number, Account>();
  /** Proven: signed for the account by its name, or brought to it by a signature of its own. */
  const keys = new Map<number, { readonly account: number; retired: boolean; proven: boolean }>();
  const seen = new Map<string, Seen>();
  const challenges = createChallenges(() => now);
  /** Accounts that were opened and undated requests of keys without one, as far as they count for a network. */
  const newcomers: { readonly network: number; readonly at: number }[] = [];

  const maxAgeOf = ({ name }: ModelCall) => RULES.maxAge + (name === "fallbackTransfer" ? transferDelay : 0);
  const idOf = ({ key, sender, id, call: { name } }: ModelRequest) => {
    const place = name === "fallbackTransfer" || name === "verifyFallback" ? key : sender;
    return isDistributed ? `${key} ${place} ${id}` : `${key} ${id}`;
  };
  const ownerOf = (contact: string) => {
    return [...accounts].find(([, { validated }]) => validated && same(validated, contact))?.[0];
  };
  const notify = (account: number, topic: string) => {
    challenges.notify(account, accounts.get(account)?.validated, topic);
  };

  function ask(request: ModelRequest): Observation {
    const { key, date, call } = request;
    if (date !== null && date < now - maxAgeOf(call)) return answer(key, "expired");
    if (call.name === "retrieveShares" || call.name === "retrieveFallback") return read(request);
    // A proof is looked at before the ID.
    if (call.name === "updatePublicKey" && call.proof === "another's") return answer(key, "bad-proof");
    const before = seen.get(idOf(request));
    if (before !== undefined) return again(before, request);
    const first: Seen = { request, code: "ok" };
    seen.set(idOf(request), first);
    first.code = perform(first);
    // Such a refusal holds for a while only: when the same request comes again, the server tries it anew.
    if (first.code === "rate-limited" || first.code === "missing-date") seen.delete(idOf(request));
    first.account ??= keys.get(key)?.account;
    return observe(first);
  }

  /** Every answer to an account's current key warns of a transfer, and none to another key. */
  function answer(key: number, code: string, value?: string): Observation {
    const known = keys.get(key);
    const note = known !== undefined && !known.retired && challenges.isPending(known.account);
    return { code, value, note };
  }

  function observe({ request: { key }, code, value }: Seen): Observation {
    return answer(key, code, value);
  }

  function again(before: Seen, request: ModelRequest): Observation {
    if (before.request !== request) return observe({ request, code: "id-reused" });
    if (request.call.name !== "fallbackTransfer") return observe(before);
    // Only a transfer's outcome may change from one time to the next.
    if (before.code === "processing") settle(request.key);
    if (before.code === "ok" && !keys.has(request.key)) return answer(request.key, "unknown-account");
    const it = challenges.of(request);
    const stands = it !== undefined && (it.state === "confirmed" || challenges.isOpen(it));
    if (before.code === "processing" && !stands) return answer(request.key, "challenge-void");
    return observe(before);
  }

  function read({ key, sender, call }: ModelRequest): Observation {
    const account = identify(key, sender);
    if (typeof account === "string") return answer(key, account);
    const { shares, validated, claim } = present(accounts.get(account));
    if (call.name === "retrieveFallback") {
      const contact = claim ?? validated;
      return answer(key, "ok", contact === undefined ? "none" : `${contact} ${claim === undefined}`);
    }
    const asked = call.name === "retrieveShares" ? call.shares : [];
    if (!asked.every((it) => it.account === account && shares.has(it.data))) {
      return answer(key, "unknown-receipt");
    }
    const given = asked.length === 0 ? shares : new Set(asked.map(({ data }) => data));
    const receipts = [...given].map((data) => receipt(account, data));
    return answer(key, "ok", receipts.sort().join());
  }

  function identify(key: number, sender: number): number | string {
    settle(key);
    const known = keys.get(key);
    if (known === undefined) return "unknown-account";
    if (known.retired) return "invalid-sender-key";
    if (sender === known.account) known.proven = true;
    return sender === key || sender === known.account ? known.account : "not-account-key";
  }

  /** Carries a request out, and gives its outcome; what it says beside that goes into `value`. */
  function perform(first: Seen): string {
    const { request } = first;
    const { key, sender, call } = request;
    if (call.name !== "storeShare" && !admitsUndated(request)) return "missing-date";
    if (call.name === "fallbackTransfer") return startTransfer(request, call.fallback);
    if (call.name === "verifyFallback") return verify(key, call.codeOf);
    const account = identify(key, sender);
    if (account === "unknown-account" && call.name === "deleteAccount") return "ok";
    if (account === "unknown-account" && call.name === "storeShare") {
      const opens =
        sender === key && call.data.length <= Math.min(RULES.maxShareBytes, RULES.maxAccountBytes);
      const counts = opens || request.date === null;
      if (counts && !takesNewcomer(key)) return request.date === null ? "missing-date" : "rate-limited";
      return sender === key ? storeShare(first, key, call.data) : "not-account-key";
    }
    if (typeof account === "string") return account;
    switch (call.name) {
      case "storeShare":
        return sender === account ? storeShare(first, account, call.data) : "not-account-key";
      case "deleteShares":
        return deleteShares(account, call.shares);
      case "updateFallback":
        if (sender !== account && !present(keys.get(key)).proven) return "not-account-key";
        challenges.voidAll(account, "transfer");
        return updateFallback(request, account, call.fallback);
      case "updatePublicKey":
        challenges.voidAll(account, "transfer");
        present(keys.get(key)).proven = true;
        if (call.newKey !== key && !changeKey(account, call.newKey, call.proof === "own"))
          return "key-in-use";
        first.value = `account ${account}`;
        return "ok";
      case "deleteAccount":
        return deleteAccount(account);
      default:
        throw new TypeError(`${call.name} changes nothing`);
    }
  }

  function takesNewcomer(key: number): boolean {
    const network = networkOf(key);
    const recent = newcomers.filter((it) => it.network === network && it.at > now - RULES.limitWindow);
    if (recent.length >= RULES.maxNewAccounts) return false;
    newcomers.push({ network, at: now });
    return true;
  }

  /** The server would have to remember it for good. */
  function admitsUndated({ key, date }: ModelRequest): boolean {
    return date !== null || keys.has(key) || challenges.due(key).length > 0 || takesNewcomer(key);
  }

  function storeShare(first: Seen, account: number, data: string): string {
    const shares = accounts.get(account)?.shares ?? new Set();
    const bytes = [...shares].join("").length + data.length;
    if (data.length > RULES.maxShareBytes) return "share-too-large";
    if (!shares.has(data) && shares.size >= RULES.maxShares) return "too-many-shares";
    if (!shares.has(data) && bytes > RULES.maxAccountBytes) return "account-full";
    if (!accounts.has(account)) keys.set(account, { account, retired: false, proven: true });
    accounts.set(account, { ...accounts.get(account), shares: shares.add(data) });
    first.value = receipt(account, data);
    return "ok";
  }

  function deleteShares(account: number, named: readonly ShareId[]): string {
    const { shares } = present(accounts.get(account));
    if (named.length === 0) shares.clear();
    for (const it of named) if (it.account === account) shares.delete(it.data);
    return "ok";
  }

  function deleteAccount(account: number): string {
    for (const purpose of ["transfer", "validation"] as const) challenges.voidAll(account, purpose);
    notify(account, "account-deleted");
    accounts.delete(account);
    for (const [key, known] of keys) if (known.account === account) keys.delete(key);
    challenges.forgetAccount(account);
    for (const before of seen.values()) if (before.account === account) before.value = undefined;
    return "ok";
  }

  function updateFallback(request: ModelRequest, account: number, contact: string | null): string {
    const mine = present(accounts.get(account));
    const isKept = contact !== null && mine.validated !== undefined && same(mine.validated, contact);
    const isNew = contact !== null && !isKept;
    if (isNew && challenges.asksTooOften("validation", contact, request.key)) return "rate-limited";
    challenges.voidAll(account, "validation");
    mine.claim = undefined;
    if (contact === null) {
      notify(account, "contact-removed");
      mine.validated = undefined;
    } else if (isNew) {
      mine.claim = contact;
      challenges.begin("validation", request, contact, account, contact);
    }
    return "ok";
  }

  function startTransfer(request: ModelRequest, contact: string): string {
    if (keys.has(request.key)) return "key-in-use";
    if (challenges.asksTooOften("transfer", contact, request.key)) return "rate-limited";
    challenges.replaceTransfer(request.key);
    const account = ownerOf(contact);
    const to = account === undefined ? undefined : accounts.get(account)?.validated;
    challenges.begin("transfer", request, contact, account, to);
    return "processing";
  }

  function verify(key: number, codeOf: ModelRequest | undefined): string {
    settle(key);
    const open = challenges.openFor(key);
    const right = open.find((it) => it.request === codeOf && it.account !== undefined);
    if (right !== undefined) return confirm(right);
    for (const it of open) {
      it.tries += 1;
      if (it.tries >= RULES.codeTries) it.state = "void";
    }
    if (open.length === 0) return "challenge-void";
    return open.some(challenges.isOpen) ? "wrong-code" : "too-many-attempts";
  }

  function confirm(it: Challenge): string {
    const account = present(it.account);
    const mine = present(accounts.get(account));
    challenges.takeBack(it.request);
    if (it.purpose === "validation") {
      if (ownerOf(it.contact) !== undefined) {
        it.state = "void";
        return "fallback-in-use";
      }
      challenges.voidAll(account, "transfer");
      notify(account, "contact-replaced");
      [mine.validated, mine.claim] = [mine.claim, undefined];
      it.state = "done";
      return "ok";
    }
    if (transferDelay === 0) return finishTransfer(it);
    it.state = "confirmed";
    it.effective = now + transferDelay;
    notify(account, "transfer-confirmed");
    return "ok";
  }

  function finishTransfer(it: Challenge): string {
    const account = present(it.account);
    const isDone = changeKey(account, it.request.key, true);
    it.state = isDone ? "done" : "void";
    const asked = seen.get(idOf(it.request));
    const code = isDone ? "ok" : "key-in-use";
    if (asked?.request === it.request) {
      Object.assign(asked, { code, account, value: isDone ? `account ${account}` : undefined });
    }
    return code;
  }

  /** Carries out the confirmed transfers that are due and concern this key; without a key: all that are due. */
  function settle(key?: number): void {
    const account = key === undefined ? undefined : keys.get(key)?.account;
    // Of each account that this is about the earliest, whoever has asked for it.
    const concerned = new Set(challenges.due(key, account).map((it) => it.account));
    for (const it of challenges.due()) {
      if (concerned.has(it.account) && it.state === "confirmed") finishTransfer(it);
    }
  }

  function changeKey(account: number, key: number, proven: boolean): boolean {
    if (keys.has(key)) return false;
    for (const [old, known] of keys) {
      if (known.account !== account) continue;
      if (known.proven) known.retired = true;
      else keys.delete(old);
    }
    keys.set(key, { account, retired: false, proven });
    for (const purpose of ["transfer", "validation"] as const) challenges.voidAll(account, purpose);
    notify(account, "key-changed");
    return true;
  }

  return {
    ask,
    /** By the link of the message that this request caused. Twice is fine. */
    confirmChallenge: (request: ModelRequest): string => {
      const it = challenges.of(request);
      if (it?.account === undefined) return "challenge-void";
      if (it.state === "done" || it.state === "confirmed") return `ok ${it.purpose}`;
      const code = challenges.isOpen(it) ? confirm(it) : "challenge-void";
      return code === "ok" ? `ok ${it.purpose}` : code;
    },
    /** What the page of that link shows. */
    lookUpChallenge: (request: ModelRequest): string => {
      const it = challenges.of(request);
      return it?.account === undefined ? "nothing" : `${it.purpose} ${challenges.isOpen(it)}`;
    },
    deliver: challenges.deliver,
    prune: (): void => {
      settle();
      challenges.prune();
      for (const [id, { request }] of seen) {
        if (request.date !== null && request.date + maxAgeOf(request.call) < now) seen.delete(id);
      }
    },
    now: () => now,
    advance: (seconds: number) => {
      now += seconds;
    },
    /** The account that a key has or had. */
    accountOf: (key: number) => keys.get(key)?.account,
    currentKeys: () => [...keys].filter(([, { retired }]) => !retired).map(([key]) => key),
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError("the model is broken");
  return value;
}
