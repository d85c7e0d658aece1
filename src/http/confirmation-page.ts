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
import { type Texts, textsIn } from "./languages/index.ts";

type Html = ReturnType<typeof html>;
/** The title is the heading too, so a screen reader and the browser's tab begin with the same words. */
type PageContent = { readonly title: string; readonly content: Html };
type Page = (texts: Texts, language: string) => PageContent;

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
    if (challenge === undefined) return show(c.get("language"), 404, unknown);
    return show(c.get("language"), 200, challenge.isOpen ? ask(challenge, token) : closed);
  });

  app.post("/", async (c) => {
    const form = await readForm(c.req.raw);
    if (form === undefined) return show(c.get("language"), 413, unknown);
    const token = form.get("token") ?? "";
    const confirmation = await confirmChallenge(context, token);
    if (confirmation.outcome === "ok") return show(c.get("language"), 200, done(confirmation));
    if (confirmation.outcome !== "challenge-void")
      return show(c.get("language"), 409, failed(confirmation.outcome));
    return show(
      c.get("language"),
      409,
      (await lookUpChallenge(context, token)) === undefined ? unknown : closed,
    );
  });

  app.onError(async (error, c) => {
    // A client that hangs up in the middle of a request is no failure of the server.
    const requestId = c.get("requestId");
    if (c.req.raw.signal.aborted) return show(c.get("language"), 500, broken(requestId));
    const { code } = refusalForError(error, requestLog(context.log, requestId));
    if (code !== "unavailable") return show(c.get("language"), 500, broken(requestId));
    const response = await show(c.get("language"), 503, unavailable);
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

async function show(language: string, status: ContentfulStatusCode, shown: Page): Promise<Response> {
  const { title, content } = shown(textsIn(language), language);
  const page = await html`<!doctype html>
<html lang="${language}">
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

/** The text with each `{name}` replaced by the value, which stands out. */
function fill(text: string, values: Readonly<Record<string, string>>): Html {
  const pieces = text.split(/\{(\w+)\}/);
  return html`${pieces.map((piece, i) => (i % 2 === 0 ? piece : html`<strong>${values[piece] ?? ""}</strong>`))}`;
}

function ask({ purpose, account, key, contact }: ShownChallenge, token: string): Page {
  return ({ subject, notAsked, transfer, validation }) => {
    const { title, happens, button } = purpose === "transfer" ? transfer : validation;
    const content = html`<p>${fill(subject, { account, contact })}</p>
<p>${happens}</p>
${purpose === "transfer" ? html`<p>${fill(transfer.key, { key: key ?? "" })}</p>` : ""}
<form method="post" action="verify">
<input type="hidden" name="token" value="${token}">
<button type="submit">${button}</button>
</form>
<p>${notAsked}</p>`;
    return { title, content };
  };
}

/** For a token that the server never gave out and for one that it has forgotten: it can't tell them apart. */
const unknown: Page = ({ unknown: { title, text } }) => ({ title, content: html`<p>${text}</p>` });

const closed: Page = ({ closed: { title, text, advice } }) => {
  return { title, content: html`<p>${text}</p><p>${advice}</p>` };
};

const unavailable: Page = ({ unavailable: { title, text } }) => ({ title, content: html`<p>${text}</p>` });

function broken(request: string): Page {
  return ({ broken: { title, text } }) => ({ title, content: html`<p>${fill(text, { request })}</p>` });
}

function failed(outcome: "fallback-in-use" | "key-in-use"): Page {
  return ({ failed: { title, ...reasons } }) => ({ title, content: html`<p>${reasons[outcome]}</p>` });
}

function done({ purpose, account, effectiveAt }: Extract<Confirmation, { outcome: "ok" }>): Page {
  return ({ done: { title, contact, moved, moves } }, language) => {
    if (purpose === "validation") return { title, content: html`<p>${fill(contact, { account })}</p>` };
    if (effectiveAt === null) return { title, content: html`<p>${fill(moved, { account })}</p>` };
    const time = effectiveAt.toLocaleString(language, {
      dateStyle: "full",
      timeStyle: "long",
      timeZone: "UTC",
    });
    return { title, content: html`<p>${fill(moves, { account, time })}</p>` };
  };
}
