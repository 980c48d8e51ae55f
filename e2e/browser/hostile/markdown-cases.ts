/** Markdown that nests, never ends, is huge, or means two things. */

import { CANARY, casesOf, FOREIGN, type HostileCase } from "./hostile-case.ts";

const many = (count: number, part: (index: number) => string, between = ""): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(between);

const nesting = casesOf("nesting", {
  "quotes in quotes": many(99, () => "> ") + "deep",
  "more quotes than a parser follows": many(300, () => ">") + " deeper",
  "quotes as many as fit": many(30_000, () => ">") + " deepest",
  "quotes that open line by line": many(60, (index) => `${">".repeat(index + 1)} q`, "\n"),
  "quotes that close line by line": many(60, (index) => `${">".repeat(60 - index)} q`, "\n"),
  "lists in lists": many(60, (index) => `${"  ".repeat(index)}- item`, "\n"),
  "lists of numbers in lists": many(40, (index) => `${"   ".repeat(index)}1. item`, "\n"),
  "lists that open on one line": many(200, () => "- ") + "item",
  "numbers that open on one line": many(200, () => "1. ") + "item",
  "quotes and lists in turn": many(100, () => "> - ") + "item",
  "a list in a quote in a list": many(40, (index) => `${"  ".repeat(index)}- > a`, "\n"),
  "emphasis in emphasis": many(500, () => "*a **b ") + many(500, () => "** *"),
  "stars alone": "*".repeat(20_000) + "x",
  "underscores between letters": many(8_000, () => "a_"),
  "emphasis that never closes": many(6_000, () => "**a "),
  "strikes in turn": many(5_000, () => "~~a~"),
  "open square brackets": "[".repeat(20_000) + "x",
  "brackets in brackets": "[".repeat(2_000) + "x" + "]".repeat(2_000),
  "links in links": [
    many(200, () => "[a") + many(200, () => "](https://a.example)"),
    "](https://a.example)",
  ],
  "images in images": [
    many(200, () => "![a") + many(200, () => "](https://a.example/p.png)"),
    "](https://a.example/p.png)",
  ],
  "links that never close": many(4_000, () => "[a]("),
  "images that never close": many(4_000, () => "![a]("),
  "round brackets in a target": `[a](${"(".repeat(5_000)}x`,
  "angle brackets": "<".repeat(20_000) + "x",
  "backticks of every length": many(150, (index) => "`".repeat(index + 1) + "a", " "),
  "backslashes": "\\".repeat(20_000) + "x",
  "a heading in a quote in a list": "- > # a\n  > ## b\n  > - # c",
  "code in a deep list": `${many(30, (index) => `${"  ".repeat(index)}- i`, "\n")}\n${
    "  ".repeat(31)
  }\`\`\`\n${"  ".repeat(31)}code\n`,
});

const blocks = casesOf("blocks", {
  "a fence that never closes": "```js\nlet open = true;\n",
  "a fence of tildes that never closes": "~~~\n<b>bold</b>",
  "a fence closed by a shorter one": "`````\ncode\n```\nmore code",
  "a fence in a fence": "````\n```js\ninner\n```\n````\nafter",
  "a fence with a script for a language": [
    '```js" onload="' + CANARY + "\ncode\n```",
    '" onload="' + CANARY,
  ],
  "a fence with a style for a language": [
    "```x' style='position:fixed\ncode\n```",
    "' style='position:fixed",
  ],
  "a fence with a long language": [`\`\`\`${"l".repeat(3_000)}\ncode\n\`\`\``, "l".repeat(3_000)],
  "a fence with markup for a language": ["```<img/src=x>\ncode\n```", "<img/src=x>"],
  "fences without end, one after the other": many(2_000, () => "```\na\n"),
  "ten thousand empty fences": many(4_000, () => "```", "\n") + "\nx",
  "a code block by spaces": "    <script>" + CANARY + "</script>",
  "code by tabs in a list": "-\t\tcode\n\t\tmore",
  "one line of code, thirty thousand letters": "```\n" + "c".repeat(30_000) + "\n```",
  "a word of code, thirty thousand letters": "`" + "c".repeat(30_000) + "`",
  "code with every direction": "```\n\u202Etxt.\u202C \u2067x\u2069\n```",
  "headings of every level and one more": many(
    7,
    (index) => `${"#".repeat(index + 1)} level`,
    "\n",
  ),
  "a heading of one long word": "# " + "h".repeat(20_000),
  "five thousand headings": many(5_000, () => "# h", "\n"),
  "underlined headings": many(1_000, () => "h\n="),
  "rules": many(3_000, () => "---", "\n\n") + "\n\nx",
  "a list with a number beyond integers": "999999999. far\n999999999. farther",
  "a list with a number too long to be one": "1234567890123. no list",
  "a list that starts at zero": "0. zero\n1. one",
  "five thousand items": many(5_000, () => "- i", "\n"),
  "five thousand numbered items": many(5_000, () => "1. i", "\n"),
  "empty items": many(2_000, () => "-", "\n") + "\n- x",
  "boxes to tick": "- [ ] a\n- [x] <input type=checkbox checked onclick=" + CANARY + ">",
  "lines that end in two spaces": many(2_000, () => "a  ", "\n"),
  "lines that end in a backslash": many(2_000, () => "a\\", "\n"),
  "carriage returns alone": many(2_000, () => "a", "\r"),
  "every kind of line end": "a\r\nb\nc\rd\u2028e\u2029f\u0085g\u000Bh\u000Ci",
  "tabs": "\t".repeat(5_000) + "x",
  "spaces before a word": "a" + " ".repeat(20_000) + "b",
  "empty lines": "a" + "\n".repeat(20_000) + "b",
  "entities in turn": [
    many(3_000, () => "&lt;") + "x",
    ...many(3_000, () => "&lt;", " ").split(" "),
  ],
  "entities that make markup": [
    "&lt;script&gt;" + CANARY + "&lt;/script&gt;",
    ...["&lt;", "&gt;", "&lt;", "&gt;"],
  ],
  "entities twice over": ["&amp;lt;img src=x onerror=" + CANARY + "&amp;gt;", "amp;", "amp;"],
  "entities by number": ["&#60;img src=x&#62; &#x3c;b&#x3e;", "x3c", "x3e"],
  "entities beyond the last character": ["&#99999999; &#xFFFFFF; x", "xFFFFFF"],
  "entities of nothing": ["&#0; &#x0; &#xD800; x", "x0", "xD800"],
  "entities that turn the text": ["a &#x202E;txt.exe&#8238;", "x202E"],
  "entities in a target": [
    "[a](&#106;avascript:" + CANARY + ") b",
  ],
  "entities without an end": "&lt &nosuchentity; &" + "n".repeat(10_000),
});

const tables = casesOf("tables", {
  "a thousand columns": `|${"a|".repeat(1_000)}\n|${"-|".repeat(1_000)}\n|${"b|".repeat(1_000)}`,
  "a thousand columns of empty rows": `|${"a|".repeat(1_000)}\n|${"-|".repeat(1_000)}\n${
    many(50, () => "|", "\n")
  }`,
  "two thousand rows": `|a|b|\n|-|-|\n${many(2_000, () => "|c|d|", "\n")}`,
  "cells of one long word": `|a|b|\n|-|-|\n|${"w".repeat(10_000)}|x|`,
  "cells of markup": "|a|b|\n|-|-|\n|<td onclick=" + CANARY + ">|</table><img src=x>|",
  "cells with a link each": [
    `|a|\n|-|\n${many(200, () => "|[l](https://e.example/p)|", "\n")}`,
    ...Array.from({ length: 200 }, () => "](https://e.example/p)"),
  ],
  "a table that never gets its rows": "|a|b|\n|-|-|",
  "a table of bars alone": "|".repeat(10_000) + "\n" + "|".repeat(10_000),
  "fewer cells than columns": "|a|b|c|\n|-|-|-|\n|d|",
  "more cells than columns": ["|a|\n|-|\n|b|gone|gone too|", "gone", "gone too"],
  "bars in code in cells": "|a|\n|-|\n|`b\\|c`|",
  "a table in a quote in a list": "- > |a|b|\n  > |-|-|\n  > |c|d|",
  "alignments": "|a|b|c|\n|:-|:-:|-:|\n|d|e|f|",
  "a heading row of a thousand letters each": `|${many(20, () => "h".repeat(1_000), "|")}|\n|${
    "-|".repeat(20)
  }\n`,
});

const references = casesOf("references", {
  "an image by reference": "![pixel][p]\n\n[p]: " + FOREIGN + "/pixel.png",
  "a link by reference": "[words][l]\n\n[l]: " + FOREIGN + "/ 'title'",
  "a script by reference": "[words][l]\n\n[l]: javascript:" + CANARY,
  "a definition and nothing else": "[Bo]: yes",
  "a definition of a definition": "[a]: [b]\n[b]: [a]",
  "a thousand definitions": many(1_000, (index) => `[r${index}]: https://a.example/`, "\n"),
  "five thousand uses of one": many(4_000, () => "[a][r]") + "\n\n[r]: https://a.example/",
  "a name that is a property": "[__proto__]\n\n[__proto__]: https://a.example/",
  "a name of the builtin": "[constructor][] [toString]\n\n[toString]: " + FOREIGN,
  "a definition over several lines": "[a]:\nhttps://a.example/\n'a\ntitle'",
  "a definition in a quote": "> [a]: " + FOREIGN + "\n\n[a]",
  "a footnote": "word[^1]\n\n[^1]: " + FOREIGN,
});

export const markdownCases: readonly HostileCase[] = [
  ...nesting,
  ...blocks,
  ...tables,
  ...references,
];
