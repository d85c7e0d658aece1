/** The model's half about contacts: their challenges, their messages, and the limits on both. */
import { type ModelRequest, networkOf, RULES, type Sent, same } from "./vocabulary.ts";

export type ChallengePurpose = "validation" | "transfer";

export type Challenge = {
  readonly purpose: ChallengePurpose;
  /** None for a contact that nobody has, and when the account is gone. */
  account: number | undefined;
  readonly request: ModelRequest;
  readonly contact: string;
  readonly begun: number;
  state: "open" | "confirmed" | "done" | "void";
  tries: number;
  /** When a confirmed transfer takes effect. */
  effective: number;
};

type Message = Sent & { readonly account: number; readonly due: number; readonly expires: number };

export function createChallenges(now: () => number) {
  let challenges: Challenge[] = [];
  let outbox: Message[] = [];
  /** When a contact was told, or will be told, something about its account. */
  const told: { readonly account: number; readonly to: string; readonly due: number }[] = [];

  const expiry = ({ begun }: Challenge) => begun + RULES.challengeLifetime;
  const isOpen = (it: Challenge) => it.state === "open" && now() < expiry(it);
  const takeBack = (request: ModelRequest) => {
    outbox = outbox.filter(({ codeOf }) => codeOf !== request);
  };

  function makeVoid(it: Challenge): void {
    it.state = "void";
    takeBack(it.request);
  }

  return {
    isOpen,
    makeVoid,
    takeBack,
    of: (request: ModelRequest) => challenges.find((it) => it.request === request),

    /** Whether the account is to be moved. */
    isPending: (account: number) =>
      challenges.some((it) => {
        return (
          it.account === account && it.purpose === "transfer" && (it.state === "confirmed" || isOpen(it))
        );
      }),

    asksTooOften: (purpose: ChallengePurpose, contact: string, key: number) => {
      const recent = challenges.filter(({ begun }) => begun > now() - RULES.limitWindow);
      const ofContact = recent.filter((it) => it.purpose === purpose && same(it.contact, contact));
      const fromHere = ofContact.filter(({ request }) => networkOf(request.key) === networkOf(key));
      const ofKey = recent.filter(({ request }) => request.key === key);
      return (
        ofContact.length >= RULES.perContact ||
        fromHere.length >= RULES.perContactAndNetwork ||
        ofKey.length >= RULES.perKey
      );
    },

    /** @param to where the message goes; nowhere for a contact that nobody has. */
    begin: (
      purpose: ChallengePurpose,
      request: ModelRequest,
      contact: string,
      account?: number,
      to?: string,
    ) => {
      const begun = now();
      challenges.push({ purpose, account, request, contact, begun, state: "open", tries: 0, effective: 0 });
      if (account === undefined || to === undefined) return;
      const expires = begun + RULES.challengeLifetime;
      outbox.push({ topic: purpose, account, to, codeOf: request, times: 1, due: begun, expires });
    },

    /** A key has one open transfer at a time. */
    replaceTransfer: (key: number) => {
      for (const it of challenges) {
        if (it.request.key === key && it.purpose === "transfer" && it.state === "open") makeVoid(it);
      }
    },

    voidAll: (account: number, purpose: ChallengePurpose) => {
      for (const it of challenges) {
        const isWaiting = it.state === "open" || it.state === "confirmed";
        if (it.account === account && it.purpose === purpose && isWaiting) makeVoid(it);
      }
    },

    /** Those that a code signed by this key can be for. */
    openFor: (key: number) => challenges.filter((it) => it.request.key === key && isOpen(it)),

    /** The transfers to this key or of this account whose time has come; without a key: all of them. */
    due: (key?: number, account?: number) =>
      challenges
        .filter((it) => it.state === "confirmed" && it.effective <= now())
        .filter((it) => key === undefined || it.request.key === key || it.account === account)
        .sort((a, b) => a.effective - b.effective),

    notify: (account: number, to: string | undefined, topic: string) => {
      if (to === undefined) return;
      const waits = outbox.findIndex((it) => {
        return it.account === account && it.topic === topic && same(it.to, to) && now() < it.expires;
      });
      const waiting = outbox[waits];
      if (waiting !== undefined) {
        outbox[waits] = { ...waiting, times: waiting.times + 1 };
        return;
      }
      const freeAt = (of: typeof told) => {
        const dues = of.map(({ due }) => due).sort((a, b) => b - a);
        return (dues[RULES.noticesPerHour - 1] ?? Number.NEGATIVE_INFINITY) + RULES.limitWindow;
      };
      const ofAccount = told.filter((it) => it.account === account);
      const ofContact = told.filter((it) => same(it.to, to));
      const due = Math.max(now(), freeAt(ofAccount), freeAt(ofContact));
      told.push({ account, to, due });
      outbox.push({
        topic,
        account,
        to,
        codeOf: undefined,
        times: 1,
        due,
        expires: due + RULES.noticeLifetime,
      });
    },

    /** Nobody can confirm for this account any more. Its messages still go out. */
    forgetAccount: (account: number) => {
      for (const it of challenges) if (it.account === account) it.account = undefined;
    },

    /** What is sent now. */
    deliver: (): readonly Sent[] => {
      const isDue = ({ due, expires }: Message) => due <= now() && now() < expires;
      const sent = outbox.filter(isDue);
      outbox = outbox.filter((it) => !isDue(it));
      return sent;
    },

    prune: () => {
      challenges = challenges.filter((it) => {
        return it.state === "confirmed" || expiry(it) >= now() - RULES.challengeMemory;
      });
    },
  };
}
