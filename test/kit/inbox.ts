/** Messages of a service in the test's own process, as they would go out. */
import { CONTACT_KINDS } from "../../src/fallback/contact.ts";
import type { Message } from "../../src/fallback/message.ts";
import { deliverDue } from "../../src/service/deliver.ts";
import type { TestService } from "./service.ts";

/** Sends everything that is due, and gives what went to this contact; throws unless that is one message. */
export async function deliverNow(service: TestService, contact: string): Promise<Message> {
  const [message, ...others] = await deliverAll(service, contact);
  if (message === undefined) throw new Error(`no message to ${contact}`);
  if (others.length > 0) throw new Error(`several messages to ${contact}`);
  return message;
}

/** Sends everything that is due, and gives what went to this contact. */
export async function deliverAll({ context }: TestService, contact: string): Promise<readonly Message[]> {
  const sent: Message[] = [];
  const send = async (message: Message) => {
    sent.push(message);
  };
  const channels = [{ kinds: CONTACT_KINDS, send }];
  await deliverDue({ ...context, channels, publicUrl: () => "http://server.test" });
  return sent.filter(({ to }) => to.address === contact);
}

/** The token in a message's link. */
export function tokenIn({ link }: Message): string {
  return new URL(link ?? "").searchParams.get("token") ?? "";
}
