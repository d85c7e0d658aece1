/** `verifyFallback`: takes the code that the contact received, signed by the key that the challenge is for. */

import { Refusal } from "@bc/share-protocol";
import { CODE_TRIES, hashCode, readCode } from "../../fallback/code-and-token.ts";
import { codeHash } from "../../store/types.ts";
import { verifyFallback as verify } from "../../store/verify-fallback.ts";
import type { Names } from "../key-cipher.ts";
import { refusalOf } from "../refusals.ts";
import type { Handler } from "./handler.ts";

export const verifyFallback: Handler<"verifyFallback"> = async (
  { sql, cipher, policy },
  caller,
  { code },
) => {
  const typed = readCode(code);
  if (typed === undefined)
    throw new Refusal("bad-parameter", "a code has eight letters and digits: XXXX-XXXX");
  const hashBy = ({ codeSecret }: Names) => codeHash(hashCode(codeSecret, caller.keyId, typed));
  const limits = { maxTries: CODE_TRIES, transferDelaySeconds: policy.transferDelay };
  const result = await verify(sql, caller, hashBy(cipher), limits, cipher.former && hashBy(cipher.former));
  if (result.outcome !== "ok") throw refusalOf(result, caller);
  return { result: undefined, transferPending: result.transferPending };
};
