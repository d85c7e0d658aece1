/** Addresses of servers as people type them. */

/**
 * An `http:` or `https:` address without a slash at its end, as accounts and recoveries name servers. Undefined for any
 * other text, and for an address with a user, a query or a fragment.
 */
export function serverAddress(text: string): string | undefined {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const extras = url.username + url.password + url.search + url.hash;
  const isPlain = ["http:", "https:"].includes(url.protocol) && extras === "";
  return isPlain ? url.href.replace(/\/+$/, "") : undefined;
}
