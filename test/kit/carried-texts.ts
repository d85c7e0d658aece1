/** A message as people carry it: every one of these texts holds the same UR. */
import { cbor } from "#bc/dcbor";
import { MultipartEncoder, UR } from "#bc/ur";

/** As `fold -w` does it. */
export function fold(text: string, width = 76): string {
  return text.replaceAll(new RegExp(`.{${width}}`, "g"), "$&\n");
}

/** All parts of the message. @param size bytes in each. */
export function partsOf(ur: UR, size: number): readonly string[] {
  const encoder = new MultipartEncoder(ur, size);
  return Array.from({ length: encoder.partCount }, () => encoder.nextPart());
}

/** @param ur of at least 60 bytes. */
export function carriedTexts(ur: UR): readonly (readonly [name: string, text: string])[] {
  const text = ur.toString();
  const head = text.indexOf("/") + 1;
  const size = Math.ceil(ur.cbor.toData().length / 4);
  const parts = partsOf(ur, size);
  const [single = ""] = partsOf(ur, 10_000);
  const other = UR.from(ur.type.name, cbor(new Uint8Array(4 * size - 2)));
  return [
    ["as it is", text],
    ["in capitals", text.toUpperCase()],
    ["as a single part, as the official encoders write small messages", single],
    ["as a single part, twice", `${single}\n${single}`],
    ["in lines that were folded", fold(text)],
    ["in lines that were folded in its scheme", fold(`${"-".repeat(74)}${text}`)],
    [
      "in lines that were folded in its type, with the line ends of Windows",
      `${text.slice(0, 5)}\r\n${text.slice(5)}`,
    ],
    ["a letter a line", [...text].join("\n")],
    ["in lines with blanks before and after", fold(text).replaceAll("\n", "  \n\t ")],
    [
      "with a greeting and a signature",
      `Hello Bob,\n\nhere it is: ${text}\n\nBest regards\nAlice\n-- \nhttps://a.example/b`,
    ],
    ["with a greeting beside it that has colons in it", `Your colour: red/blue, hour:minute/second\n${text}`],
    ["with a full stop after it", `Send ${text}.`],
    ["in brackets", `(${text})`],
    ["in Markdown's code", `\`\`\`text\n${fold(text)}\n\`\`\``],
    ["in Markdown's code within a line", `\`${text}\``],
    ["quoted", fold(`Alice wrote:\n${fold(text, 60)}`).replaceAll(/^/gm, "> ")],
    ["quoted twice, folded before", fold(text, 60).replaceAll(/^/gm, ">> ")],
    ["quoted when it was folded in its scheme", `> u\n> ${text.slice(1, head)}\n> ${text.slice(head)}`],
    ["as quoted-printable folds it", text.replaceAll(/.{75}/g, "$&=\r\n")],
    ["in German quotation marks", `„${text}“`],
    ["in French quotation marks", `« ${text} »`],
    ["in single angle quotation marks", `‹${text}›`],
    ["in English quotation marks", `“${text}”`],
    ["in straight quotation marks", `"${text}", '${text}'`],
    ["in Japanese quotation marks, in a sentence", `これは「${text}」です。`],
    ["in Japanese, without a mark", `これは${text}です`],
    ["after a byte order mark", `\ufeff${text}`],
    ["with zero-width spaces in it", fold(text, 20).replaceAll("\n", "\u200b")],
    ["with soft hyphens in it", fold(text, 20).replaceAll("\n", "\u00ad")],
    ["between marks of direction", `\u200e\u202a${text}\u202c\u200f`],
    ["with an invisible character in its scheme", text.replace("ur:", "u\u200br\ufeff:\u2060")],
    ["in a link that apps open", `wallet://${text}`],
    ["twice", `${text}\n\n${fold(text.toUpperCase())}`],
    ["whole and in parts", [text, ...parts].join("\n")],
    ["in parts", parts.join("\n")],
    ["in parts that were folded", parts.map((part) => fold(part)).join("\n")],
    ["in parts with labels", parts.map((part, i) => `Part ${i + 1}: ${part}`).join("\n")],
    ["in parts as a list with numbers", parts.map((part, i) => `${i + 1}. ${part}`).join("\n")],
    ["in parts as a list with bullets", parts.map((part) => `• ${part}`).join("\n")],
    ["in parts with commas between", parts.join(", ")],
    ["in parts as JSON", JSON.stringify({ parts })],
    ["in parts without anything between", parts.join("")],
    [
      "in parts, quoted and folded",
      parts
        .map((part) => fold(part, 40))
        .join("\n")
        .replaceAll(/^/gm, "> "),
    ],
    [
      "in parts with a damaged one among them",
      [parts[0], `${parts[1]}`.replace(/..$/, "ae"), ...parts.slice(1)].join("\n"),
    ],
    ["in parts with one of them of another message", [partsOf(other, size)[1], ...parts].join("\n")],
    ["beside a UR of another type", `${UR.from("seed", cbor(new Uint8Array(16)))}\n${text}`],
    ["beside a damaged copy", `${text.replace(/..$/, "ae")}\n${text}`],
  ];
}

/** Text as PowerShell writes it to files. */
export function inUtf16(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, "utf16le");
}
