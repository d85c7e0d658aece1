/**
 * The web pages over HTTP: the exchange page, and the recovery page where the operator wants it.
 *
 * Node passes the files in from memory, Workers from static assets. The headers let the browser run the pages' own
 * scripts only, load from this server only, and frame them nowhere. The recovery page alone may speak with other servers:
 * a backup is on several.
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
  "Permissions-Policy":
    "camera=(self), clipboard-write=(self), screen-wake-lock=(self), microphone=(), geolocation=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
};

/** The recovery page's markup, in any language. */
const RECOVERY_PAGE = /^recover\.[a-z]+\.html$/;

function securityPolicy(path: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src blob:",
    `connect-src ${RECOVERY_PAGE.test(path) ? "https: http:" : "'self'"}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

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
  if (content === undefined || type === undefined) return undefined;
  const policy = { "Content-Security-Policy": securityPolicy(path) };
  return new Response(content, { headers: { ...HEADERS, ...policy, "Content-Type": type } });
}

/** The files that the pages load, and the pages beside the exchange page. @param recoveryPage whether it is served. */
export function pageRoutes(source: PageSource, recoveryPage = false): Hono {
  const app = new Hono();
  app.get("/page/:name", async (c) => {
    const name = c.req.param("name");
    // A static host has its files, whether it is wanted or not.
    const isServed = recoveryPage || !name.startsWith("recover.");
    return (isServed ? await pageFile(source, `page/${name}`) : undefined) ?? c.notFound();
  });
  app.get("/wallet-demo", async (c) => (await pageFile(source, "wallet-demo.en.html")) ?? c.notFound());
  if (recoveryPage) {
    app.get("/recover", async (c) => {
      c.header("Vary", "Accept-Language");
      return (await pageFile(source, `recover.${c.get("language")}.html`)) ?? c.notFound();
    });
  }
  return app;
}
