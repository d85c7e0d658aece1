/**
 * The confirmation page: the page behind the link in a message.
 *
 * Plain HTML without scripts. GET only shows what would happen, since mail scanners follow links; the button's POST
 * does it. The token stands only in the link and in a hidden field. To keep it there, the page sends no referrer, loads
 * nothing from other origins, and refuses to be framed.
 */
import { Hono } from "hono";
import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  type Confirmation,
  type Context,
  confirmChallenge,
  lookUpChallenge,
  refusalForError,
  requestLog,
  type ShownChallenge,
} from "../service/index.ts";

type Html = ReturnType<typeof html>;
/** The title is the heading too, so a screen reader and the browser's tab begin with the same words. */
type PageContent = { readonly title: string; readonly content: Html };

const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Frame-Options": "DENY",
};

/** Largest form, in characters. */
const MAX_FORM = 1_024;
/** Seconds. */
const RETRY_AFTER = "5";

export function verifyPage(context: Context): Hono<{ Variables: { requestId: string } }> {
  const app = new Hono<{ Variables: { requestId: string } }>();

  app.get("/", async (c) => {
    const token = c.req.query("token") ?? "";
    const challenge = await lookUpChallenge(context, token);
    if (challenge === undefined) return show(404, UNKNOWN);
    return show(200, challenge.isOpen ? ask(challenge, token) : CLOSED);
  });

  app.post("/", async (c) => {
    const form = await readForm(c.req.raw);
    if (form === undefined) return show(413, UNKNOWN);
    const token = form.get("token") ?? "";
    const confirmation = await confirmChallenge(context, token);
    if (confirmation.outcome === "ok") return show(200, done(confirmation));
    if (confirmation.outcome !== "challenge-void") return show(409, failed(confirmation.outcome));
    return show(409, (await lookUpChallenge(context, token)) === undefined ? UNKNOWN : CLOSED);
  });

  app.onError(async (error, c) => {
    // A client that hangs up in the middle of a request is no failure of the server.
    const requestId = c.get("requestId");
    if (c.req.raw.signal.aborted) return show(500, broken(requestId));
    const { code } = refusalForError(error, requestLog(context.log, requestId));
    if (code !== "unavailable") return show(500, broken(requestId));
    const response = await show(503, UNAVAILABLE);
    response.headers.set("Retry-After", RETRY_AFTER);
    return response;
  });

  return app;
}

/** The form. Undefined when it is too long: reading stops at the limit, whatever length the headers declare. */
async function readForm({ body }: Request): Promise<URLSearchParams | undefined> {
  const decoder = new TextDecoder();
  let form = "";
  for await (const chunk of body ?? []) {
    form += decoder.decode(chunk, { stream: true });
    if (form.length > MAX_FORM) return undefined;
  }
  return new URLSearchParams(form);
}

async function show(status: ContentfulStatusCode, { title, content }: PageContent): Promise<Response> {
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
  body { max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }
  strong { font-family: ui-monospace, monospace; }
  button { font: inherit; padding: 0.75rem 1.5rem; }
</style>
</head>
<body><main><h1>${title}</h1>
${content}</main></body>
</html>`;
  return new Response(String(page), {
    status,
    headers: { ...HEADERS, "Content-Type": "text/html; charset=utf-8" },
  });
}

function ask({ purpose, account, key, contact }: ShownChallenge, token: string): PageContent {
  const [title, happens, button] =
    purpose === "transfer"
      ? [
          "Move your shares to a new key?",
          html`<p>After the move only the new key can read the shares. The present key no longer can.</p>
<p>The new key is <strong>${key}</strong>. If your wallet shows another, somebody else is asking: close this page.</p>`,
          "Move the account to the new key",
        ]
      : [
          "Use this contact for your shares?",
          html`<p>If you lose your key, the account can then be moved to a new one through this contact.</p>`,
          "Confirm this contact",
        ];
  const content = html`<p>Share account <strong>${account}</strong>, contact <strong>${contact}</strong>.</p>
${happens}
<form method="post" action="verify">
<input type="hidden" name="token" value="${token}">
<button type="submit">${button}</button>
</form>
<p>If you did not ask for this, close this page. Nothing will change.</p>`;
  return { title, content };
}

/** For a token that the server never gave out and for one that it has forgotten: it can't tell them apart. */
const UNKNOWN: PageContent = {
  title: "Nothing to confirm",
  content: html`<p>This link is not complete, or is no longer known. Open it again from the message, all of it, or ask for
a new one from your wallet.</p>`,
};

const CLOSED: PageContent = {
  title: "This link is closed",
  content: html`<p>It has been used, or has run out, or a newer one has replaced it.</p>
<p>If you pressed the button before, there is nothing more to do, and you can close this page. If you did not, ask for a
new link from your wallet.</p>`,
};

const UNAVAILABLE: PageContent = {
  title: "Not now",
  content: html`<p>The server cannot reach its database. Open the link again in a minute. If you had pressed the button, the
page will say whether it has worked.</p>`,
};

function broken(requestId: string): PageContent {
  const title = "Something went wrong";
  const content = html`<p>That is the server's mistake. Open the link again later. Whoever runs the server finds the cause by
the request's name, <strong>${requestId}</strong>.</p>`;
  return { title, content };
}

const FAILURES = {
  "fallback-in-use": "Another account has confirmed this contact already.",
  "key-in-use": "The new key is in use by another account. Start again from your wallet, with another key.",
} as const;

function failed(outcome: keyof typeof FAILURES): PageContent {
  return { title: "Not confirmed", content: html`<p>${FAILURES[outcome]} Nothing has changed.</p>` };
}

function done({ purpose, account, effectiveAt }: Extract<Confirmation, { outcome: "ok" }>): PageContent {
  const title = "Confirmed";
  if (purpose === "validation") {
    const content = html`<p>Share account <strong>${account}</strong> now has this contact. You can close this page.</p>`;
    return { title, content };
  }
  const when =
    effectiveAt === null
      ? "now belongs to the new key"
      : `moves to the new key at ${effectiveAt.toUTCString()}`;
  const content = html`<p>Share account <strong>${account}</strong> ${when}. You can go back to your wallet.</p>`;
  return { title, content };
}
