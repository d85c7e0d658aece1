/**
 * The e-mail channel, on Node: SMTP by nodemailer, one connection for each message.
 *
 * A message's id becomes its `Message-ID`, so that a mailbox shows a message once even if it was sent twice. A message
 * tracks nothing, loads nothing remote, and asks to be spared automatic replies.
 *
 * An address with letters beyond ASCII before its @ needs a server with SMTPUTF8 (RFC 6531). Nodemailer sends to it
 * without asking; so the channel watches what is said, and hangs up before the message leaves.
 *
 * Traps: nodemailer's errors quote the recipient and the server's words, so none of them gets out; a refused `MAIL FROM`
 * or login is about us, not about the contact, hence temporary.
 */
import { createTransport } from "nodemailer";
import type Mail from "nodemailer/lib/mailer/index.js";
import type * as shared from "nodemailer/lib/shared/index.js";
import type SMTPTransport from "nodemailer/lib/smtp-transport/index.js";
import { type Channel, ChannelError, SEND_TIMEOUT } from "../channel.ts";
import { isLoopback } from "../loopback.ts";
import { isAscii, parseMailbox } from "./mailbox.ts";

export interface EmailOptions {
  /**
   * `smtp://user:password@host:587` (which must offer STARTTLS, unless it is on loopback or the URL says
   * `?ignoreTLS=true`) or `smtps://…` (TLS from the start).
   */
  readonly smtpUrl: string;
  /** One mailbox: `shares@example.com`, or `Shares <shares@example.com>`. */
  readonly from: string;
  /** Milliseconds for all of one message. Default: {@link SEND_TIMEOUT}. */
  readonly timeout?: number;
}

/** @throws {TypeError} when the URL or the sender is not as {@link EmailOptions} says; the text shows neither. */
export function emailChannel({ smtpUrl, from: sender, timeout = SEND_TIMEOUT }: EmailOptions): Channel {
  const from = parseMailbox(sender);
  if (from === undefined) {
    throw new TypeError(
      "the sender of e-mail is one mailbox: shares@example.com, or Shares <shares@example.com>",
    );
  }
  const options = {
    url: smtpUrl,
    requireTLS: requiresStartTls(smtpUrl),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const transport = createTransport(options);
  return {
    kinds: ["email"],
    async send({ id, to, subject, text, html }) {
      const mail = {
        from,
        to: { name: "", address: to.address },
        subject,
        text,
        html,
        messageId: `<${id}@${from.domain}>`,
        headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
        signal: AbortSignal.timeout(timeout),
      };
      const sending = isAscii(`${from.address} ${to.address}`)
        ? transport.sendMail(mail)
        : sendWithUtf8(options, mail);
      await sending.catch((error: unknown) => {
        if (error instanceof NoUtf8) {
          throw new ChannelError("mail server: no SMTPUTF8", { permanent: !isAscii(to.address) });
        }
        throw new ChannelError(`mail server: ${reason(error)}`, { permanent: isPermanent(error) });
      });
    },
  };
}

/** The mail server can't be told of an address beyond ASCII. */
class NoUtf8 extends Error {
  override readonly name = "NoUtf8";
}

/** Sends over a connection on which the envelope must be announced as SMTPUTF8. @throws {NoUtf8} */
async function sendWithUtf8(options: SMTPTransport.Options, mail: Mail.Options & { signal: AbortSignal }) {
  const giveUp = new AbortController();
  const logger = watching((line) => {
    if (/^MAIL FROM:/i.test(line) && !/ SMTPUTF8\b/.test(line)) giveUp.abort();
  });
  const transport = createTransport({ ...options, logger, transactionLog: true });
  const signal = AbortSignal.any([mail.signal, giveUp.signal]);
  try {
    await transport.sendMail({ ...mail, signal });
  } catch (error) {
    throw giveUp.signal.aborted ? new NoUtf8() : error;
  }
}

/** Calls `see` with each line that goes to the mail server, before it goes. Keeps none. */
function watching(see: (line: string) => void): shared.Logger {
  const pass = () => undefined;
  const debug = (entry: unknown, line: unknown) => {
    const isOurs = typeof entry === "object" && entry !== null && "tnx" in entry && entry.tnx === "client";
    if (isOurs) see(String(line));
  };
  return { trace: pass, debug, info: pass, warn: pass, error: pass, fatal: pass };
}

/** Without this, whoever sits on the line could strip the STARTTLS offer and read every code. */
function requiresStartTls(smtpUrl: string): boolean {
  const url = URL.canParse(smtpUrl) ? new URL(smtpUrl) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === "") {
    throw new TypeError("the SMTP URL must be smtp://… or smtps://…");
  }
  return (
    url.protocol === "smtp:" && !isLoopback(url.hostname) && url.searchParams.get("ignoreTLS") !== "true"
  );
}

/** The server's reply code, or nodemailer's own, `ETIMEDOUT` and the like. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("responseCode" in error && typeof error.responseCode === "number") return String(error.responseCode);
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function isPermanent(error: unknown): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  if (error.code !== "EENVELOPE" && error.code !== "EMESSAGE") return false;
  if ("command" in error && error.command === "MAIL FROM") return false;
  return !("permanent" in error && error.permanent === false);
}
