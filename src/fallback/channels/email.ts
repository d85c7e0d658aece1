/**
 * The e-mail channel, on Node: SMTP by nodemailer, one connection for each message.
 *
 * A message's id becomes its `Message-ID`, so that a mailbox shows a message once even if it was sent twice. A message
 * tracks nothing, loads nothing remote, and asks to be spared automatic replies.
 *
 * Traps: nodemailer's errors quote the recipient and the server's words, so none of them gets out; a refused `MAIL FROM`
 * or login is about us, not about the contact, hence temporary.
 */
import { createTransport } from "nodemailer";
import { type Channel, ChannelError, SEND_TIMEOUT } from "../channel.ts";
import { isLoopback } from "../loopback.ts";

export interface EmailOptions {
  /**
   * `smtp://user:password@host:587` (which must offer STARTTLS, unless it is on loopback or the URL says
   * `?ignoreTLS=true`) or `smtps://…` (TLS from the start).
   */
  readonly smtpUrl: string;
  /** `shares@example.com` or `Shares <shares@example.com>`. */
  readonly from: string;
  /** Milliseconds for all of one message. Default: {@link SEND_TIMEOUT}. */
  readonly timeout?: number;
}

/** @throws {TypeError} when the URL or the sender is not as {@link EmailOptions} says; the text shows neither. */
export function emailChannel({ smtpUrl, from, timeout = SEND_TIMEOUT }: EmailOptions): Channel {
  const domain = /[^\s@<>]@([^\s@<>]+)>?$/.exec(from.trim())?.[1];
  if (domain === undefined) throw new TypeError("the sender of e-mail must be an address");
  const transport = createTransport({
    url: smtpUrl,
    requireTLS: requiresStartTls(smtpUrl),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    kinds: ["email"],
    async send({ id, to, subject, text, html }) {
      const mail = {
        from,
        to: { name: "", address: to.address },
        subject,
        text,
        html,
        messageId: `<${id}@${domain}>`,
        headers: { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" },
        signal: AbortSignal.timeout(timeout),
      };
      await transport.sendMail(mail).catch((error: unknown) => {
        throw new ChannelError(`mail server: ${reason(error)}`, { permanent: isPermanent(error) });
      });
    },
  };
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
