/**
 * Serves the built page.
 *
 * Owns method, caching, validation and encoding of static responses. Does not own the files: the
 * platform hands in a `StaticFiles`. A path is looked up whole in what the platform listed at
 * start, so no request can name a file outside.
 */

import type { Context } from "hono";
import { chooseEncoding, type Encoding } from "./content-encoding.ts";
import { contentTypeOf } from "./content-types.ts";

/** One file of the built page. */
export interface StaticFile {
  /** Changes whenever the content does. */
  readonly version: string;
  /** Size in bytes of the plain file and of each stored encoding. */
  readonly sizeBytes: Readonly<Partial<Record<Encoding | "plain", number>>>;
  /** Opens a new stream; the caller reads it to the end or cancels it. */
  open(encoding: Encoding | undefined): ReadableStream<Uint8Array>;
}

/** The files of the built page, by absolute path such as `/assets/main-abc.js`. */
export interface StaticFiles {
  find(path: string): StaticFile | undefined;
}

/** Vite writes a hash of the content into these names, so they never change. */
const HASHED_FOLDER = "/assets/";

/** Paths with a hash live a year; the rest is asked for again each time and answered 304. */
function cacheControlOf(path: string): string {
  return path.startsWith(HASHED_FOLDER) ? "public, max-age=31536000, immutable" : "no-cache";
}

/** Decodes the path of a request, or returns `undefined` for one that is not valid. */
function filePathOf(requestPath: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(requestPath);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
  return path.endsWith("/") ? `${path}index.html` : path;
}

function isKnownVersion(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((text) => text.trim() === etag);
}

/** Answers with the file of the request path, or `undefined` when there is none. */
export function serveStaticFile(files: StaticFiles, context: Context): Response | undefined {
  const path = filePathOf(context.req.path);
  const file = path === undefined ? undefined : files.find(path);
  if (path === undefined || file === undefined) return undefined;

  const stored = (["br", "gzip"] as const).filter((name) => file.sizeBytes[name] !== undefined);
  const encoding = chooseEncoding(context.req.header("accept-encoding"), stored);
  const etag = `"${file.version}${encoding === undefined ? "" : `-${encoding}`}"`;
  const headers = new Headers({
    "cache-control": cacheControlOf(path),
    "content-type": contentTypeOf(path),
    "etag": etag,
  });
  if (stored.length > 0) headers.set("vary", "accept-encoding");
  if (isKnownVersion(context.req.header("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers });
  }
  const sizeBytes = file.sizeBytes[encoding ?? "plain"];
  if (sizeBytes !== undefined) headers.set("content-length", String(sizeBytes));
  if (encoding !== undefined) headers.set("content-encoding", encoding);
  // A HEAD answer has no body, so no stream is opened that nobody would read.
  const body = context.req.method === "HEAD" ? null : file.open(encoding);
  return new Response(body, { headers });
}
