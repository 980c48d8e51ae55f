/**
 * Macros of cards: `{{char}}`, `{{user}}`, `{{original}}`, `{{random:a,b}}`, `{{pick:a,b}}`,
 * `{{roll:d6}}`, `{{reverse:text}}` and the comments, after the card specification V3. Names are
 * read in any case; `::` separates like `:` and `,`, and `\,` is a comma.
 *
 *   PL36  A macro becomes its words where a prompt is made; one that is unknown or unclosed stays
 *         as it was written, and what a macro gave is never read for macros again.
 *   PL37  Chance in macros comes from the turn's key, so that the same prompt can be made again;
 *         `pick` comes from the persona's, so that it stays what it was.
 */

import type { Random } from "../../ports/random.ts";
import { loreLimits as limits } from "./limits.ts";

export interface MacroWords {
  readonly char: string;
  readonly user: string;
  /** What the text stands instead of. */
  readonly original: string;
  /** Of the turn. */
  readonly random: Random;
  /** Of the persona. */
  readonly pick: Random;
}

/**
 * The text with its macros done, in time that grows with its length. `keepsHidden`: the text of
 * hidden keys is shown, for a search.
 */
export function expandMacros(text: string, words: MacroWords, keepsHidden = false): string {
  if (!text.includes("{{") && !text.includes("<")) return text;
  const open: string[][] = [];
  let current: string[] = [];
  let chars = 0;
  const add = (piece: string): void => void current.push(piece);
  for (const piece of text.split(/(\{\{|\}\}|<(?:user|char|bot)>)/i)) {
    if (piece === "{{" && open.length < limits.macroDepthMax) {
      open.push(current);
      current = [];
    } else if (piece === "}}" && open.length > 0) {
      const inner = current.join("");
      const isFull = chars > limits.macroCharsMax;
      const value = isFull ? undefined : macroText(inner, words, keepsHidden);
      chars += value?.length ?? 0;
      current = open.pop() ?? [];
      add(value ?? `{{${inner}}}`); // PL36
    } else if (/^<user>$/i.test(piece)) add(words.user);
    else if (/^<(char|bot)>$/i.test(piece)) add(words.char);
    else add(piece);
  }
  while (open.length > 0) {
    const inner = current.join("");
    current = open.pop() ?? [];
    add(`{{${inner}`);
  }
  return current.join("");
}

/** Undefined for a macro that is not known. */
function macroText(inner: string, words: MacroWords, keepsHidden: boolean): string | undefined {
  const trimmed = inner.trimStart();
  if (trimmed.startsWith("//")) return "";
  const written = /^([a-z_]+)\s*(?::{1,2}([^]*))?$/i.exec(trimmed);
  const name = (written?.[1] ?? "").toLowerCase();
  const rest = written?.[2];
  switch (name) {
    case "char":
    case "user":
    case "original":
      return rest === undefined ? words[name] : undefined;
    case "random":
      return rest === undefined ? undefined : chosen(rest, words.random);
    case "pick":
      // Of its own words, so that another pick beside it moves nothing.
      return rest === undefined ? undefined : chosen(rest, words.pick.fork(rest));
    case "roll":
      return rest === undefined ? undefined : rolled(rest, words.random);
    case "reverse":
      return rest === undefined ? undefined : [...rest].reverse().join("");
    case "comment":
      return rest === undefined ? undefined : "";
    case "hidden_key":
      return rest === undefined ? undefined : keepsHidden ? rest : "";
    default:
      return undefined;
  }
}

function chosen(list: string, random: Random): string {
  const separator = list.includes("::") ? /::/ : /(?<!\\),/;
  const items = list.split(separator).map((item) => item.replaceAll("\\,", ",").trim());
  return items[Math.floor(random.next() * items.length)] ?? "";
}

function rolled(die: string, random: Random): string | undefined {
  const sides = Number(/^\s*d?(\d{1,7})\s*$/i.exec(die)?.[1] ?? 0);
  if (sides < 1 || sides > limits.rollSidesMax) return undefined;
  return String(1 + Math.floor(random.next() * sides));
}
