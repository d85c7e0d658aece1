/** The examples in documents: blocks of code, and what they say that they print. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export type Example = {
  readonly language: "js" | "sh";
  readonly code: string;
  /** The block of text after it, where the document has one. */
  readonly prints: string | undefined;
};

const BLOCKS = /```(js|sh)\n([\s\S]*?)```(?:\n\n(?:It|The last one) prints\n\n```text\n([\s\S]*?)```)?/g;

/** @param path from the project's folder. */
export function examplesIn(path: string): readonly Example[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(BLOCKS)].map(([, language, code = "", prints]) => {
    return { language: language as Example["language"], code, prints };
  });
}

/** The example that begins with its file's name as a comment. @throws when the document has none. */
export function exampleNamed(path: string, file: string): Example {
  const example = examplesIn(path).find(({ code }) => code.startsWith(`// ${file}\n`));
  if (example === undefined) throw new Error(`${path} has no example ${file}`);
  return example;
}

/** The first example of a document. */
export function firstExample(path: string): Example {
  const [example] = examplesIn(path);
  if (example === undefined) throw new Error(`${path} has no example`);
  return example;
}

/** Examples talk to the server of somebody who tries them. */
export function withServer({ code }: Example, url: string): string {
  return code.replaceAll("http://127.0.0.1:5332", url);
}
