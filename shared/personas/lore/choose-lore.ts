/**
 * Chooses what of a persona's lorebook her next prompt needs: by the letters of the newest lines.
 *
 * Owns the choice and its order. What of it fits is the layout's (PL38). Pure: the same lines give
 * the same entries on every device.
 *
 *   PL30  An entry is chosen when it is constant, or when one of its keys, and one of its second
 *         keys if it has any, is in the lines that are searched; each entry at most once.
 *   PL31  Entries stand in their order; of what does not fit the lowest priority is left out first,
 *         and of equal priority the lowest order.
 *   PL32  Keys are letters without regard to case unless the entry says otherwise, whole words
 *         where it says so, patterns where it says so.
 *   PL33  A recursive lorebook searches its chosen entries too, for a bounded number of rounds.
 */

import type { CardLore, LoreEntry } from "../../protocol/events.ts";
import { loreLimits as limits } from "./limits.ts";
import { compilePattern, type StepBudget, testPattern } from "./pattern.ts";

export interface ChosenLore {
  readonly text: string;
  /** 0 for what is left out last. */
  readonly rank: number;
}

/**
 * In the order of the prompt. `lines`: texts of the room, oldest first. `wordsOf` makes an entry's
 * text: for the prompt, or as it is searched.
 */
export function chooseLore(
  lore: CardLore,
  lines: readonly string[],
  wordsOf: (entry: LoreEntry, isSearched: boolean) => string,
): readonly ChosenLore[] {
  const searched = lore.scanLines === 0 ? "" : lines.slice(-lore.scanLines).join("\n");
  const budget: StepBudget = { left: limits.patternStepsMax };
  const chosen = new Set(lore.entries.filter(({ isConstant }) => isConstant));
  let text = searched.slice(-limits.scanCharsMax);
  for (let round = 0; round <= limits.recursionsMax; round += 1) {
    const within = { text, lower: text.toLowerCase(), budget };
    const woken = lore.entries.filter((entry) => !chosen.has(entry) && isWoken(entry, within));
    // Constant entries are searched with the first that were found.
    const fresh = round === 0 ? [...chosen, ...woken] : woken;
    for (const entry of woken) chosen.add(entry);
    if (!lore.isRecursive || fresh.length === 0) break; // PL33
    text = fresh.map((entry) => wordsOf(entry, true)).join("\n").slice(0, limits.scanCharsMax);
  }
  const ranks = new Map([...chosen].toSorted(compareNeed).map((entry, rank) => [entry, rank]));
  return lore.entries.filter((entry) => chosen.has(entry))
    .toSorted((a, b) => a.order - b.order)
    .map((entry) => ({ text: wordsOf(entry, false), rank: ranks.get(entry) ?? 0 }))
    .filter((one) => one.text.trim() !== "");
}

function compareNeed(a: LoreEntry, b: LoreEntry): number {
  return b.priority - a.priority || b.order - a.order; // PL31
}

/** What keys are sought in. */
interface Searched {
  readonly text: string;
  readonly lower: string;
  readonly budget: StepBudget;
}

function isWoken(entry: LoreEntry, searched: Searched): boolean {
  const isFound = (key: string): boolean => isKeyIn(key, entry, searched);
  return entry.keys.some(isFound) && (entry.keysToo.length === 0 || entry.keysToo.some(isFound));
}

function isKeyIn(key: string, entry: LoreEntry, { text, lower, budget }: Searched): boolean {
  if (entry.isPattern) return isPatternIn(key, entry, text, budget);
  const [sought, within] = entry.isCaseSensitive ? [key, text] : [key.toLowerCase(), lower];
  if (!entry.isWholeWord) return within.includes(sought);
  for (let at = within.indexOf(sought); at >= 0; at = within.indexOf(sought, at + 1)) {
    if (!isWordAt(within, at - 1) && !isWordAt(within, at + sought.length)) return true;
  }
  return false;
}

function isPatternIn(key: string, entry: LoreEntry, text: string, budget: StepBudget): boolean {
  if (budget.left <= 0) return false;
  const pattern = compilePattern(key, entry.isCaseSensitive);
  if (!pattern.ok) return false; // PL34
  // What it takes to make is counted too: a short source may be a long program.
  budget.left -= pattern.value.steps.length;
  return testPattern(pattern.value, text, budget);
}

function isWordAt(text: string, at: number): boolean {
  return /[\p{L}\p{N}_]/u.test(text[at] ?? "");
}
