/**
 * The webhook channel: one HTTPS POST for each message, signed as Standard Webhooks says
 * (https://github.com/standard-webhooks/standard-webhooks, version 1): HMAC-SHA-256 over `id.timestamp.body`.
 *
 * For SMS gateways, chat bridges, Workers, anything. The body is JSON:
 *
 *     { "type": "fallback.transfer", "timestamp": "2026-11-22T10:00:00.000Z",
 *       "data": { "kind": "phone", "address": "+15551234567", "subject", "text", "html", "short", "code"?, "link"? } }
 *
 * The receiver must check the signature and the timestamp, and drop a `webhook-id` that it has seen. Any 2xx status
 * says that it took the message; 413 and 422 say that it never will; any other says that it may later. Redirects are
 * not followed: they would carry the code to another place.
 */
import { hmacSha256 } from "#bc/crypto";
import { type Channel, ChannelError, SEND_TIMEOUT } from "../channel.ts";
import { CONTACT_KINDS, type ContactKind } from "../contact.ts";
import { isLoopback } from "../loopback.ts";
import type { Message } from "../message.ts";

export interface WebhookOptions {
  /** Where to post: https, or http on loopback. No user name or password in it. */
  readonly url: string;
  /** `whsec_` and 24 to 64 bytes in base64. */
  readonly secret: string;
  /** What the receiver can reach. Default: every kind. */
  readonly kinds?: readonly ContactKind[];
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** Milliseconds. Default: {@link SEND_TIMEOUT}. */
  readonly timeout?: number;
}

/**
 * Statuses that are about the message itself: too large, and understood but refused. Any other may be about how either
 * side is set up: a redirect, a wrong secret (401, 403, and in many receivers 400), a route that is not there yet (404,
 * 405), a content type (415). An operator will put that right; taken for refusals, they would cost every message until
 * then. 410 asks that nothing be sent to this URL any more. The specification says so of the URL, not of a message, so
 * that is for the operator to see to.
 */
const REFUSALS_OF_THE_MESSAGE: ReadonlySet<number> = new Set([413, 422]);

/** @throws {TypeError} when the URL or the secret is not as {@link WebhookOptions} says; the text shows neither. */
export function webhookChannel(options: WebhookOptions): Channel {
  const { kinds = CONTACT_KINDS, fetch, now, timeout = SEND_TIMEOUT } = options;
  const url = checkUrl(options.url);
  const key = readSecret(options.secret);
  return {
    kinds,
    async send(message) {
      const sentAt = now();
      const body = JSON.stringify(payload(message, sentAt));
      const headers = { "content-type": "application/json", ...sign(key, message.id, sentAt, body) };
      const signal = AbortSignal.timeout(timeout);
      const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal }).catch(
        () => {
          const why = signal.aborted ? "did not answer in time" : "could not be reached";
          throw new ChannelError(`webhook ${why}`, { permanent: false });
        },
      );
      // The answer's body is of no interest, but unread it would keep the connection busy.
      await response.body?.cancel().catch(() => {});
      if (response.ok) return;
      const permanent = REFUSALS_OF_THE_MESSAGE.has(response.status);
      throw new ChannelError(`webhook answered ${response.status}`, { permanent });
    },
  };
}

function payload({ to, topic, subject, text, html, short, code, link }: Message, sentAt: Date) {
  const data = { kind: to.kind, address: to.address, subject, text, html, short, code, link };
  return { type: `fallback.${topic}`, timestamp: sentAt.toISOString(), data };
}

function sign(key: Uint8Array, id: string, sentAt: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const mac = hmacSha256(key, new TextEncoder().encode(`${id}.${timestamp}.${body}`));
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${btoa(String.fromCharCode(...mac))}`,
  };
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === undefined || !secure || url.username !== "" || url.password !== "") {
    throw new TypeError(
      "the webhook URL must be https (or http on loopback), without a user name or password",
    );
  }
  return url.href;
}

function readSecret(text: string): Uint8Array {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const key =
    base64 !== undefined && base64.length % 4 === 0 ? Uint8Array.from(atob(base64), byteOf) : undefined;
  if (key === undefined || key.length < 24 || key.length > 64) {
    throw new TypeError("the webhook secret must be whsec_ followed by 24 to 64 bytes in base64");
  }
  return key;
}

function byteOf(character: string): number {
  return character.charCodeAt(0);
}
