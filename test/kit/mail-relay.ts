/** What stands between a Worker and a mailbox: it gets the Worker's webhooks, and sends them on as mail, by SMTP. */
import { createTransport } from "nodemailer";
import type { Mailbox } from "./mailbox.ts";
import { openWebhookSink, type WebhookSink } from "./webhook-sink.ts";

export function openMailRelay({ environment: { SMTP_URL, MAIL_FROM } }: Mailbox): Promise<WebhookSink> {
  const smtp = createTransport(SMTP_URL);
  return openWebhookSink(async ({ data: { address, subject, text } }) => {
    await smtp.sendMail({ from: MAIL_FROM, to: address, subject, text });
  });
}
