import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { randomBytes } from "@bc/envelope";
import { framesOf, modulesOf } from "@bc/share-client";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { cbor } from "#bc/dcbor";
import { UR } from "#bc/ur";
import { picturesOf } from "../../../test/kit/qr-pictures.ts";
import { urFromFolder, urFromPictures } from "./picture-input.ts";
import { encodePng } from "./png.ts";

const message = (size: number, type = "envelope") => UR.from(type, cbor(randomBytes(size)));
const blank = encodePng(
  Array.from({ length: 30 }, () => Array<boolean>(30).fill(false)),
  4,
);

let told = "";
beforeEach(() => {
  told = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    told += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), "share-pictures-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const save = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  return { folder, save };
}

async function saved(pictures: readonly Uint8Array[], name = "code") {
  const { save } = await newFolder();
  return Promise.all(pictures.map((picture, i) => save(`${name}-${i}.png`, picture)));
}

test("pictures of an animation's codes give the message in any order, mixtures among them", async () => {
  const ur = message(900);
  const files = await saved(picturesOf(ur, 200, 9));
  const read = await urFromPictures(files.toReversed(), ["envelope"]);
  expect([read.toString(), told]).toEqual([ur.toString(), ""]);
});

test("what holds no part of the message is passed over, and the note says why", async () => {
  const { save } = await newFolder();
  const ur = message(100);
  const [code = blank] = picturesOf(ur);
  const [seed = blank] = picturesOf(message(16, "seed"));
  const files = [
    await save("text.png", "no picture at all"),
    await save("photo.heic", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"),
    await save("code.svg", '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
    await save("half.png", code.subarray(0, code.length / 2)),
    await save("blank.png", blank),
    await save("seed.png", seed),
    await save("good.png", code),
  ];
  expect((await urFromPictures(files, ["envelope"])).toString()).toBe(ur.toString());
  expect(
    told
      .replaceAll(`${dirname(files[0] ?? "")}/`, "")
      .trim()
      .split("\n"),
  ).toEqual([
    "share: note: text.png is no picture; only PNG is read",
    "share: note: photo.heic is in the format HEIC; only PNG is read",
    "share: note: code.svg is in the format SVG; only PNG is read",
    "share: note: half.png is damaged, too large, or not written to its end",
    "share: note: blank.png has no QR code that can be read",
    "share: note: seed.png has a QR code of ur:seed, not of ur:envelope",
  ]);
});

test("a code whose dark squares are transparent, and several codes in one picture, are read", async () => {
  const ur = message(300);
  const [first, second] = [framesOf(ur, 200), framesOf(ur, 200)];
  second.next();
  const codes = [modulesOf(first.next()), modulesOf(second.next())];
  const rows = codes[0]?.map((row, i) => [...row, ...(codes[1]?.[i] ?? [])]) ?? [];
  expect(first.count).toBe(2);
  // A chunk tRNS makes black transparent. It stands behind the header, and has no checksum that is compared.
  const black = Buffer.from("\0\0\0\u0002tRNS\0\0\0\0\0\0", "latin1");
  const png = encodePng(rows, 4);
  const files = await saved([Buffer.concat([png.subarray(0, 33), black, png.subarray(33)])]);
  expect((await urFromPictures(files, ["envelope"])).toString()).toBe(ur.toString());
});

test("pictures that are missing are asked for", async () => {
  const files = await saved(picturesOf(message(900)).slice(1));
  await expect(urFromPictures(files, ["envelope"])).rejects.toThrow(
    "the message is not whole: 4 of 5 parts; add pictures of the other codes",
  );
  await expect(urFromPictures([], ["envelope"])).rejects.toThrow("no message, and no part of one");
});

test("pictures of two messages are explained where none is whole, and mentioned where one is", async () => {
  const [one, other] = [picturesOf(message(900)), picturesOf(message(500))];
  const parts = await saved([...one.slice(1), ...other.slice(1)]);
  await expect(urFromPictures(parts, ["envelope"])).rejects.toThrow(
    "the pictures hold parts of different messages, and none is whole: 2 of 3 parts; 4 of 5 parts",
  );
  expect(told).toBe("");
  await urFromPictures(await saved([...one.slice(1), ...other]), ["envelope"]);
  expect(told).toContain("parts of another message too");
});

test("a folder that fills up gives the message, from the pictures that came after the start", async () => {
  const { folder, save } = await newFolder();
  const [ur, old] = [message(900), message(100)];
  for (const picture of picturesOf(old)) await save("old.png", picture);
  const reading = urFromFolder(folder, ["envelope"]);
  await vi.waitFor(() => expect(told).toContain("waiting for new PNG pictures"));
  expect(told).toContain("are left alone");
  await save("photo.jpg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0));
  await save("blank-1.png", blank);
  await save("blank-2.png", blank);
  const [first = blank, second = blank, ...others] = picturesOf(ur);
  await save("half.png", first.subarray(0, 200));
  await save("again.png", second);
  await vi.waitFor(() => expect(told).toContain("1 of 5 parts"));
  // The camera finishes the half picture, and writes a new picture over one that was read.
  await save("half.png", first);
  await save("again.png", others[0] ?? blank);
  await vi.waitFor(() => expect(told).toContain("3 of 5 parts"));
  await Promise.all(others.slice(1).map((picture, i) => save(`late-${i}.png`, picture)));
  expect((await reading).toString()).toBe(ur.toString());
  expect(told.match(/has no QR code/g)).toHaveLength(1);
  expect(told).toContain("photo.jpg is in the format JPEG; only PNG is read");
  expect(told).not.toContain("half.png");
});

test("a folder that is not there is no folder to wait for", async () => {
  await expect(urFromFolder("/nowhere/at/all", ["envelope"])).rejects.toThrow("no such file or directory");
});
