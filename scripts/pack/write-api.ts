/** `npm run api`: writes docs/api/ from the doc comments. What others call changes there, and nowhere else unseen. */
import { join } from "node:path";
import { ROOT } from "./packages.ts";
import { writeReference } from "./reference.ts";

await writeReference(join(ROOT, "docs/api"));
