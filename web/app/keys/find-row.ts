/**
 * Which row of the table a press means. Pure: the shell reads the page and does what comes out.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY232 Keys that write a character do nothing in a text field, and none at all where a person
 *         turned them off.
 */

import { type Chord, isPressed, isSingleKey, type Press } from "./chord.ts";
import type { BoundRow, KeyRow, KeyWhere } from "./key-table.ts";

/** Where the focus is. */
export interface KeyPlace {
  readonly isText: boolean;
  readonly isDialog: boolean;
  readonly inMessage: boolean;
  /** The conversation itself, or a message itself: not a button in it. */
  readonly isLog: boolean;
}

/** The rows that fit, in the order of the table. */
export function findRows(
  table: readonly KeyRow[],
  press: Press,
  place: KeyPlace,
  singleKeys: boolean,
): readonly BoundRow[] {
  const isOn = (chord: Chord): boolean =>
    (!isSingleKey(chord) || (singleKeys && !place.isText)) && isPressed(chord, press);
  return table.filter((row) => isBound(row) && fits(row.where, place) && row.keys.some(isOn))
    .filter(isBound);
}

export function isBound(row: KeyRow): row is BoundRow {
  return "where" in row;
}

function fits(where: KeyWhere, { isText, isDialog, inMessage, isLog }: KeyPlace): boolean {
  switch (where) {
    case "text":
      return !isDialog;
    case "dialog":
      return !isText;
    case "page":
      return !isText && !isDialog;
    case "log":
      return isLog && !isDialog;
    case "message":
      return inMessage && !isText && !isDialog;
  }
}
