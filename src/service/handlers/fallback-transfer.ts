/**
 * `fallbackTransfer`: asks the contact whether its account shall move to the key that signs.
 *
 * The answer is the same, and takes the same work, whether anyone has this contact or not: strangers could
 * otherwise ask who is a customer.
 */
import { XID } from "@bc/envelope";
import { fallbackTransfer as transfer } from "../../store/fallback-transfer.ts";
import { encryptContact, readContact } from "../contact-cipher.ts";
import { challengeLimits, confirmUnasked, newChallenge } from "../new-challenge.ts";
import { refusalOf } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const fallbackTransfer: Handler<"fallbackTransfer"> = async (context, caller, { fallback }) => {
  const contact = readContact(context, fallback);
  const challenge = await newChallenge(context, contact, caller);
  const result = await transfer(
    context.sql,
    caller,
    await encryptContact(context, contact),
    challenge,
    challengeLimits(context, "transfer"),
  );
  switch (result.outcome) {
    case "processing": {
      const account = context.policy.trustFallback ? await confirmUnasked(context, challenge) : undefined;
      return { result: { account, effective: account === undefined ? result.effectiveAt : undefined } };
    }
    case "ok":
      return { result: { account: XID.fromData(result.account) } };
    default:
      throw refusalOf(result, caller);
  }
};
