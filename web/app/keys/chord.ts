/**
 * A key with its modifiers, as the table writes it: `F6`, `Shift+F6`, `j`, `?`.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY231 A letter is the one that the person's layout writes; where that writes no Latin letter,
 *         it is the key of that place on the board. Composing, AltGr and other modifiers than those
 *         named are no match.
 */

export type Chord = string;

/** What of a keyboard event is looked at. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
}

const MODIFIERS = ["Ctrl", "Alt", "Shift", "Meta"] as const;
type Modifier = typeof MODIFIERS[number];

export interface ChordParts {
  readonly modifiers: readonly Modifier[];
  readonly key: string;
}

export function readChord(chord: Chord): ChordParts {
  const words = chord === "+" ? ["+"] : chord.split("+");
  const key = words.at(-1) ?? "";
  return { key, modifiers: MODIFIERS.filter((one) => words.slice(0, -1).includes(one)) };
}

/** One character that writes something: what a person can turn off (SY232). */
export function isSingleKey(chord: Chord): boolean {
  const { key, modifiers } = readChord(chord);
  return [...key].length === 1 && modifiers.every((one) => one === "Shift");
}

export function isPressed(chord: Chord, press: Press): boolean {
  if (press.isComposing) return false;
  const { key, modifiers } = readChord(chord);
  const has = (one: Modifier): boolean => modifiers.includes(one);
  if (press.ctrlKey !== has("Ctrl") || press.altKey !== has("Alt")) return false;
  if (press.metaKey !== has("Meta")) return false;
  // A sign says itself whether it needs Shift: "?" does on one layout and not on another.
  const isSign = [...key].length === 1 && !/[a-z]/i.test(key);
  if (!isSign && press.shiftKey !== has("Shift")) return false;
  return writtenKey(press) === key;
}

function writtenKey({ key, code }: Press): string {
  if ([...key].length !== 1) return key;
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  const isForeign = /\p{Letter}/u.test(key) && !/\p{Script=Latin}/u.test(key);
  return (isForeign && place !== undefined ? place : key).toLowerCase();
}
