/**
 * Makes a saved room of JSON lines: what this program wrote, or another in the same form. Pure.
 *
 * Owns the reading of lines and what they carry: talk, speakers by name, model and host of answers.
 * Recipe and cards are not in such a file; who imports chooses the first and is told of the second.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY226 A file of JSON lines becomes a room whole, or is refused with the number of the first bad
 *         line and what is wrong with it. Needed are at, author, kind and text; what is not known
 *         is ignored.
 */

import { err, ok, type Result } from "../../base/result.ts";
import { protocolLimits } from "../../protocol/limits.ts";
import type { Message } from "../../room/room-state.ts";
import { roomTextLimits as limits } from "./limits.ts";

export type JsonlError =
  | {
    readonly kind: "jsonl-line";
    readonly line: number;
    readonly problem: JsonlProblem;
    /** Of a problem with one. */
    readonly field?: string | undefined;
  }
  | { readonly kind: "jsonl-empty" }
  | { readonly kind: "jsonl-too-many"; readonly linesMax: number };

export type JsonlProblem = "not-json" | "no-object" | "field" | "too-long" | "id-twice" | "people";

export interface JsonlMessage {
  /** As text: numbers and words of other programs alike. */
  readonly id: string | undefined;
  readonly at: number;
  readonly author: string;
  readonly authorId: string | undefined;
  readonly kind: Message["kind"];
  readonly text: string;
  readonly model: string | undefined;
  readonly host: string | undefined;
  readonly turn: string | undefined;
  readonly replyTo: string | undefined;
  readonly edited: boolean;
  readonly stopped: boolean;
  readonly aside: boolean;
  /** Descriptions; the bytes are not in the file. */
  readonly pictures: readonly string[];
}

export interface JsonlReader {
  /** One line without its break; an empty one is nothing. */
  push(line: string): Result<void, JsonlError>;
  finish(): Result<readonly JsonlMessage[], JsonlError>;
}

export function createJsonlReader(): JsonlReader {
  const messages: JsonlMessage[] = [];
  const ids = new Set<string>();
  const people = new Set<string>();
  let line = 0;
  const bad = (problem: JsonlProblem, field?: string): Result<never, JsonlError> =>
    err({ kind: "jsonl-line", line, problem, ...field === undefined ? {} : { field } });
  return {
    push(given) {
      line += 1;
      if (line > limits.linesMax) return err({ kind: "jsonl-too-many", linesMax: limits.linesMax });
      const text = line === 1 ? given.replace(/^\ufeff/, "") : given;
      if (text.trim() === "") return ok(undefined);
      if (text.length > limits.lineCharsMax) return bad("too-long");
      const value = parse(text);
      if (value === undefined) return bad("not-json");
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return bad("no-object");
      }
      const read = readMessage(value as Readonly<Record<string, unknown>>);
      if (!read.ok) return bad("field", read.error);
      const { id } = read.value;
      if (id !== undefined && ids.has(id)) return bad("id-twice", "id");
      if (id !== undefined) ids.add(id);
      const { kind, author, authorId, host } = read.value;
      people.add(JSON.stringify([kind, authorId === undefined, authorId ?? author]));
      if (host !== undefined) people.add(host);
      if (people.size > limits.peopleMax) return bad("people");
      messages.push(read.value);
      return ok(undefined);
    },
    finish: () => messages.length === 0 ? err({ kind: "jsonl-empty" }) : ok(messages),
  };
}

/** Undefined where it is no JSON: null is a value of JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();
/** The last year of four digits. */
const AT_MS_MAX = Date.UTC(9999, 11, 31);

/** The name of the first field that is wrong. */
function readMessage(fields: Fields): Result<JsonlMessage, string> {
  const { at, author, kind, text } = fields;
  const atMs = typeof at === "string" ? Date.parse(at) : typeof at === "number" ? at : NaN;
  if (!Number.isSafeInteger(atMs) || atMs < 0 || atMs > AT_MS_MAX) return err("at");
  if (typeof author !== "string" || author === "" || isOver(author, "nameCharsMax")) {
    return err("author");
  }
  if (kind !== "person" && kind !== "persona") return err("kind");
  if (typeof text !== "string" || encoder.encode(text).length > protocolLimits.textBytesMax) {
    return err("text");
  }
  for (const field of ["authorId", "model", "host"] as const) {
    const value = fields[field];
    const isText = typeof value === "string" && value !== "" && !isOver(value, "idCharsMax");
    if (value != null && !isText) return err(field);
  }
  for (const field of ["edited", "stopped", "aside"] as const) {
    if (fields[field] != null && typeof fields[field] !== "boolean") return err(field);
  }
  for (const field of ["id", "turn", "replyTo"] as const) {
    const value = fields[field];
    const isId = typeof value === "string" ? !isOver(value, "idCharsMax") : Number.isFinite(value);
    if (value != null && !isId) return err(field);
  }
  const pictures = readPictures(fields["images"]);
  if (pictures === undefined) return err("images");
  const word = (field: string): string | undefined =>
    fields[field] == null ? undefined : String(fields[field] as string | number);
  return ok({
    id: word("id"),
    at: atMs,
    author,
    authorId: word("authorId"),
    kind,
    text,
    model: word("model"),
    host: word("host"),
    turn: word("turn"),
    replyTo: word("replyTo"),
    edited: fields["edited"] === true,
    stopped: fields["stopped"] === true,
    aside: fields["aside"] === true,
    pictures,
  });
}

function readPictures(images: unknown): readonly string[] | undefined {
  if (images == null) return [];
  if (!Array.isArray(images) || images.length > protocolLimits.imagesMax) return undefined;
  const alts = images.map((one: unknown) => (one as { readonly alt?: unknown } | null)?.alt ?? "");
  const isText = (alt: unknown): alt is string =>
    typeof alt === "string" && !isOver(alt, "altCharsMax");
  return alts.every(isText) ? alts : undefined;
}

function isOver(text: string, limit: "nameCharsMax" | "idCharsMax" | "altCharsMax"): boolean {
  return text.length > protocolLimits[limit];
}
