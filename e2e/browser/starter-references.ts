/** What torch said on prompts of the starter's training form, greedily. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

const STARTER = join(import.meta.dirname, "../../web/models/starter");

interface Reference {
  readonly prompt: string;
  readonly greedy: readonly number[];
  readonly ended: boolean;
}

/** The text that torch's tokens stand for, read from the shipped vocabulary. */
export function referenceTexts(): { prompt: string; text: string }[] {
  const tokenizer = JSON.parse(readFileSync(join(STARTER, "files/tokenizer.json"), "utf8"));
  const vocabulary = tokenizer.model.vocab as Readonly<Record<string, number>>;
  const special = new Set((tokenizer.added_tokens as { id: number }[]).map(({ id }) => id));
  const unitById = new Map(Object.entries(vocabulary).map(([unit, id]) => [id, unit]));
  const byteByUnit = new Map<string, number>();
  const printable = [[33, 126], [161, 172], [174, 255]] as const;
  for (const [from, to] of printable) {
    for (let byte = from; byte <= to; byte += 1) byteByUnit.set(String.fromCharCode(byte), byte);
  }
  let next = 256;
  for (let byte = 0; byte < 256; byte += 1) {
    if (![...byteByUnit.values()].includes(byte)) byteByUnit.set(String.fromCharCode(next++), byte);
  }
  const decode = (ids: readonly number[]): string => {
    const units = ids.filter((id) => !special.has(id)).map((id) => unitById.get(id) ?? "");
    const bytes = [...units.join("")].map((unit) => byteByUnit.get(unit) ?? 63);
    return new TextDecoder().decode(Uint8Array.from(bytes));
  };
  const rows = JSON.parse(readFileSync(join(STARTER, "reference.json"), "utf8")) as Reference[];
  return rows.map(({ prompt, greedy }) => ({ prompt, text: decode(greedy) }));
}
