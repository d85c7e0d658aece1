/** Moments that the server names: dates in whole seconds, rounded up, so that nobody comes too early. */
import { type Cbor, expectNumber, expectTaggedContent, TAG_DATE, taggedValue } from "#bc/dcbor";

export function secondsToCbor(date: Date): Cbor {
  return taggedValue(TAG_DATE, Math.ceil(date.getTime() / 1000));
}

/** @throws {TypeError | RangeError} for anything but a date that `Date` can hold. */
export function dateFromCbor(value: Cbor): Date {
  const date = new Date(Number(expectNumber(expectTaggedContent(value, TAG_DATE))) * 1000);
  if (Number.isNaN(date.getTime())) throw new RangeError("a date beyond all time");
  return date;
}
