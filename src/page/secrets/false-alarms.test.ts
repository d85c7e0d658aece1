/**
 * Ten thousand requests, answers and sentences, none of which is a secret: the sentences of this project's documents, and
 * others made up from words that people use, in the languages that recovery words exist in.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Envelope, PrivateKeys } from "@bc/envelope";
import { expect, test } from "vitest";
import { MultipartEncoder, UR } from "#bc/ur";
import { secretIn } from "./find-secret.ts";
import { readWordLists } from "./read-word-lists.ts";
import { wordLists } from "./word-lists.ts";

const ROOT = join(import.meta.dirname, "../../..");
const lists = wordLists(await readWordLists());

/** Numbers below 2^32, the same in every run (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

const random = numbersFrom(16);
const below = (limit: number) => random() % limit;
const oneOf = <T>(items: readonly T[]): T | undefined => items[below(items.length)];
const bytes = (size: number) => Uint8Array.from({ length: size }, () => below(256));

function fold(text: string): string {
  return text.replaceAll(new RegExp(`.{${20 + below(60)}}`, "g"), "$&\n");
}

function alarmsIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => (secretIn(text, lists) === undefined ? [] : text)).slice(0, 5);
}

test("in messages of random bytes, as UR, in capitals, folded and in parts", () => {
  const keys = PrivateKeys.generate().publicKeys();
  const texts = Array.from({ length: 3_000 }, () => {
    const envelope = Envelope.new(bytes(20 + below(300)))
      .addAssertion("share", bytes(below(200)))
      .addAssertion("key", keys.toCbor());
    const ur = envelope.ur();
    const parts = new MultipartEncoder(ur, 100);
    return (
      oneOf([
        () => ur.toString(),
        () => ur.toQRString(),
        () => fold(ur.toString()),
        () => fold(ur.toQRString()),
        () => parts.nextPart(),
        () => Array.from({ length: parts.partCount }, () => fold(parts.nextPart())).join("\n"),
      ])?.() ?? ""
    );
  });
  expect(alarmsIn(texts)).toEqual([]);
});

test("in the requests and answers of the test vectors, as they are and folded", () => {
  const texts = globSync("test-vectors/{requests,exchanges,xid-documents}.json", {
    cwd: ROOT,
  }).flatMap((path) =>
    [...readFileSync(join(ROOT, path), "utf8").matchAll(/"(ur:envelope\/[a-z]+)"/g)].map(([, ur = ""]) => ur),
  );
  expect(texts.length).toBeGreaterThan(50);
  expect(alarmsIn(texts.flatMap((text) => [text, fold(text), UR.parse(text).toQRString()]))).toEqual([]);
});

test("in the sentences of the documents", () => {
  const sentences = globSync("{docs/**/*,*,packages/*/*}.md", { cwd: ROOT })
    .map((path) => readFileSync(join(ROOT, path), "utf8").replaceAll(/^ *```.*?^ *```/gms, ""))
    .flatMap((text) => text.split(/(?<=[.:?!])\s+|\n\n|\|/))
    .filter((sentence) => sentence.length > 20);
  expect(sentences.length).toBeGreaterThan(2_000);
  expect(alarmsIn(sentences)).toEqual([]);
});

/** Parts of sentences; where a language has words of its list that people use often, they are among these. */
const PHRASES: Readonly<Record<string, readonly string[]>> = {
  english: [
    "please send the share again before Monday",
    "I can only open this message when you are there",
    "about half of them came back",
    "the old phone is broken",
    "you will find it behind the kitchen door",
    "my uncle may visit you next month with his camera",
    "there was never enough time to talk about it",
    "have you seen that this file is damaged",
    "we must leave early and drive slow",
    "thank you very much for your help",
    "is it okay if I store two of these at another place",
    "you know that people always forget this",
  ],
  german: [
    "bitte schick mir die Anfrage noch einmal",
    "ich habe den Code gestern bekommen",
    "das alte Telefon liegt in der Küche",
    "kannst du mir am Montag helfen",
    "die Antwort kam ohne Fehler an",
    "wir sehen uns dann wie besprochen um drei",
  ],
  spanish: [
    "mañana por la tarde llega mi abuelo a la ciudad",
    "no puedo abrir el mensaje que enviaste ayer",
    "la clave está en la caja verde de la mesa",
    "gracias por tu ayuda con el correo",
    "el perro duerme bajo el árbol grande",
    "dime cuándo vas a volver a casa",
  ],
  french: [
    "je vous envoie la réponse demain matin",
    "le chat dort sur la table de la cuisine",
    "merci beaucoup pour votre aide",
    "nous partirons avant la fin de la semaine",
    "le fichier est trop grand pour ce message",
    "il faut garder une copie dans un autre endroit",
  ],
  italian: [
    "ti mando la richiesta domani mattina",
    "il vecchio telefono non funziona più",
    "grazie mille per il tuo aiuto",
    "la chiave sta nella scatola rossa",
    "dobbiamo parlare prima di sabato sera",
    "il messaggio è arrivato senza problemi",
  ],
  portuguese: [
    "amanhã de manhã envio a resposta",
    "o telefone velho não funciona mais",
    "muito obrigado pela sua ajuda",
    "a chave está na gaveta da cozinha",
    "precisamos falar antes do fim de semana",
    "o arquivo é grande demais",
  ],
  czech: [
    "zítra ráno ti pošlu odpověď",
    "starý telefon už nefunguje",
    "děkuji moc za pomoc",
    "klíč je v zásuvce v kuchyni",
    "musíme si promluvit před víkendem",
    "soubor je moc velký na jednu zprávu",
  ],
  japanese: [
    "明日の朝に返事を送ります",
    "古い電話はもう使えません",
    "手伝ってくれてありがとう",
    "かぎは だいどころの ひきだしに あります",
    "週末までに話しましょう",
    "この ファイルは おおきすぎます",
  ],
  korean: [
    "내일 아침에 답장을 보낼게요",
    "오래된 전화기는 이제 작동하지 않아요",
    "도와주셔서 감사합니다",
    "열쇠는 부엌 서랍에 있어요",
    "주말 전에 이야기해요",
    "이 파일은 너무 커요",
  ],
  chinese: [
    "明天早上我给你回信",
    "旧电话已经不能用了",
    "谢谢你的帮助",
    "钥匙在厨房的抽屉里",
    "我们周末之前谈一谈",
    "這個檔案太大了",
    "請把訊息再寄一次給我",
  ],
};
const BETWEEN = [", ", " ", ". ", "; ", ", and ", ": "];

test("in sentences of ten languages", () => {
  const texts = Array.from({ length: 5_000 }, () => {
    const phrases = oneOf(Object.values(PHRASES)) ?? [];
    return Array.from({ length: 1 + below(5) }, () => `${oneOf(phrases)}${oneOf(BETWEEN)}`).join("");
  });
  expect(alarmsIn(texts)).toEqual([]);
});

/** The most frequent words of English, in order; half of them are in some list. */
const COMMON =
  "the be to of and a in that have I it for not on with he as you do at this but his by from they we say her she or an will my one all would there their what so up out if about who get which go me when make can like time no just him know take people into year your good some could them see other than then now look only come its over think also back after use two how our work first well way even new want because any these give day most us".split(
    " ",
  );

/** A word of rank n is 1/n as frequent as the first (Zipf). */
function commonWord(): string {
  const weights = COMMON.map((_, rank) => 1 / (rank + 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let left = (random() / 2 ** 32) * sum;
  for (const [rank, word] of COMMON.entries()) {
    left -= weights[rank] ?? 0;
    if (left < 0) return word;
  }
  return "the";
}

test("in common words that follow each other by chance", () => {
  const texts = Array.from({ length: 1_000 }, () =>
    Array.from({ length: 8 + below(20) }, commonWord).join(" "),
  );
  expect(alarmsIn(texts)).toEqual([]);
});
