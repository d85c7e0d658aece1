/** The model's half about contacts: what they are asked, what they are told, and how often. */
import { type Asked, RULES, type Sent, same } from "./words.ts";

export type About = "validation" | "transfer";

export type Question = {
  readonly about: About;
  /** None for a contact that nobody has, and when the account is gone. */
  account: number | undefined;
  readonly request: Asked;
  readonly contact: string;
  readonly begun: number;
  state: "open" | "confirmed" | "done" | "void";
  tries: number;
  /** When a confirmed transfer takes effect. */
  effective: number;
};

type Message = Sent & { readonly expires: number };

export function createQuestions(now: () => number) {
  let questions: Question[] = [];
  let outbox: Message[] = [];

  const expiry = ({ begun }: Question) => begun + RULES.challengeLifetime;
  const isOpen = (it: Question) => it.state === "open" && now() < expiry(it);
  const takeBack = (request: Asked) => {
    outbox = outbox.filter(({ codeOf }) => codeOf !== request);
  };

  function makeVoid(it: Question): void {
    it.state = "void";
    takeBack(it.request);
  }

  return {
    isOpen,
    makeVoid,
    takeBack,
    of: (request: Asked) => questions.find((it) => it.request === request),

    /** Whether the account is to be moved. */
    isPending: (account: number) =>
      questions.some((it) => {
        return it.account === account && it.about === "transfer" && (it.state === "confirmed" || isOpen(it));
      }),

    asksTooOften: (about: About, contact: string, key: number) => {
      const recent = questions.filter(({ begun }) => begun > now() - RULES.limitWindow);
      const ofContact = recent.filter((it) => it.about === about && same(it.contact, contact));
      const ofKey = recent.filter(({ request }) => request.key === key);
      return ofContact.length >= RULES.perContact || ofKey.length >= RULES.perKey;
    },

    /** @param to where the message goes; nowhere for a contact that nobody has. */
    begin: (about: About, request: Asked, contact: string, account?: number, to?: string) => {
      const begun = now();
      questions.push({ about, account, request, contact, begun, state: "open", tries: 0, effective: 0 });
      if (account === undefined || to === undefined) return;
      outbox.push({ about, to, codeOf: request, expires: begun + RULES.challengeLifetime });
    },

    /** A key has one open transfer at a time. */
    replaceTransfer: (key: number) => {
      for (const it of questions) {
        if (it.request.key === key && it.about === "transfer" && it.state === "open") makeVoid(it);
      }
    },

    voidAll: (account: number, about: About) => {
      for (const it of questions) {
        const isWaiting = it.state === "open" || it.state === "confirmed";
        if (it.account === account && it.about === about && isWaiting) makeVoid(it);
      }
    },

    /** Those that a code signed by this key can be for. */
    openFor: (key: number) => questions.filter((it) => it.request.key === key && isOpen(it)),

    /** The transfers to this key or of this account whose time has come; without a key: all of them. */
    due: (key?: number, account?: number) =>
      questions
        .filter((it) => it.state === "confirmed" && it.effective <= now())
        .filter((it) => key === undefined || it.request.key === key || it.account === account)
        .sort((a, b) => a.effective - b.effective),

    notify: (to: string | undefined, about: string) => {
      const expires = now() + RULES.noticeLifetime;
      if (to !== undefined) outbox.push({ about, to, codeOf: undefined, expires });
    },

    /** Nobody can answer for this account any more. What it has to tell is told all the same. */
    forgetAccount: (account: number) => {
      for (const it of questions) if (it.account === account) it.account = undefined;
    },

    /** What is sent now. */
    deliver: (): readonly Sent[] => {
      const due = outbox.filter(({ expires }) => now() < expires);
      outbox = outbox.filter(({ expires }) => now() >= expires);
      return due;
    },

    prune: () => {
      questions = questions.filter((it) => {
        return it.state === "confirmed" || expiry(it) >= now() - RULES.challengeMemory;
      });
    },
  };
}
