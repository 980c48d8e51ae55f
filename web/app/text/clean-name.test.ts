import { expect, test } from "vitest";
import { fc } from "#shared/testing/properties.ts";
import { cleanName } from "./clean-name.ts";

test.each([
  ["Mika Kallio", "Mika Kallio"],
  ["  Mika\n\tKallio\u0000 ", "Mika Kallio"],
  ["\u202Eadom\u202C", "adom"],
  ["A\u200Bd\u2060a\uFEFF", "Ada"],
  ["\u200B\u200D\u3164\u2800", "(no name)"],
  ["\u0301\u0302", "(no name)"],
  [`Z${"\u0351".repeat(80)}o`, `Z${"\u0351".repeat(4)}o`],
  ["👩‍🌾 نورا‌جان", "👩‍🌾 نورا‌جان"],
  ["<b>Ada</b>", "<b>Ada</b>"],
])("[SY283] %j is shown as %j", (name, shown) => {
  expect(cleanName(name)).toBe(shown);
});

test.each([
  "You",
  " you ",
  "YOU",
  "Yоu",
  "Ｙｏｕ",
  "Y\u200Bou",
  "y-o-u",
  "Υou",
  "conсlave",
])(
  "[SY283] %j is not mistaken for a word of the page",
  (name) => {
    expect(cleanName(name)).toMatch(/^“.+”$/);
  },
);

test("[SY283] names of letters stay what they are", () => {
  for (const name of ["Youssef", "Yu", "Ты", "Ουρανία", "王小明", "Conclave fan"]) {
    expect(cleanName(name)).toBe(name);
  }
});

test("[SY283] whatever a name is, what is shown is one line that can be seen", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), (name) => {
    const shown = cleanName(name);
    expect(shown).toMatch(/[^\s\p{M}\p{C}]/u);
    expect(shown).not.toMatch(/[\n\r\u2028\u202A-\u202E\u2066-\u2069\u0000]|\p{M}{5}/u);
    expect(shown).toBe(shown.trim());
  }));
});
