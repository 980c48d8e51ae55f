import { expect, test } from "vitest";
import { dropBidi, marksIn, splitText } from "./bidi.ts";
import { type MarkdownNode, parseMarkdown } from "./markdown-nodes.ts";
import { textLimits as limits } from "./limits.ts";
import { toSafeLink } from "./safe-link.ts";

function listNodes(nodes: readonly MarkdownNode[]): readonly MarkdownNode[] {
  return nodes.flatMap((node) => [node, ...("children" in node ? listNodes(node.children) : [])]);
}

function wordsOf(nodes: readonly MarkdownNode[]): string {
  return listNodes(nodes).map((node) => node.kind === "text" ? node.text : "").join("");
}

test("HTML in a message stays text", () => {
  const html = "<script>alert(1)</script> <img src=x onerror=alert(1)> <b>bold</b>";
  const nodes = parseMarkdown(html);
  expect(wordsOf(nodes)).toBe(html);
  expect(new Set(listNodes(nodes).map((node) => node.kind))).toEqual(new Set(["element", "text"]));
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "file:///etc/passwd",
  "blob:https://a.example/1",
  "/admin",
  "//evil.example",
  "#/settings",
  "https://",
])("a link to %s is no link", (href) => {
  expect(toSafeLink(href)).toBeUndefined();
  expect(listNodes(parseMarkdown(`[x](${href})`)).some((node) => node.kind === "link")).toBe(false);
});

test("a link shows the host it really leads to", () => {
  expect(toSafeLink("https://bank.example@evil.example/login")).toEqual({
    href: "https://evil.example/login",
    target: "evil.example",
  });
  expect(toSafeLink("mailto:ada@example.org")?.target).toBe("ada@example.org");
});

test("an image becomes a link in words and nothing that loads", () => {
  const nodes = listNodes(parseMarkdown("![a cat](https://elsewhere.example/cat.png)"));
  expect(nodes.map((node) => node.kind)).toEqual(["element", "image"]);
  expect(nodes[1]).toMatchObject({ alt: "a cat", link: { target: "elsewhere.example" } });
});

test("an image in a link is words alone: no link stands in another", () => {
  const [link, ...rest] = listNodes(parseMarkdown("[![a](https://b.example)](https://c.example)"))
    .filter(({ kind }) => kind === "link" || kind === "image");
  expect(link).toMatchObject({ kind: "link", link: { target: "c.example" } });
  expect(rest).toEqual([{ kind: "image", alt: "a", link: undefined }]);
});

test("[SY170] what looks like a definition stays in its message", () => {
  for (const text of ["[Bo]: yes", "[a]: https://a.example 'words'", "[a][b]\n\n[b]: /x"]) {
    expect(wordsOf(parseMarkdown(text)).replaceAll("\n", "")).toBe(text.replaceAll("\n", ""));
  }
});

test("[SY171] what is too large or too deep for markdown is shown as it was written", () => {
  const deep = (count: number) => `${">".repeat(count)} deep`;
  const long = (count: number) => Array.from({ length: count }, () => "a").join("\n\n");
  const [depthMax, paragraphsMax] = [limits.depthMax, Math.floor(limits.tokensMax / 4)];
  for (const text of [deep(depthMax - 1), long(paragraphsMax)]) {
    expect(parseMarkdown(text)[0]).not.toHaveProperty("kind", "as-written");
  }
  for (const text of [deep(depthMax + 1), deep(9_999), long(paragraphsMax + 1)]) {
    expect(parseMarkdown(text)).toEqual([{ kind: "as-written", text }]);
  }
});

test("a message's headings stand below the page's own, none more than a level deeper than the last", () => {
  const tags = (text: string) =>
    parseMarkdown(text).map((node) => node.kind === "element" ? node.tag : "");
  expect(tags("# one\n\n## two\n\n### three\n\n# one")).toEqual(["h3", "h4", "h5", "h3"]);
  expect(tags("## two\n\n###### six\n\n## two")).toEqual(["h3", "h4", "h4"]);
});

test("a code fence keeps its text and a harmless language name", () => {
  expect(parseMarkdown('```ts" onload="x\n<b>1</b>\n```')).toEqual([
    { kind: "code-block", text: "<b>1</b>\n", language: "ts" },
  ]);
});

test("a half-written message is parsed as far as it goes", () => {
  for (const text of ["**bol", "```js\nlet", "| a | b |\n|--", "[link](htt", "- \n  - "]) {
    expect(() => parseMarkdown(text)).not.toThrow();
  }
});

test("direction controls are taken out and their place is marked", () => {
  expect(splitText("exe.\u202Egpj\u202C!")).toEqual([
    { kind: "text", text: "exe." },
    { kind: "mark", codes: "U+202E" },
    { kind: "text", text: "gpj" },
    { kind: "mark", codes: "U+202C" },
    { kind: "text", text: "!" },
  ]);
  expect(dropBidi("A\u2066d\u2069a")).toBe("Ada");
  expect(splitText("שלום Ada")).toEqual([{ kind: "text", text: "שלום Ada" }]);
});

test("[SY273] what would need too many elements is shown as it was written", () => {
  const { elementsMax } = limits;
  const blocks = (count: number) => "```\n```\n".repeat(count);
  const links = (count: number) => "[a](http://b.c) ".repeat(count);
  const marks = (count: number) => "`\u202ea` ".repeat(count);
  for (const [write, each] of [[blocks, 10], [links, 4], [marks, 2]] as const) {
    const most = Math.floor((elementsMax - 1) / each);
    expect(parseMarkdown(write(most))[0]).not.toHaveProperty("kind", "as-written");
    const text = write(Math.floor(elementsMax / each) + 1);
    expect(parseMarkdown(text)).toEqual([{ kind: "as-written", text }]);
  }
});

test("[SY273] of too many marks of direction each place is a sign of the text", () => {
  const text = "\u202E\u202Dab".repeat(limits.marksMax);
  expect(marksIn(text)).toBe(limits.marksMax);
  expect(splitText(text)).toHaveLength(2 * limits.marksMax);
  expect(splitText(`${text}\u2066`).map((piece) => "text" in piece ? piece.text : "").join(""))
    .toBe(`${"\uFFFDab".repeat(limits.marksMax)}\uFFFD`);
});

test("[SY275] a word without end stands on its own, between the words as they were", () => {
  const long = "W/é".repeat(limits.wordCharsMax);
  expect(splitText(`a ${long} b\n${long}`)).toEqual([
    { kind: "text", text: "a " },
    { kind: "word", text: long },
    { kind: "text", text: " b\n" },
    { kind: "word", text: long },
  ]);
  for (const usual of ["word ".repeat(limits.wordCharsMax), "猫がいる。".repeat(900)]) {
    expect(splitText(usual)).toEqual([{ kind: "text", text: usual }]);
  }
});
