/**
 * Stores gzip and Brotli copies beside files that shrink, so that the server only chooses.
 * Copies of the large WebAssembly files are remembered in `.cache/`: they change once a year.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const COMPRESSIBLE = /\.(js|mjs|css|html|json|svg|wasm|webmanifest|txt|onnx)$/;

/** Smaller files gain less than a packet. */
const FILE_BYTES_MIN = 1_024;
/** Above this the best Brotli level takes longer than a person waits for a build. */
const BEST_LEVEL_BYTES_MAX = 1_000_000;
/** A copy that saves less than a tenth is not worth its space. */
const SIZE_RATIO_MAX = 0.9;

type Compress = (content: Uint8Array) => Promise<Uint8Array>;

const encoders: Readonly<Record<string, Compress>> = {
  ".gz": (content) => promisify(gzip)(content, { level: 9 }),
  ".br": (content) =>
    promisify(brotliCompress)(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: content.byteLength > BEST_LEVEL_BYTES_MAX ? 6 : 11,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.byteLength,
      },
    }),
};

/** Returns what `make` returns, from `cacheFolder` where it is known already. */
async function remember(
  cacheFolder: string,
  content: Uint8Array,
  ending: string,
  make: Compress,
): Promise<Uint8Array> {
  if (content.byteLength <= BEST_LEVEL_BYTES_MAX) return make(content);
  const name = createHash("sha256").update(content).digest("hex").slice(0, 32) + ending;
  const path = join(cacheFolder, name);
  if (existsSync(path)) return readFileSync(path);
  const made = await make(content);
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(path, made);
  return made;
}

/** Compresses the file at `path` where that pays. Resolves when the copies are written. */
export async function compressFile(path: string, cacheFolder: string): Promise<void> {
  if (!COMPRESSIBLE.test(path)) return;
  const content = readFileSync(path);
  if (content.byteLength < FILE_BYTES_MIN) return;
  for (const [ending, make] of Object.entries(encoders)) {
    const made = await remember(cacheFolder, content, ending, make);
    if (made.byteLength < content.byteLength * SIZE_RATIO_MAX) writeFileSync(path + ending, made);
  }
}
