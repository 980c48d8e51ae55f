/** Measures what the process gate decides on: files, and whether a port can be had. */

import { constants, createReadStream } from "node:fs";
import { access, stat } from "node:fs/promises";
import { createServer } from "node:net";
import type { ProcessFacts } from "#shared/supervision/mod.ts";

type BinaryState = NonNullable<ProcessFacts["binary"]>["state"];
type ModelState = NonNullable<ProcessFacts["model"]>["state"];

/** The first bytes of every GGUF file, by its specification. */
const GGUF_MAGIC = "GGUF";

export const LOOPBACK = "127.0.0.1";

export async function measureBinary(path: string): Promise<BinaryState> {
  const found = await fileState(path);
  if (found !== "file") return found;
  return await isAllowed(path, constants.X_OK) ? "executable" : "not-executable";
}

export async function measureModel(path: string): Promise<ModelState> {
  const found = await fileState(path);
  if (found !== "file") return found;
  if (!await isAllowed(path, constants.R_OK)) return "unreadable";
  let start = "";
  const stream = createReadStream(path, { end: GGUF_MAGIC.length - 1, encoding: "latin1" });
  for await (const part of stream as AsyncIterable<string>) start += part;
  return start === GGUF_MAGIC ? "gguf" : "not-gguf";
}

async function fileState(path: string): Promise<"missing" | "not-a-file" | "file"> {
  try {
    return (await stat(path)).isFile() ? "file" : "not-a-file";
  } catch { // Whatever hides it from us: for us it is not there.
    return "missing";
  }
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch { // That is the answer.
    return false;
  }
}

/** Binds a loopback port for a moment, 0 for one of the system's choice; undefined: taken. */
export function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, LOOPBACK, () => {
      const address = server.address();
      const bound = typeof address === "object" ? address?.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}
