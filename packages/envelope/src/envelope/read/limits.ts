/**
 * How much an envelope may ask of whoever reads it.
 *
 * Reading takes time in proportion to the bytes, and the limits keep the factor small: an item costs a look at its head,
 * an element a hash and an object. Who reads what strangers send knows better than this module how much that may be, and
 * passes tighter ones.
 */
export type ReadLimits = {
  /** Levels of arrays, maps and tags inside one another. Reading recurses, so this also bounds the stack. */
  readonly nesting: number;
  /**
   * CBOR items in all: values, arrays, maps, tags, and each key and value of a map. An element of the envelope counts
   * once more, since it is hashed. What a key holds counts once more for each map whose key it is part of, since who
   * builds the map encodes its keys; so maps as keys of maps do not take time that grows with the square of their depth.
   */
  readonly items: number;
  /** Assertions of one node. */
  readonly assertions: number;
  /** Bytes of one text in UTF-8. */
  readonly text: number;
  /**
   * Combining marks in a row in one text. Normalizing sorts them, which takes time that grows with the square of their
   * number; so this is the limit of the Stream-Safe Text Format (UAX #15), which no language comes near.
   */
  readonly marks: number;
};

/** What a node of 100 000 shares takes, and more than anything that people write. */
export const READ_LIMITS: ReadLimits = {
  nesting: 64,
  items: 2_000_000,
  assertions: 131_072,
  text: 1_000_000,
  marks: 30,
};
