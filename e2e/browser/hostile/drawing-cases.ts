/** Messages that cost as much to draw as their length allows, one of each kind. */

import type { HostileCase } from "./hostile-case.ts";

/** The longest that a message can be, in letters of one byte (protocol/limits.ts). */
const LETTERS = 32_000;

const fill = (part: string): string =>
  part.repeat(Math.floor(LETTERS / new TextEncoder().encode(part).length));
const lines = (line: string, count: number): string => `${line}\n`.repeat(count).slice(0, LETTERS);

const row = (columns: number): string => `|${"a|".repeat(columns)}\n`;
const table = (columns: number, rows: number): string =>
  `${row(columns)}|${"-|".repeat(columns)}\n${row(columns).repeat(rows)}`;

export const drawingCases: readonly HostileCase[] = ([
  ["code blocks", lines("```\n```", 1_990)],
  ["code blocks of a line", lines("```\nx\n```", 1_320)],
  ["addresses", fill("a.co ")],
  ["links", fill("[a](http://b.c) ")],
  ["pictures", fill("![](http://b.c) ")],
  ["cells", table(90, 26)],
  [
    "cells that rows are filled up to",
    `|${"a|".repeat(99)}\n|${"-|".repeat(99)}\n${"a\n".repeat(2_000)}`,
  ],
  ["quotes in each other", lines(">".repeat(10), 2_900)],
  [
    "lists in each other",
    Array.from({ length: 1_900 }, (_, at) => `${"  ".repeat(at % 9)}- a`).join("\n"),
  ],
  ["list lines", lines("- a", 3_900)],
  ["rules", lines("---\n", 3_900)],
  ["headings", lines("# a", 3_900)],
  ["line ends", lines("a", 3_990)],
  ["line ends, as written", fill("a\n")],
  ["strong words", fill("**a** ")],
  ["code words", fill("`a` ")],
  ["marks of direction", fill("\u202ea")],
  ["marks of direction in code", `\`${"\u202ea".repeat(8_000)}\``],
  ["one word", fill("W")],
  ["one word of numbers and signs", fill("Zm9v+/09")],
  ["one word of Hebrew", fill("ש")],
  ["one word of Arabic", fill("ب")],
  ["one word of Hindi", fill("क")],
  ["one word of Russian", fill("Ж")],
  ["a sentence of Japanese", fill("猫がいる。")],
  ["one word, strong", `**${fill("W").slice(10)}**`],
  ["an address of one word", `<http://${fill("w").slice(20)}>`],
  ["a way of one word", `http://a.b/${fill("w").slice(20)}`],
  ["one word in a cell", `|a|\n|-|\n|${fill("W").slice(20)}|`],
  ["piled marks", fill("a\u0301\u0323\u0308\u0302")],
  ["families", fill("👩‍👩‍👧‍👦")],
  ["letters of every script", fill("aбγאع한中あกकதԱა☃🜁𐎠")],
  ["right and left", fill("aع1א")],
  ["joined letters", fill("ﷺلاﷲ")],
  ["soft breaks", fill("a\u00ad\u200b")],
  ["brackets", fill("[*_`~")],
] as const).map(([title, text]) => ({ title: `draw: ${title}`, text: text.slice(0, LETTERS) }));
