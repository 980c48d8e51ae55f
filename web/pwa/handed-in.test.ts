import { expect, test } from "vitest";
import { handedInLimits, keepPiece, piecesOf, readPiece } from "./handed-in.ts";

function formOf(fields: Readonly<Record<string, string>>, ...files: readonly File[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  for (const file of files) form.append("files", file);
  return form;
}

test("the words of a share are one piece, each file another", () => {
  const file = new File(["x"], "a.png");
  expect(piecesOf(formOf({ title: "A", text: "B", url: "https://c.example" }, file)))
    .toEqual(["A\nB\nhttps://c.example", file]);
});

test("blank words are none, and the same words are not said twice", () => {
  expect(piecesOf(formOf({ title: " ", text: "" }))).toEqual([]);
  expect(piecesOf(formOf({ title: "A", text: "A" }))).toEqual(["A"]);
});

test("[SY190] words and files are read as they were kept, names of any script too", async () => {
  const words = await readPiece("/share/1", keepPiece("grüß dich"));
  expect(words?.content).toEqual({ kind: "text", text: "grüß dich" });
  const kept = keepPiece(new File(["bytes"], 'письмо "1".json', { type: "application/json" }));
  const read = await readPiece("/share/2", kept);
  if (read?.content.kind !== "file") throw new Error("no file");
  expect(read.content.file.name).toBe('письмо "1".json');
  expect(read.content.file.type).toBe("application/json");
  expect(await read.content.file.text()).toBe("bytes");
});

test("[SY191] of a file that is too large only name and size are kept", async () => {
  const big = new File(["x"], "big.png");
  Object.defineProperty(big, "size", { value: handedInLimits.pieceBytesMax + 1 });
  const kept = keepPiece(big);
  expect(await kept.clone().text()).toBe("");
  expect((await readPiece("/share/3", kept))?.content).toEqual({
    kind: "too-large",
    name: "big.png",
    bytes: handedInLimits.pieceBytesMax + 1,
  });
});

test("what a later version kept is not shown by this one", async () => {
  expect(await readPiece("/share/4", new Response("?", { headers: { "x-kind": "song" } })))
    .toBeUndefined();
});
