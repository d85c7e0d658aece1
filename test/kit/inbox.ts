/** Messages of a service in the test's own process, as they would go out. */
import { CONTACT_KINDS } from "../../src/fallback/contact.ts";
import type { Message } from "../../src/fallback/message.ts";
import { deliverDue } from "../../src/service/deliver.ts";
import type { TestService } from "./service.ts";

/** Sends everything that is due, and gives what went to this contact; throws unless that is one message. */
export async function deliverNow({ context }: TestService, contact: string): Promise<Message> {
  const sent: Message[] = [];
  const send = async (message: Message) => {
    sent.push(message);
  };
  const channels = [{ kinds: CONTACT_KINDS, send }];
  await deliverDue({ ...context, channels, publicUrl: () => "http://server.test" });
  const [message, ...others] = sent.filter(({ to }) => to.address === contact);
  if (message === undefined) throw new Error(`no message to ${contact}`);
  if (others.length > 0) throw new Error(`several messages to ${contact}`);
  return message;
}

/** The token in a message's link. */
export function tokenIn({ link }: Message): string {
  return new URL(link ?? "").searchParams.get("token") ?? "";
}
