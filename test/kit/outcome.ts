/** What came of a client's call. */
import { ClientError } from "@bc/share-client";

/** `ok`, or the code of the server's refusal; any other failure is thrown on. */
export async function outcome(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return "ok";
  } catch (error) {
    if (!(error instanceof ClientError) || error.refusal === undefined) throw error;
    return error.refusal.code;
  }
}

/** The form of the confirmation page, as a browser sends it when the button is pressed. */
export function pressing(token: string): RequestInit {
  return {
    method: "POST",
    body: new URLSearchParams({ token }).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  };
}
