/**
 * Untrusted markdown to plain data: a tree of a few known nodes, which `markdown-view.tsx` draws.
 *
 * Owns what a text may become. There is no node for raw HTML, for an image or for a frame, so no
 * text can make one; an unknown token becomes its own text.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY170  Markdown takes no words away: what would define a reference stays where it stands.
 *   SY285  While a message streams, the words that it ends in are no link.
 *   SY284  A message is parsed within a bounded time, whatever it is.
 *   SY171  A message whose markdown is larger or deeper than the limits is shown as it was written.
 *   SY273  A message draws a bounded number of elements, whatever it is.
 */

import MarkdownIt, { type Token } from "markdown-it";
import { marksIn } from "./bidi.ts";
import { textLimits as limits } from "./limits.ts";
import { type SafeLink, toSafeLink } from "./safe-link.ts";

const TAGS = [
  "p",
  "strong",
  "em",
  "s",
  "ul",
  "ol",
  "li",
  "blockquote",
  "h3",
  "h4",
  "h5",
  "h6",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
] as const;

export type MarkdownTag = (typeof TAGS)[number];

export type MarkdownNode =
  | { readonly kind: "text"; readonly text: string }
  /** A whole message that is not drawn as markdown. */
  | { readonly kind: "as-written"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "rule" }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "code-block"; readonly text: string; readonly language: string }
  | { readonly kind: "image"; readonly alt: string; readonly link: SafeLink | undefined }
  | {
    readonly kind: "link";
    readonly link: SafeLink;
    readonly children: readonly MarkdownNode[];
  }
  | {
    readonly kind: "element";
    readonly tag: MarkdownTag;
    /** First number of an ordered list. */
    readonly start?: number;
    readonly children: readonly MarkdownNode[];
  };

const markdown = new MarkdownIt({
  html: false,
  linkify: true,
  breaks: true,
  typographer: false,
  // The parser drops what is nested deeper still: by then the limits have refused the whole.
  maxNesting: 2 * limits.depthMax,
}).disable("reference"); // SY170: "[Bo]: yes" would define something and be gone.

/**
 * Parses `text`; never throws and never yields a node outside {@link MarkdownNode}. Of a text that
 * still grows the last words are no link (SY285).
 */
export function parseMarkdown(text: string, isGrowing = false): readonly MarkdownNode[] {
  if (isTooMuch(text)) return [{ kind: "as-written", text }];
  const tokens = markdown.parse(text, {});
  if (!isWithinLimits(tokens)) return [{ kind: "as-written", text }];
  levelHeadings(tokens);
  const nodes = tokensToNodes(tokens);
  if (elementsOf(nodes) > limits.elementsMax) return [{ kind: "as-written", text }];
  return isGrowing && !/\s$/.test(text) ? withoutLastLink(nodes) : nodes;
}

/** SY171, SY284: told before anything is parsed. */
function isTooMuch(text: string): boolean {
  if (text.length > limits.charsMax) return true;
  if (text.split(LINE_ENDS, limits.linesMax + 1).length > limits.linesMax) return true;
  const heads = text.match(TABLE_HEAD) ?? [];
  return heads.some((line) => line.split(COLUMN).length > limits.columnsMax);
}

/**
 * A message's headings stand below the page's own, two levels down, and none is more than a level
 * below the one before it: so the outline that screen readers walk stays whole.
 */
function levelHeadings(tokens: readonly Token[]): void {
  let level = 2;
  for (const token of tokens.filter(({ type }) => type === "heading_open")) {
    level = Math.min(6, level + 1, Number(token.tag.slice(1)) + 2);
    token.tag = `h${level}`;
  }
}

/** SY171. */
function isWithinLimits(tokens: readonly Token[]): boolean {
  let count = 0;
  for (const { level, children } of tokens) {
    count += 1 + (children?.length ?? 0);
    if (count > limits.tokensMax || level > limits.depthMax) return false;
    if (children?.some((child) => level + child.level > limits.depthMax)) return false;
  }
  return true;
}

/** What markdown-view.tsx makes of a node, itself included. */
const ELEMENTS: Readonly<Partial<Record<MarkdownNode["kind"], number>>> = {
  ...{ "text": 0, "code-block": 10, "image": 4, "link": 4 },
};

/** SY273: how many elements `nodes` become, marks of direction among them. */
function elementsOf(nodes: readonly MarkdownNode[]): number {
  let count = 0;
  for (const node of nodes) {
    count += ELEMENTS[node.kind] ?? 1;
    if ("text" in node) count += marksIn(node.text);
    if ("alt" in node) count += marksIn(node.alt);
    if ("children" in node) count += elementsOf(node.children);
  }
  return count;
}

const LINE_ENDS = /[\r\n]+/;
/**
 * The line under a table's head, whose columns are all that its rows are filled up to; and some
 * that are none, so that no sign before its first dash can be taken in two ways.
 */
const TABLE_HEAD = /^[ >\t|:]*-[-:| \t]*$/gm;
const COLUMN = /\|/;

/** SY285: the words that `nodes` end in may be the beginning of a longer address. */
function withoutLastLink(nodes: readonly MarkdownNode[]): readonly MarkdownNode[] {
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const node = nodes[at];
    if (node === undefined || (node.kind === "text" && /\s/.test(node.text))) return nodes;
    if (node.kind === "link" || node.kind === "image") {
      const words = node.kind === "link" ? node.children : [{ ...node, link: undefined }];
      return [...nodes.slice(0, at), ...words, ...nodes.slice(at + 1)];
    }
    if (node.kind === "element" && node.children.length > 0) {
      const children = withoutLastLink(node.children);
      return [...nodes.slice(0, at), { ...node, children }, ...nodes.slice(at + 1)];
    }
  }
  return nodes;
}

type Frame = { readonly open: Token | undefined; readonly children: MarkdownNode[] };

function tokensToNodes(tokens: readonly Token[]): readonly MarkdownNode[] {
  const root: Frame = { open: undefined, children: [] };
  const stack: Frame[] = [root];
  const top = (): Frame => stack[stack.length - 1] ?? root;
  for (const token of tokens) {
    if (token.nesting === 1) {
      stack.push({ open: token, children: [] });
    } else if (token.nesting === -1) {
      const frame = stack.length > 1 ? stack.pop() : undefined;
      if (frame !== undefined) top().children.push(...closeFrame(frame));
    } else {
      top().children.push(...leafNodes(token));
    }
  }
  while (stack.length > 1) {
    const frame = stack.pop();
    if (frame !== undefined) top().children.push(...closeFrame(frame));
  }
  return root.children;
}

function closeFrame({ open, children }: Frame): readonly MarkdownNode[] {
  if (open === undefined || open.hidden) return children;
  if (open.type === "link_open") {
    const link = toSafeLink(String(open.attrGet("href") ?? ""));
    return link === undefined ? children : [{ kind: "link", link, children: children.map(unlink) }];
  }
  const tag = knownTag(open.tag);
  if (tag === undefined) return children;
  const start = tag === "ol" ? Number(open.attrGet("start") ?? 1) : 1;
  return [{ kind: "element", tag, children, ...(start === 1 ? {} : { start }) }];
}

/** An image in a link is its words alone: its own link would stand inside the other. */
function unlink(node: MarkdownNode): MarkdownNode {
  if (node.kind === "image") return { ...node, link: undefined };
  return node.kind === "element" ? { ...node, children: node.children.map(unlink) } : node;
}

function leafNodes(token: Token): readonly MarkdownNode[] {
  switch (token.type) {
    case "inline":
      return tokensToNodes(token.children ?? []);
    case "softbreak":
    case "hardbreak":
      return [{ kind: "break" }];
    case "hr":
      return [{ kind: "rule" }];
    case "code_inline":
      return [{ kind: "code", text: token.content }];
    case "fence":
    case "code_block":
      return [{ kind: "code-block", text: token.content, language: languageOf(token.info) }];
    case "image":
      return [{
        kind: "image",
        alt: token.content,
        link: toSafeLink(String(token.attrGet("src") ?? "")),
      }];
    default:
      return token.content === "" ? [] : [{ kind: "text", text: token.content }];
  }
}

function knownTag(tag: string): MarkdownTag | undefined {
  return TAGS.find((known) => known === tag);
}

function languageOf(info: string): string {
  return /^[\w+#.-]{1,24}/.exec(info.trim())?.[0] ?? "";
}
