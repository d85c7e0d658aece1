/**
 * JSON in which nothing drives the terminal that it is printed to: beside the control characters that JSON escapes, those
 * above ASCII and bidirectional overrides, as `\u009b`. Programs read the same.
 */
export function jsonText(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, undefined, indent);
  return text.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
