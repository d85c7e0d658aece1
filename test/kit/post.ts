/** Posting a body to the service as it is, and reading the answer, which must be signed by the vectors' server. */
import type { Format, Identity } from "@bc/share-protocol";
import { type ReadAnswer, readAnswer } from "./answers.ts";
import { alice, bob, carol, server } from "./people.ts";
import type { TestService } from "./service.ts";

export type Posting = {
  readonly type?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who the answer may be sealed to. Default: the people of the vectors. */
  readonly wallets?: readonly Identity[];
};

export type Posted = ReadAnswer & {
  readonly status: number;
  readonly headers: Headers;
  readonly media: string | null;
};

export async function post(
  { send }: Pick<TestService, "send">,
  body: string | Uint8Array,
  { type, accept, headers, wallets = [alice, bob, carol] }: Posting = {},
): Promise<Posted> {
  const bytes = new Uint8Array(typeof body === "string" ? new TextEncoder().encode(body) : body);
  const request = new Request("http://server.test/", {
    method: "POST",
    body: bytes,
    headers: {
      "content-length": String(bytes.length),
      ...(type !== undefined && { "content-type": type }),
      ...(accept && { accept }),
      ...headers,
    },
  });
  const response = await send(request);
  const media = response.headers.get("content-type");
  const format: Format = media === "application/cbor" ? "cbor" : "ur";
  const answer = await readAnswer(new Uint8Array(await response.arrayBuffer()), format, { server, wallets });
  return { status: response.status, headers: response.headers, media, ...answer };
}
