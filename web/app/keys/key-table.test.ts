import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isSingleKey, readChord } from "./chord.ts";
import { findRows, isBound, type KeyPlace } from "./find-row.ts";
import { KEY_GROUPS, KEY_TABLE } from "./key-table.ts";

const APP = join(import.meta.dirname, "..");
const sources = readdirSync(APP, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".tsx"))
  .map((path) => readFileSync(join(APP, path), "utf8"));

/** Of browsers, systems and screen readers, whatever the page would like. */
const TAKEN = [/^F(?!6$)\d+$/, /^(Insert|CapsLock|ContextMenu|PrintScreen|NumLock)$/];

const press = (key: string, shiftKey = false) => ({
  key,
  code: "",
  shiftKey,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  isComposing: false,
});

const PAGE: KeyPlace = { isText: false, isDialog: false, inMessage: false, isLog: false };

test("[SY230] no key of the table is the browser's, the system's or a screen reader's", () => {
  for (const { key, modifiers } of KEY_TABLE.flatMap(({ keys }) => keys).map(readChord)) {
    expect(TAKEN.some((taken) => taken.test(key)), key).toBe(false);
    // Ctrl and Alt with a key belong to menus, readers and access keys nearly everywhere.
    expect(modifiers.filter((one) => one !== "Shift"), key).toEqual([]);
  }
});

test("[SY230] a key leads to one row wherever the focus is", () => {
  const both = [true, false];
  const places = both.flatMap((isText) =>
    both.flatMap((isDialog) =>
      both.flatMap((inMessage) =>
        both.map((isLog): KeyPlace => ({ isText, isDialog, inMessage, isLog }))
      )
    )
  );
  for (const chord of new Set(KEY_TABLE.filter(isBound).flatMap(({ keys }) => keys))) {
    const { key, modifiers } = readChord(chord);
    for (const place of places) {
      const found = findRows(KEY_TABLE, press(key, modifiers.includes("Shift")), place, true);
      // Rows of the same text are one key to a reader.
      expect(new Set(found.map(({ text }) => text)).size, `${chord} ${JSON.stringify(place)}`)
        .toBeLessThanOrEqual(1);
    }
  }
});

test("[SY230] every group is shown, and every row is bound somewhere", () => {
  expect(new Set(KEY_TABLE.map(({ group }) => group))).toEqual(new Set(KEY_GROUPS));
  for (const row of KEY_TABLE) {
    if ("press" in row) {
      const name = /^\[data-deed="([a-z-]+)"\]$/.exec(row.press)?.[1];
      const isThere = sources.some((text) => text.includes(`data-deed="${name}"`));
      expect(isThere, `${row.press} is on a button`).toBe(true);
    } else if ("boundBy" in row) {
      const files = readdirSync(APP, { recursive: true, encoding: "utf8" });
      const file = files.find((path) => path.endsWith(`/${row.boundBy}`)) ?? "";
      expect(existsSync(join(APP, file)) && file !== "", row.boundBy).toBe(true);
    }
  }
});

test("[SY232] letters are words in a text field, and nothing where they are turned off", () => {
  const inText = { ...PAGE, isText: true };
  const letters = KEY_TABLE.filter(isBound).flatMap(({ keys }) => keys).filter(isSingleKey);
  expect(letters).toContain("j");
  for (const key of letters) {
    expect(findRows(KEY_TABLE, press(key), inText, true)).toEqual([]);
    expect(findRows(KEY_TABLE, press(key), { ...PAGE, inMessage: true }, false)).toEqual([]);
  }
  expect(findRows(KEY_TABLE, press("j"), PAGE, true)).toHaveLength(1);
  expect(findRows(KEY_TABLE, press("F6"), inText, false)).toHaveLength(1);
});

test("[SY232] over a dialog only the help opens", () => {
  const over = { ...PAGE, isDialog: true, inMessage: true, isLog: true };
  const keys = new Set(KEY_TABLE.filter(isBound).flatMap((row) => row.keys));
  const found = [...keys].filter((chord) => {
    const { key, modifiers } = readChord(chord);
    return findRows(KEY_TABLE, press(key, modifiers.includes("Shift")), over, true).length > 0;
  });
  expect(found).toEqual(["?"]);
});
