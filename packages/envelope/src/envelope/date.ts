/**
 * Dates as CBOR tag 1: seconds since the epoch, an integer when whole, a float otherwise. Before 1970 they are always whole:
 * `dcbor` 0.25 and earlier drop the fraction of such a date when they read it.
 */
import { asNumber, asTaggedValue, type Cbor, taggedValue } from "#bc/dcbor";

const TAG_EPOCH_DATE = 1;

export function dateToCbor(date: Date): Cbor {
  const seconds = date.getTime() / 1000;
  return taggedValue(TAG_EPOCH_DATE, seconds < 0 ? Math.floor(seconds) : seconds);
}

/** @throws {TypeError} for another tag, no number, or a date that `Date` can't hold. */
export function dateFromCbor(value: Cbor): Date {
  const [tag, content] = asTaggedValue(value) ?? [];
  const seconds = content && asNumber(content);
  // A thousand times a fraction may come out just below the millisecond that is meant.
  const date = new Date(Math.round(Number(seconds ?? Number.NaN) * 1000));
  if (tag?.value !== TAG_EPOCH_DATE || Number.isNaN(date.getTime())) throw new TypeError("not a date");
  return date;
}
