/**
 * Every key of the page, in one table: `keyboard.tsx` binds what stands here, `key-sheet.tsx` shows
 * what stands here, and there is no other list.
 *
 * To add a key, add a row. Mostly `press` is all it needs: a selector of the button that does the
 * same with the mouse. In the group "message" it is looked for in the message that has the focus,
 * elsewhere on the page; where the button is not there, the key does nothing and is left to the
 * browser. So: put `data-deed="reply"` on the button, and here
 *
 *   { group: "message", keys: ["r"], where: "message", text: "keys.reply", press: deed("reply") }
 *
 * with its text in `messages/english/keys.ts` and `messages/german/keys.ts`. `run` is for what no
 * button does, and `boundBy` for a key that a part binds by itself (`bound-keys.ts`). Rows with the
 * same text are shown as one line. A key may stand twice where only one can be meant; the first row
 * that fits is taken. `key-table.test.ts` refuses what browsers and screen readers use.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY230 Every key of the page stands in one table, which binds it and from which the help is
 *         made.
 *   SY222 A slash outside text fields searches the open room, and on other screens all rooms. The
 *         browser's own keys for finding stay its own.
 */

import "./keys-text.ts";
import type { keys } from "../messages/english/keys.ts";
import { ESCAPE_KEY, SEND_KEY } from "./bound-keys.ts";
import type { Chord } from "./chord.ts";

export type KeyGroup = "page" | "log" | "message" | "composer" | "dialog";

/** In the order of the help. */
export const KEY_GROUPS: readonly KeyGroup[] = ["page", "log", "message", "composer", "dialog"];

/**
 * Where the focus must be: "page" is anywhere but in a text field or a dialog, "text" is there too,
 * "dialog" is anywhere but in a text field; "log" is the conversation or a message itself,
 * "message" a message or what is in it.
 */
export type KeyWhere = "page" | "text" | "dialog" | "log" | "message";

export type KeyDeed =
  | "help"
  | "part-next"
  | "part-previous"
  | "message-box"
  | "message-next"
  | "message-previous"
  | "page-down"
  | "page-up"
  | "message-first"
  | "message-newest"
  | "into-message"
  | "out-of-log";

interface KeyFacts {
  readonly group: KeyGroup;
  readonly keys: readonly Chord[];
  readonly text: keyof typeof keys;
}

export type BoundRow =
  & KeyFacts
  & { readonly where: KeyWhere }
  & ({ readonly run: KeyDeed } | { readonly press: string });

export type KeyRow = BoundRow | KeyFacts & { readonly boundBy: string };

/** The button of the page, or of the message, that does it too. */
const deed = (name: string): string => `[data-deed="${name}"]`;

export const KEY_TABLE: readonly KeyRow[] = [
  { group: "page", keys: ["?"], where: "dialog", text: "keys.help", run: "help" },
  { group: "page", keys: ["F6"], where: "text", text: "keys.part-next", run: "part-next" },
  {
    ...{ group: "page", keys: ["Shift+F6"], where: "text" },
    ...{ text: "keys.part-previous", run: "part-previous" },
  },
  { group: "page", keys: ["m"], where: "page", text: "keys.box", run: "message-box" },
  { group: "page", keys: ["z"], where: "page", text: "keys.undo", press: deed("undo") },
  { group: "page", keys: ["/"], where: "page", text: "keys.search", press: deed("search") },
  { group: "page", keys: [ESCAPE_KEY], text: "keys.stop", boundBy: "stop-button.tsx" },

  { group: "log", keys: ["ArrowDown"], where: "log", text: "keys.next", run: "message-next" },
  { group: "log", keys: ["j"], where: "page", text: "keys.next", run: "message-next" },
  { group: "log", keys: ["ArrowUp"], where: "log", text: "keys.previous", run: "message-previous" },
  { group: "log", keys: ["k"], where: "page", text: "keys.previous", run: "message-previous" },
  { group: "log", keys: ["PageDown"], where: "log", text: "keys.page-down", run: "page-down" },
  { group: "log", keys: ["PageUp"], where: "log", text: "keys.page-up", run: "page-up" },
  { group: "log", keys: ["Home"], where: "log", text: "keys.first", run: "message-first" },
  { group: "log", keys: ["End"], where: "log", text: "keys.newest", run: "message-newest" },

  { group: "message", keys: ["Enter"], where: "log", text: "keys.into", run: "into-message" },
  { group: "message", keys: ["r"], where: "message", text: "keys.reply", press: deed("reply") },
  { group: "message", keys: ["p"], where: "message", text: "keys.pin", press: deed("pin") },
  { group: "message", keys: ["c"], where: "message", text: "keys.copy", press: deed("copy") },
  { group: "message", keys: ["e"], where: "message", text: "keys.edit", press: deed("edit") },
  { group: "message", keys: ["a"], where: "message", text: "keys.again", press: deed("again") },
  { group: "message", keys: ["w"], where: "message", text: "keys.why", press: deed("why") },
  {
    ...{ group: "message", keys: [ESCAPE_KEY], where: "message" },
    ...{ text: "keys.out", run: "out-of-log" },
  },
  { group: "message", keys: [ESCAPE_KEY], where: "log", text: "keys.out", run: "out-of-log" },

  { group: "composer", keys: [SEND_KEY], text: "keys.send", boundBy: "composer.tsx" },
  { group: "composer", keys: ["Shift+Enter"], text: "keys.line", boundBy: "composer.tsx" },
  { group: "composer", keys: ["@"], text: "keys.mention", boundBy: "composer.tsx" },

  { group: "dialog", keys: ["Tab"], text: "keys.tab", boundBy: "modal.tsx" },
  { group: "dialog", keys: [ESCAPE_KEY], text: "keys.close", boundBy: "modal.tsx" },
];
