/** The lorebook of a card (`character_book`), as far as prompts need it. */

import { err, ok } from "../../base/result.ts";
import type { Read } from "./card-error.ts";
import type { CardNotice } from "./decode-card.ts";
import { isObject, type Json, type JsonObject, member } from "./json.ts";
import { cardLimits as limits } from "./limits.ts";

export interface Lorebook {
  /** Undefined where the book does not say. */
  readonly scanDepth: number | undefined;
  readonly tokenBudget: number | undefined;
  readonly isRecursive: boolean;
  /** Those that are switched on. */
  readonly entries: readonly BookEntry[];
  readonly disabled: number;
}

export interface BookEntry {
  readonly keys: readonly string[];
  readonly keysToo: readonly string[];
  readonly isConstant: boolean;
  readonly isPattern: boolean;
  readonly isCaseSensitive: boolean;
  readonly isWholeWord: boolean;
  readonly order: number;
  readonly priority: number;
  readonly text: string;
}

/** Undefined for a card without one. */
export function decodeBook(
  value: Json | undefined,
  notices: CardNotice[],
): Read<Lorebook | undefined> {
  if (value === undefined || value === null) return ok(undefined);
  const listed = isObject(value) ? member(value, "entries") : undefined;
  if (!isObject(value) || !Array.isArray(listed)) {
    notices.push({ kind: "field-unread", field: "character_book" });
    return ok(undefined);
  }
  if (listed.length > limits.listItemsMax) {
    const itemsMax = limits.listItemsMax;
    return err({ kind: "card-list-too-long", field: "character_book", itemsMax });
  }
  const objects = (listed as readonly Json[]).filter(isObject);
  if (objects.length < listed.length) {
    notices.push({ kind: "field-unread", field: "character_book" });
  }
  const enabled = objects.filter((entry) => member(entry, "enabled") !== false);
  const entries = enabled.map(decodeEntry).filter((entry) => entry !== undefined);
  return ok({
    scanDepth: numberOf(value, "scan_depth"),
    tokenBudget: numberOf(value, "token_budget"),
    isRecursive: member(value, "recursive_scanning") === true,
    entries,
    disabled: objects.length - entries.length,
  });
}

/** Undefined for an entry that its own decorator switches off. */
function decodeEntry(entry: JsonObject): BookEntry | undefined {
  const { text, decorators } = readDecorators(textOf(entry, "content"));
  if (decorators.has("dont_activate")) return undefined;
  const extensions = member(entry, "extensions");
  const ext = isObject(extensions) ? extensions : {};
  const isSelective = member(entry, "selective") === true;
  const more = decorators.get("additional_keys") ?? "";
  return {
    keys: [...keysOf(entry, "keys"), ...more.split(",").map((key) => key.trim())]
      .filter((key) => key !== ""),
    keysToo: isSelective ? keysOf(entry, "secondary_keys") : [],
    isConstant: member(entry, "constant") === true || decorators.has("activate"),
    isPattern: member(entry, "use_regex") === true,
    isCaseSensitive: (member(entry, "case_sensitive") ?? member(ext, "case_sensitive")) === true,
    isWholeWord: member(ext, "match_whole_words") === true,
    order: numberOf(entry, "insertion_order") ?? 0,
    priority: numberOf(entry, "priority") ?? 0,
    text,
  };
}

/** Lines `@@name value` at the head of an entry; unknown ones mean nothing here, by the spec. */
function readDecorators(content: string) {
  const decorators = new Map<string, string>();
  const lines = content.split("\n");
  let first = 0;
  for (; first < lines.length; first += 1) {
    const line = (lines[first] ?? "").trim();
    const written = /^(@{2,})([a-z_]+)\s*(.*)$/.exec(line);
    if (written === null) break;
    // A third @ stands in where the decorator above is unknown; those known here need none.
    if (written[1] === "@@") decorators.set(written[2] ?? "", written[3] ?? "");
  }
  return { decorators, text: lines.slice(first).join("\n").trim() };
}

function keysOf(entry: JsonObject, field: string): readonly string[] {
  const value = member(entry, field);
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[])
    .filter((key): key is string => typeof key === "string" && key.trim() !== "")
    .map((key) => key.trim());
}

function textOf(entry: JsonObject, field: string): string {
  const value = member(entry, field);
  return typeof value === "string" ? value : "";
}

function numberOf(object: JsonObject, field: string): number | undefined {
  const value = member(object, field);
  return typeof value === "number" && Number.isFinite(value) ? Math.trunc(value) : undefined;
}
