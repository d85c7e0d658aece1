/** The contact by which an account comes back when its keys are lost: named, confirmed. */
import { accountAt, changeAccount, clientOf, type Reach } from "./profile/accounts.ts";
import type { ProfileKeeper } from "./profile/profile.ts";

/**
 * Names the contact of an account, unless that has been done. The server then sends a code there.
 *
 * @returns whether the contact is confirmed, as far as the profile knows.
 */
export async function nameContact(
  keeper: ProfileKeeper,
  url: string,
  contact: string,
  reach: Reach = {},
): Promise<boolean> {
  const account = await accountAt(keeper, { url }, reach);
  if (account.contact === contact) return account.confirmed === true;
  await clientOf(keeper, account, reach).updateFallback(contact);
  await changeAccount(keeper, url, { contact, confirmed: false });
  return false;
}

/**
 * Confirms an account's contact with the code of the message. Without one, asks whether its link was opened.
 *
 * @returns whether the contact is confirmed now.
 */
export async function confirmContact(
  keeper: ProfileKeeper,
  url: string,
  code: string | undefined,
  reach: Reach = {},
): Promise<boolean> {
  const account = await accountAt(keeper, { url }, reach);
  const client = clientOf(keeper, account, reach);
  if (code !== undefined) await client.verifyFallback(code);
  const confirmed = code !== undefined || (await client.retrieveFallback())?.validated === true;
  await changeAccount(keeper, url, { confirmed });
  return confirmed;
}

/** Cancels whatever transfer of an account somebody has asked for. The contact stays as it is. */
export async function cancelTransfers(keeper: ProfileKeeper, url: string, reach: Reach = {}): Promise<void> {
  const client = clientOf(keeper, await accountAt(keeper, { url }, reach), reach);
  const present = await client.retrieveFallback();
  // To name a contact, even the present one, cancels what is under way.
  await client.updateFallback(present?.contact ?? null);
}
