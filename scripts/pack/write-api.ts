/** `npm run api`: writes docs/api/ from the doc comments, so that every change of the libraries' API shows there. */
import { join } from "node:path";
import { ROOT } from "./packages.ts";
import { writeReference } from "./reference.ts";

await writeReference(join(ROOT, "docs/api"));
