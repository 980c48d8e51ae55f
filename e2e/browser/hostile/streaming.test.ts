/**
 * Hostile messages parsed as the page does, without a page: within a time of their own, and at
 * every length that they have while they stream.
 */

import { expect, test } from "vitest";
import { type MarkdownNode, parseMarkdown } from "../../../web/app/text/markdown-nodes.ts";
import { families } from "./corpus.ts";

const PARSE_MS_MAX = 100;
/** What {@link workMs} takes on the machine that the limit is for, a laptop of 2019. */
const WORK_MS = 12;
const TRIES = 3;

const all = Object.values(families).flat();

/** As large as a message may be, or beyond: whoever stored it did not ask. */
const large: Readonly<Record<string, string>> = {
  "one line of a megabyte": "w".repeat(1_000_000),
  "words of a megabyte": "word ".repeat(200_000),
  "ten thousand cells": `|${"a|".repeat(100)}\n|${"-|".repeat(100)}${"\n|x|y|".repeat(100)}`,
  "cells of five thousand columns": ["a", "-", "b"].map((cell) => `|${`${cell}|`.repeat(5_000)}`)
    .join("\n"),
  "spaces before a word": `a\n${" ".repeat(32_000)}x`,
  "tabs before a dash and a word": `a\n${"\t".repeat(32_000)}-x`,
  "columns before a word": `a\n${"|:".repeat(16_000)}-x`,
  "stars of a megabyte": "*".repeat(1_000_000),
  "addresses of a megabyte": "https://a.example/ ".repeat(50_000),
  "mails of a megabyte": "a@b.c ".repeat(150_000),
  "open links of a megabyte": "[a](".repeat(250_000),
  "quotes in every line": `${">".repeat(300)}\n`.repeat(100),
};

function leastMs(run: () => void): number {
  const times = Array.from({ length: TRIES }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return Math.min(...times);
}

/** The same work everywhere: how fast this machine is, with what else it does now. */
const workMs = (): number =>
  leastMs(() => {
    const words = Array.from({ length: 20_000 }, (_, at) => `${(at * 7_919) % 20_011}`);
    words.sort();
    words.join(" ").replace(/1(\d)/g, "$1").split(" ");
  });

test("[SY284] no message takes longer to parse than it may, at calibrated speed", () => {
  const slow: string[] = [];
  for (
    const { title, text } of [
      ...all,
      ...Object.entries(large).map(([title, text]) => ({ title, text })),
    ]
  ) {
    const ms = leastMs(() => void parseMarkdown(text));
    if (ms <= PARSE_MS_MAX) continue;
    const speed = Math.max(1, workMs() / WORK_MS);
    if (ms > PARSE_MS_MAX * speed) {
      slow.push(`${title}: ${Math.round(ms)} ms at ${speed.toFixed(1)}`);
    }
  }
  expect(slow).toEqual([]);
}, 20_000);

const listNodes = (nodes: readonly MarkdownNode[]): readonly MarkdownNode[] =>
  nodes.flatMap((node) => [node, ...("children" in node ? listNodes(node.children) : [])]);

function targetsOf(text: string, isGrowing: boolean): readonly string[] {
  return listNodes(parseMarkdown(text, isGrowing))
    .flatMap((node) => "link" in node && node.link !== undefined ? [node.link.href] : []);
}

/** Lengths to look at, each with the next: all of a short text, of a long one its steps. */
function lengthsOf({ length }: string): readonly number[] {
  const step = length <= 200 ? 1 : Math.floor(length / 6);
  return Array.from({ length: Math.floor((length - 1) / step) }, (_, at) => (at + 1) * step);
}

test("[SY285] no link of a message that streams grows into another", () => {
  const grown: string[] = [];
  let links = 0;
  for (const { title, text } of all.filter(({ text }) => /:|@|www|\]\(/.test(text))) {
    for (const at of lengthsOf(text)) {
      const [now, next] = [
        targetsOf(text.slice(0, at), true),
        targetsOf(text.slice(0, at + 1), true),
      ];
      links += now.length;
      for (const href of now) {
        expect(new URL(href).protocol).toMatch(/^(https?|mailto):$/);
        const other = next.find((one) => !now.includes(one) && one.startsWith(href));
        if (!next.includes(href) && other !== undefined) {
          grown.push(`${title}: ${href} to ${other}`);
        }
      }
    }
  }
  expect(links).toBeGreaterThan(1_000);
  expect(grown).toEqual([]);
}, 20_000);

test("[SY285] what a message ends in becomes a link with the next word, or when it is whole", () => {
  for (
    const [text, growing, whole] of [
      ["see https://a.example", 0, 1],
      ["see https://a.example.", 0, 1],
      ["see https://a.example ", 1, 1],
      ["see https://a.example now", 1, 1],
      ["[x](https://a.ex", 0, 1],
      ["- a\n- [x](https://a.example)", 0, 1],
      ["| a | b |\n|-|-|\n| https://a.ex", 0, 1],
      ["![p](https://a.example/p.png)", 0, 1],
    ] as const
  ) {
    expect([targetsOf(text, true).length, targetsOf(text, false).length], text)
      .toEqual([growing, whole]);
  }
});
