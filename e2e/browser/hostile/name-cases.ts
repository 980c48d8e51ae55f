/** Names of people, personas, rooms, models and devices that turn, hide, pile up, run or lie. */

import { CANARY, FOREIGN } from "./hostile-case.ts";

/** As long as a name may be (shared/protocol/limits.ts). */
const CHARS_MAX = 80;

const names: Readonly<Record<string, string>> = {
  "a script": `<script>${CANARY}</script>`,
  "an image": `<img src=x onerror=${CANARY}>`,
  "a drawing": `<svg onload=${CANARY}>`,
  "a style": "<style>*{display:none}</style>",
  "an end of everything": `</b></a></title></script>"'>${CANARY}`,
  "an attribute": `" onmouseover="${CANARY}" x="`,
  "an entity": "&lt;b&gt;&#x202E;&nbsp;",
  "markdown": `**[a](javascript:${CANARY})** ![p](${FOREIGN}/p.png)`,
  "a placeholder of ours": "{name} {count} {0} $1 $& %s",
  "an override": "\u202Enimda\u202C",
  "isolates that never end": "\u2066\u2067\u2068".repeat(20) + "x",
  "right-to-left words": "שלום עולם مرحبا",
  "zero width between letters": [..."Ada"].join("\u200B"),
  "zero width alone": "\u200B\u200C\u200D\u2060\uFEFF",
  "a filler that is a letter": "\u3164",
  "blank braille": "\u2800\u2800",
  "tags that spell": [..."root"].map((c) => String.fromCodePoint(0xE0000 + c.charCodeAt(0)))
    .join("") + "x",
  "marks above": "Z" + "\u0351".repeat(CHARS_MAX - 1),
  "marks below": "Z" + "\u0316".repeat(CHARS_MAX - 1),
  "marks on nothing": "\u0489".repeat(CHARS_MAX),
  "wide letters": "\uFDFD".repeat(CHARS_MAX),
  "a hieroglyph as tall as three lines": "\u{12031}".repeat(20),
  "one long word": "w".repeat(CHARS_MAX),
  "one long word with a dash": "-".repeat(CHARS_MAX),
  "lines": "one\ntwo\r\nthree\u2028four\u2029five\u0085six",
  "tabs and controls": "a\tb\u0000c\u0007d\u001B[31me",
  "half a letter": "a\uD800b",
  "families": "👩‍👩‍👧‍👦".repeat(7),
  "you": "You",
  "you of other letters": "Yоu",
  "you with a gap": "Y\u200Bou",
  "the program": "Conclave",
};

export const nameCases = Object.entries(names).map(([title, name]) => ({
  title,
  name: name.slice(0, CHARS_MAX),
}));
