/**
 * What the server says to a contact, in three lengths: plain text and HTML for e-mail, one short line for a phone.
 *
 * The text and the HTML are made from the same paragraphs, so they can't drift apart. The HTML escapes everything, loads
 * nothing and tracks nothing. The short line keeps to the characters of an SMS and carries the code alone: a link would
 * cost a second message.
 *
 * A reader may well be a stranger, since anybody can name anybody's contact. So each message says what happened, what to do
 * if that was you, and that nothing needs doing if it was not.
 */
import type { ChallengeSecrets } from "./code-and-token.ts";
import type { Contact } from "./contact.ts";

/** What a challenge is for. */
export type ChallengePurpose = "validation" | "transfer";
export type NoticeTopic =
  | "key-changed"
  /** A transfer was confirmed and waits for its time. */
  | "transfer-confirmed"
  | "contact-replaced"
  | "contact-removed"
  | "account-deleted";

/**
 * What a message tells of: a challenge, or a change. `lifetime`: seconds that the challenge stays open. `times`: how
 * often the change has happened since `since`; notices that have to wait are gathered.
 */
export type MessageContent =
  | { readonly topic: ChallengePurpose; readonly secrets: ChallengeSecrets; readonly lifetime: number }
  | { readonly topic: NoticeTopic; readonly times: number; readonly since: Date };

/** A message, ready for a channel. Holds secrets while a challenge is open: not for logs. */
export interface Message {
  /** Names this message for good, so that a receiver can drop a repetition. Letters, digits, `-` and `_` only. */
  readonly id: string;
  readonly to: Contact;
  readonly topic: MessageContent["topic"];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** One line for a phone. */
  readonly short: string;
  /** Present in challenges: `XXXX-XXXX`. */
  readonly code?: string;
  /** Present in challenges: opens the confirmation page, where one more click confirms. */
  readonly link?: string;
}

/** Where the server is, and which account it speaks of. */
export interface Sender {
  /** `https://shares.example.com`, without a path or with one. */
  readonly publicUrl: string;
  /** The account's short identifier, as its owner's wallet shows it. */
  readonly account: string;
}

type Paragraph = { readonly text: string } | { readonly code: string } | { readonly link: string };

interface Wording {
  readonly subject: string;
  readonly paragraphs: readonly Paragraph[];
  readonly short: string;
}

export function composeMessage(id: string, to: Contact, content: MessageContent, sender: Sender): Message {
  const { topic } = content;
  const host = new URL(sender.publicUrl).host;
  if (!("secrets" in content)) {
    return { id, to, topic, ...render(notice(content, sender.account, host)) };
  }
  const { code, token } = content.secrets;
  const link = `${sender.publicUrl.replace(/\/+$/, "")}/verify?token=${token}`;
  const wording = challenge(
    content.topic,
    { code, link, minutes: Math.floor(content.lifetime / 60) },
    sender.account,
    host,
  );
  return { id, to, topic, ...render(wording), code, link };
}

function challenge(
  purpose: ChallengePurpose,
  { code, link, minutes }: { readonly code: string; readonly link: string; readonly minutes: number },
  account: string,
  host: string,
): Wording {
  const howTo: readonly Paragraph[] = [
    { text: "If this was you, type this code into your wallet:" },
    { code },
    { text: "Or open this page and confirm there:" },
    { link },
    { text: `Both work once, for ${minutes} minutes. Nobody from ${host} will ever ask you for the code.` },
  ];
  if (purpose === "validation") {
    return {
      subject: "Confirm your contact for your shares",
      paragraphs: [
        {
          text: `A wallet asks to use this contact as the fallback of the share account ${account} at ${host}.`,
        },
        ...howTo,
        { text: "If this was not you, do nothing: without your confirmation this contact is not used." },
      ],
      short: `${code} confirms this contact for share account ${account} at ${host}. Not you? Ignore this.`,
    };
  }
  return {
    subject: "Confirm the move of your shares to a new key",
    paragraphs: [
      { text: `A wallet asks to move the share account ${account} at ${host} to a new key.` },
      { text: "After the move only the new key can read the shares. The present key no longer can." },
      ...howTo,
      {
        text: "If this was not you, do not pass the code on and do not confirm. Then nothing changes.",
      },
    ],
    short: `${code} moves share account ${account} at ${host} to a new key. Not you? Tell nobody, ignore this.`,
  };
}

const NOTICES = {
  "key-changed": {
    subject: "The key of your shares was changed",
    happened: "now has a new key. The old key no longer works.",
    ifNotYou:
      "If this was not you, ask for the account back at once: start a fallback transfer from your wallet.",
    short: "has a new key.",
  },
  "transfer-confirmed": {
    subject: "Your shares will move to a new key",
    happened: "will move to a new key soon, as confirmed through this contact.",
    ifNotYou:
      "If this was not you, cancel it from your wallet: changing the contact or the key cancels the move.",
    short: "will move to a new key soon.",
  },
  "contact-replaced": {
    subject: "The contact of your shares was replaced",
    happened: "now has another contact as its fallback. No more messages about it will come here.",
    ifNotYou: "If this was not you, somebody else holds your key: move the shares to another place.",
    short: "now has another contact as its fallback.",
  },
  "contact-removed": {
    subject: "The contact of your shares was removed",
    happened: "no longer has this contact as its fallback. No more messages about it will come here.",
    ifNotYou: "If this was not you, somebody else holds your key: move the shares to another place.",
    short: "no longer has this contact as its fallback.",
  },
  "account-deleted": {
    subject: "Your shares were deleted",
    happened: "was deleted, with all its shares and this contact. This is the last message about it.",
    ifNotYou: "If this was not you, somebody else holds your key: check your other copies of the shares.",
    short: "was deleted with all its shares.",
  },
} as const satisfies Record<NoticeTopic, Record<"subject" | "happened" | "ifNotYou" | "short", string>>;

type Notice = Extract<MessageContent, { readonly topic: NoticeTopic }>;

function notice({ topic, times, since }: Notice, account: string, host: string): Wording {
  const { subject, happened, ifNotYou, short } = NOTICES[topic];
  const gathered = `This message stands for ${times}: it has happened ${times} times since ${since.toUTCString()}.`;
  return {
    subject,
    paragraphs: [
      { text: `The share account ${account} at ${host} ${happened}` },
      ...(times > 1 ? [{ text: gathered }] : []),
      { text: "If this was you, there is nothing to do." },
      { text: ifNotYou },
    ],
    short: `Share account ${account} at ${host} ${short}${times > 1 ? ` (${times} times)` : ""}`,
  };
}

function render({
  subject,
  paragraphs,
  short,
}: Wording): Pick<Message, "subject" | "text" | "html" | "short"> {
  return {
    subject,
    short,
    text: `${paragraphs.map(plain).join("\n\n")}\n`,
    html: [
      '<!doctype html><html lang="en"><head><meta charset="utf-8">',
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="color-scheme" content="light dark">',
      `<title>${escapeHtml(subject)}</title></head>`,
      '<body style="font-family:sans-serif;line-height:1.5;max-width:36em">',
      ...paragraphs.map(markup),
      "</body></html>",
    ].join("\n"),
  };
}

function plain(paragraph: Paragraph): string {
  if ("text" in paragraph) return paragraph.text;
  return `    ${"code" in paragraph ? paragraph.code : paragraph.link}`;
}

function markup(paragraph: Paragraph): string {
  if ("text" in paragraph) return `<p>${escapeHtml(paragraph.text)}</p>`;
  if ("code" in paragraph) {
    return `<p style="font:bold 1.5em monospace;letter-spacing:0.1em">${escapeHtml(paragraph.code)}</p>`;
  }
  const link = escapeHtml(paragraph.link);
  // A link has no spaces to break at, and is wider than a phone.
  return `<p style="overflow-wrap:anywhere;word-break:break-word"><a href="${link}">${link}</a></p>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
