/** What a body costs the server, and what becomes of it. */
import { decodeTransport, openRequest } from "@bc/share-protocol";
import { type Answer, type Context, handle } from "../../src/service/index.ts";
import type { Body } from "./requests.ts";

/** `carried out`, or why not: the code of the refusal and, before the sender is known, its cause, since a code has several. */
export async function fateOf(context: Context, body: Body): Promise<string> {
  const { refused, verified } = await answer(context, body);
  if (refused === undefined) return "carried out";
  return verified ? refused : `${refused} (${await whyUnopened(context, body)})`;
}

async function whyUnopened({ identity, policy }: Context, { bytes, format }: Body): Promise<string> {
  try {
    const keys = [identity.privateKeys.encapsulation];
    await openRequest(decodeTransport(bytes, format), keys, policy.requestLimits);
    return "nothing";
  } catch (error) {
    const { cause = error } = error as Error;
    return (cause as Error).message;
  }
}

/** Milliseconds of processor time, of all threads: those that collect garbage, too. @param atLeast in all, of the same. */
export async function costOf(context: Context, body: Body, atLeast: number): Promise<number> {
  const before = process.cpuUsage();
  for (let times = 1; ; times++) {
    await answer(context, body);
    const { user, system } = process.cpuUsage(before);
    const spent = (user + system) / 1000;
    if (spent >= atLeast) return spent / times;
  }
}

function answer(context: Context, { bytes, format }: Body): Promise<Answer> {
  return handle(context, bytes, { request: format, answer: format });
}
