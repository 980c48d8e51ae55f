/**
 * What other apps hand to this page (share target, opened files), kept until a person has put it
 * somewhere or thrown it away.
 *
 * Owns one cache of the Cache API, because both the service worker, who takes a share while no page
 * is there, and the page can write it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY190 What was handed in stays until a person used or removed it, over a reload too.
 *   SY191 At most `waitingMax` pieces wait, of at most `pieceBytesMax` each; what is over is named
 *         in the list, without its content.
 */

/** Where other apps post to (`share_target` of the manifest). */
export const SHARE_PATH = "/share";
/** The screen that shows what was handed in. */
export const HANDED_IN_URL = "/#/handed-in";
export const HANDED_IN_CACHE = "conclave-handed-in";

export const handedInLimits = {
  /** The largest file that any of the page's readers takes is a card of 32 MiB. */
  pieceBytesMax: 32 * 1024 * 1024,
  waitingMax: 20,
} as const;

/** One piece: words, or a file. */
export interface HandedIn {
  /** Names it among what waits. */
  readonly key: string;
  readonly content:
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "file"; readonly file: File }
    | { readonly kind: "too-large"; readonly name: string; readonly bytes: number };
}

const KIND = "x-kind";
const NAME = "x-name";
const BYTES = "x-bytes";

/** The pieces of a share: its words as one, each file as one. Blank words are none. */
export function piecesOf(form: FormData): readonly (string | File)[] {
  const words = ["title", "text", "url"]
    .map((name) => form.get(name))
    .filter((word): word is string => typeof word === "string" && word.trim() !== "");
  const files = form.getAll("files").filter((each): each is File => each instanceof File);
  const text = [...new Set(words)].join("\n");
  return text === "" ? files : [text, ...files];
}

/** How a piece is kept. */
export function keepPiece(piece: string | File): Response {
  if (typeof piece === "string") return new Response(piece, { headers: { [KIND]: "text" } });
  const headers = {
    [NAME]: encodeURIComponent(piece.name),
    [BYTES]: String(piece.size),
    "content-type": piece.type,
  };
  return piece.size > handedInLimits.pieceBytesMax
    ? new Response(null, { headers: { ...headers, [KIND]: "too-large" } })
    : new Response(piece, { headers: { ...headers, [KIND]: "file" } });
}

/** What was kept; undefined for what this version does not know. */
export async function readPiece(key: string, kept: Response): Promise<HandedIn | undefined> {
  const name = decodeURIComponent(kept.headers.get(NAME) ?? "");
  switch (kept.headers.get(KIND)) {
    case "text":
      return { key, content: { kind: "text", text: await kept.text() } };
    case "too-large":
      return { key, content: { kind: "too-large", name, bytes: Number(kept.headers.get(BYTES)) } };
    case "file": {
      const type = kept.headers.get("content-type") ?? "";
      return {
        key,
        content: { kind: "file", file: new File([await kept.blob()], name, { type }) },
      };
    }
    default:
      return undefined;
  }
}

/**
 * Keeps pieces behind those that wait. Resolves to how many were not kept because too many wait.
 * Rejects with a `DOMException` when the browser has no space.
 */
export async function keepHandedIn(pieces: readonly (string | File)[]): Promise<number> {
  const cache = await caches.open(HANDED_IN_CACHE);
  const free = Math.max(handedInLimits.waitingMax - (await cache.keys()).length, 0);
  for (const piece of pieces.slice(0, free)) {
    await cache.put(`${SHARE_PATH}/${crypto.randomUUID()}`, keepPiece(piece));
  }
  return Math.max(pieces.length - free, 0);
}

/** What waits, oldest first. */
export async function listHandedIn(): Promise<readonly HandedIn[]> {
  const cache = await caches.open(HANDED_IN_CACHE);
  const keys = await cache.keys();
  const found = await Promise.all(keys.map(async (request) => {
    const kept = await cache.match(request);
    return kept && await readPiece(new URL(request.url).pathname, kept);
  }));
  return found.filter((one) => one !== undefined);
}

export async function removeHandedIn(key: string): Promise<void> {
  await (await caches.open(HANDED_IN_CACHE)).delete(key);
}
