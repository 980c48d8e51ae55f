/** Draws markdown nodes as elements of the page. No HTML string is made anywhere. */

import type { ComponentChildren, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { t } from "../messages/translate.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import type { MessageTextProps } from "./message-text.tsx";
import { type MarkdownNode, parseMarkdown } from "./markdown-nodes.ts";
import { PlainText } from "./plain-text.tsx";
import type { SafeLink } from "./safe-link.ts";

export function MarkdownView({ text, isGrowing }: MessageTextProps): JSX.Element {
  const nodes = useMemo(() => parseMarkdown(text, isGrowing), [text, isGrowing]);
  return <>{nodes.map(drawNode)}</>;
}

function drawNode(node: MarkdownNode, index: number): JSX.Element {
  switch (node.kind) {
    case "text":
      return <PlainText key={index} text={node.text} />;
    case "as-written":
      return (
        <div key={index} class="as-written">
          <PlainText text={node.text} />
        </div>
      );
    case "break":
      return <br key={index} />;
    case "rule":
      return <hr key={index} />;
    case "code":
      return (
        <code key={index} dir="ltr">
          <PlainText text={node.text} />
        </code>
      );
    case "code-block":
      return <CodeBlock key={index} text={node.text} language={node.language} />;
    case "image":
      return <ImageLink key={index} alt={node.alt} link={node.link} />;
    case "link":
      return <OutLink key={index} link={node.link}>{node.children.map(drawNode)}</OutLink>;
    case "element":
      return <Block key={index} node={node} />;
  }
}

function Block({ node }: { readonly node: Extract<MarkdownNode, { kind: "element" }> }) {
  const children = node.children.map(drawNode);
  switch (node.tag) {
    case "ol":
      return <ol start={node.start ?? 1} dir="auto">{children}</ol>;
    case "table":
      return (
        // Focusable, because a wide table scrolls sideways and keys must reach its end.
        <div class="table-box" role="region" aria-label={t("msg.table")} tabIndex={0}>
          <table>{children}</table>
        </div>
      );
    case "th":
      return <th scope="col" dir="auto">{children}</th>;
    case "thead":
    case "tbody":
    case "tr": {
      const Tag = node.tag;
      return <Tag>{children}</Tag>;
    }
    default: {
      const Tag = node.tag;
      return <Tag dir="auto">{children}</Tag>;
    }
  }
}

function CodeBlock({ text, language }: { readonly text: string; readonly language: string }) {
  return (
    <div class="code-box">
      <div class="code-head">
        <span>{language === "" ? t("msg.code") : language}</span>
        <CopyButton text={text} label={t("msg.copy-code")} compact />
      </div>
      <pre tabIndex={0} dir="ltr"><code><PlainText text={text} /></code></pre>
    </div>
  );
}

/** The target's host stands beside the words, because the words are the writer's claim. */
function OutLink({ link, children }: {
  readonly link: SafeLink;
  readonly children: ComponentChildren;
}) {
  return (
    <span class="out-link">
      <a href={link.href} target="_blank" rel="noopener noreferrer nofollow">
        <bdi>{children}</bdi>
      </a>{" "}
      <bdi class="out-host">
        <PlainText text={link.target} />
      </bdi>
    </span>
  );
}

/** An image is never fetched: its address alone would tell the sender who reads, and when. */
function ImageLink({ alt, link }: { readonly alt: string; readonly link: SafeLink | undefined }) {
  const words = alt === "" ? t("msg.image") : `${t("msg.image")}: ${alt}`;
  return link === undefined
    ? (
      <span class="no-image">
        <PlainText text={words} />
      </span>
    )
    : (
      <OutLink link={link}>
        <PlainText text={words} />
      </OutLink>
    );
}
