import { expect, test } from "vitest";
import { fc } from "#shared/testing/properties.ts";
import { holdsAll, parseQuery, snippetOf, spansOf } from "./find-query.ts";
import { foldExpanded, foldText, foldWithPlaces } from "./fold-text.ts";
import { searchLimits } from "./limits.ts";

const isFound = (asked: string, text: string): boolean =>
  holdsAll(parseQuery(asked), foldText(text), text);
/** What would be marked. */
const marked = (asked: string, text: string): readonly string[] =>
  spansOf(parseQuery(asked), text).map(({ start, end }) => text.slice(start, end));

test.each<[asked: string, text: string, marks: readonly string[]]>([
  ["wall", "By the south WALL.", ["WALL"]],
  ["WALL", "walls", ["wall"]],
  ["wall south", "By the south wall", ["south", "wall"]],
  ['"south wall"', "By the south wall", ["south wall"]],
  ["cafe", "Café au lait, CAFÉ", ["Café", "CAFÉ"]],
  ["café", "cafe", ["cafe"]],
  ["e\u0301t\u00e9", "Un été", ["été"]],
  ["muller", "Frau Müller", ["Müller"]],
  ["Müller", "Frau Muller", ["Muller"]],
  ["Mueller", "Frau Müller", ["Müller"]],
  ["müller", "Frau Mueller", ["Mueller"]],
  ["MÜLLER", "mu\u0308ller", ["mu\u0308ller"]],
  ["strasse", "Hauptstraße 1", ["straße"]],
  ["STRAẞE", "die strasse", ["strasse"]],
  ["istanbul", "İSTANBUL, ıstanbul", ["İSTANBUL", "ıstanbul"]],
  ["οδος", "ΟΔΟΣ", ["ΟΔΟΣ"]],
  ["ёлка", "Елка и ЁЛКА", ["Елка", "ЁЛКА"]],
  ["don't", "I don’t know", ["don’t"]],
  ["abc 12", "ＡＢＣ １２", ["ＡＢＣ", "１２"]],
  ["北京", "我在北京大学学习", ["北京"]],
  ["学", "我在北京大学学习", ["学", "学"]],
  ["東京 大学", "東京にある大学です", ["東京", "大学"]],
  ["ガーデン", "ｶﾞｰﾃﾞﾝ", ["ｶﾞｰﾃﾞﾝ"]],
  ["バラ", "庭のバラが咲いた", ["バラ"]],
  ["กุหลาบ", "ฉันชอบดอกกุหลาบสีแดง", ["กุหลาบ"]],
  ["한국", "대한민국과 한국어", ["한국"]],
  ["שלום", "שָׁלוֹם לכולם", ["שָׁלוֹם"]],
  ["محمد", "مُحَمَّد", ["مُحَمَّد"]],
  ["की", "यह गुलाब की बात", ["की"]],
  ["🌹", "a 🌹 for you", ["🌹"]],
  ["rose garden", "rose only", []],
  ["zz", "nothing", []],
  ["が", "か", []],
  ["कि", "की", []],
])("[SY215] %s in %s", (asked, text, marks) => {
  expect(isFound(asked, text)).toBe(marks.length > 0);
  if (marks.length > 0) expect(marked(asked, text)).toEqual(marks);
});

test("[SY215] a question without words finds nothing, and one too long is cut", () => {
  for (const asked of ["", "  ", '""', "\u0301", '"']) expect(parseQuery(asked)).toEqual([]);
  const long = Array.from({ length: 99 }, (_, at) => `w${at}`).join(" ");
  expect(parseQuery(long).length).toBeLessThanOrEqual(searchLimits.queryWordsMax);
});

const scripts = fc.string({
  unit: fc.constantFrom(
    ..."aAeEuUßöÖoüÜíiIİ北京ガカฉั한국שָׁيُ 🌹\n.'’".split(""),
    "u\u0308",
    "e\u0301",
  ),
  maxLength: 30,
});

test("[SY215] a piece of any text is found in it, and what is marked is found for itself", () => {
  fc.assert(fc.property(scripts, fc.nat(), fc.nat(8), (text, from, length) => {
    const chars = [...text];
    const piece = chars.slice(from % (chars.length + 1)).slice(0, length).join("");
    const query = parseQuery(piece);
    const isCutInside = foldWithPlaces(text, foldText).folded !== foldText(text) ||
      !foldText(text).includes(foldText(piece));
    if (query.length === 0 || isCutInside) return;
    expect(holdsAll(query, foldText(text), text)).toBe(true);
    for (const { start, end } of spansOf(query, text)) {
      expect(start).toBeLessThan(end);
      const own = text.slice(start, end);
      const folds = [foldText(own), foldExpanded(own)];
      expect(
        query.some(({ folded, expanded }) =>
          folds.some((one) => one.includes(folded) || (expanded && one.includes(expanded)))
        ),
      ).toBe(true);
    }
  }));
});

test("[SY215] places of a folded text lie in the text, in order", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
    const { folded, starts, ends } = foldWithPlaces(text, foldText);
    expect(starts.length).toBe(folded.length);
    expect(starts.every((start, at) => start < (ends[at] ?? 0) && start >= (starts[at - 1] ?? 0)))
      .toBe(true);
  }));
});

test("a snippet is one line round the first word, with its marks where they are", () => {
  const text = `${"before ".repeat(20)}the\nwarm WALL and ${"behind ".repeat(40)}wall`;
  const { text: cut, spans } = snippetOf(parseQuery("wall"), text);
  expect(cut).toMatch(/^…\S.*the warm WALL and behind .*…$/);
  expect(cut.length).toBeLessThanOrEqual(searchLimits.snippetCharsMax + 2);
  expect(spans.map(({ start, end }) => cut.slice(start, end))).toEqual(["WALL"]);
  const short = snippetOf(parseQuery("b"), "a b");
  expect(short).toEqual({ text: "a b", spans: [{ start: 2, end: 3 }] });
  const han = snippetOf(parseQuery("北京"), `${"学".repeat(100)}北京${"学".repeat(300)}`);
  expect(han.spans.map(({ start, end }) => han.text.slice(start, end))).toEqual(["北京"]);
});
