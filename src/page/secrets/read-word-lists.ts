/** The lists of words as the server's machine has them: BIP-39 from a package, SLIP-39 from the file beside this one. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { wordlist as czech } from "@scure/bip39/wordlists/czech.js";
import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import { wordlist as french } from "@scure/bip39/wordlists/french.js";
import { wordlist as italian } from "@scure/bip39/wordlists/italian.js";
import { wordlist as japanese } from "@scure/bip39/wordlists/japanese.js";
import { wordlist as korean } from "@scure/bip39/wordlists/korean.js";
import { wordlist as portuguese } from "@scure/bip39/wordlists/portuguese.js";
import { wordlist as simplifiedChinese } from "@scure/bip39/wordlists/simplified-chinese.js";
import { wordlist as spanish } from "@scure/bip39/wordlists/spanish.js";
import { wordlist as traditionalChinese } from "@scure/bip39/wordlists/traditional-chinese.js";
import type { WordListFile } from "./word-lists.ts";

export async function readWordLists(): Promise<WordListFile> {
  const slip39 = await readFile(join(import.meta.dirname, "slip39.txt"), "utf8");
  return {
    ...{ english, spanish, french, italian, portuguese, czech, japanese, korean },
    ...{ simplifiedChinese, traditionalChinese },
    slip39: slip39.trim().split(/\s+/),
  };
}
