/**
 * The text with control characters and bidirectional overrides made visible, as `\u{1b}`. Texts of strangers, a server's
 * among them, must not drive the terminal that shows them.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
}
