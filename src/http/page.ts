/**
 * The exchange page over HTTP.
 *
 * Node passes the files in from memory, Workers from static assets. The headers let the browser run the page's own
 * scripts only, load from this server only, and frame the page nowhere.
 */
import { Hono } from "hono";
import { MEDIA_TYPES, preference } from "./media-types.ts";

/** A file of the page by its path, such as `index.en.html` or `page/page.js`. Undefined when there is none. */
export type PageSource = (path: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
};

const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Permissions-Policy":
    "camera=(self), clipboard-write=(self), screen-wake-lock=(self), microphone=(), geolocation=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
};

/** Whether a browser asks for a page to show. Programs ask for text, for CBOR or for anything. */
export function wantsPage(accept: string | undefined): boolean {
  if (accept === undefined || !/text\/html/i.test(accept)) return false;
  const html = preference(accept, "text/html");
  return html > preference(accept, MEDIA_TYPES.cbor) && html >= preference(accept, "text/plain");
}

/** The file with the headers that shut other origins out. Undefined when there is no such file. */
export async function pageFile(source: PageSource | undefined, path: string): Promise<Response | undefined> {
  const content = await source?.(path);
  const type = TYPES[path.split(".").at(-1) ?? ""];
  return content && type
    ? new Response(content, { headers: { ...HEADERS, "Content-Type": type } })
    : undefined;
}

/** The files that the page loads, and the wallet to try it with. */
export function pageRoutes(source: PageSource): Hono {
  const app = new Hono();
  app.get("/page/:name", async (c) => {
    return (await pageFile(source, `page/${c.req.param("name")}`)) ?? c.notFound();
  });
  app.get("/wallet-demo", async (c) => (await pageFile(source, "wallet-demo.en.html")) ?? c.notFound());
  return app;
}
