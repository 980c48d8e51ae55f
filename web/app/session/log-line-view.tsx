/** One line of a session's log, whatever its kind. */

import type { ComponentChildren, JSX } from "preact";
import { unreachable } from "#shared/base/mod.ts";
import { formatNumber, plural, t } from "../messages/translate.ts";
import { Detail } from "../parts/detail.tsx";
import { formatTime } from "../parts/format.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { rowKey } from "../room/log/log-rows.ts";
import { useRoom } from "../room/room-context.ts";
import type { CallLine, LogLine, UsageSum } from "./log-lines.ts";
import { Prose } from "./prose.tsx";
import { useSession } from "./session-context.ts";
import { personaOf, sessionName } from "./session-names.ts";
import { argsList, causeWords, outcomeWords, resultWords, toolName } from "./session-words.ts";

interface LineProps {
  readonly line: LogLine;
  readonly onToggle: (key: string) => void;
  /** Asks for the entries before that index. */
  readonly onOlder: (before: number) => void;
}

export function LogLineView({ line, onToggle, onOlder }: LineProps): JSX.Element {
  switch (line.kind) {
    case "start":
      return <RunHead line={line}>{causeWords(line.cause)}</RunHead>;
    case "end":
      return (
        <Slim line={line} tone={line.result.kind === "failed" ? "bad" : undefined}>
          {resultWords(line.result)}
          {line.usage !== undefined && <>{" · "}{usageWords(line.usage)}</>}
          {line.result.kind === "failed" && line.result.detail !== "" && (
            <Detail text={line.result.detail} />
          )}
        </Slim>
      );
    case "words":
      return <Words line={line} />;
    case "call":
      return <Call line={line} />;
    case "settled":
      return <Settled line={line} />;
    case "memory":
      return line.note.text === undefined
        ? <Slim line={line}>{t("slog.forgot")}</Slim>
        : (
          <Block line={line} icon="check" title={t("slog.remembered")}>
            <Prose text={line.note.text} />
          </Block>
        );
    case "extracted":
      return <Slim line={line}>{t("slog.extracted", { seq: formatNumber(line.seq) })}</Slim>;
    case "summary":
      return (
        <Block line={line} icon="panel" title={t("slog.summary")}>
          <details class="slog-fold">
            <summary>{t("slog.summary-text")}</summary>
            <Prose text={line.text} />
          </details>
        </Block>
      );
    case "child":
      return <ChildLine line={line} />;
    case "unreadable":
      return (
        <Slim line={line} tone="bad">
          {t("slog.unreadable")} <Detail text={line.detail} />
        </Slim>
      );
    case "aside":
      return <AsideLine line={line} onToggle={onToggle} />;
    case "trimmed":
      return <Trimmed line={line} onOlder={onOlder} />;
    case "flow":
      return (
        <Block
          line={line}
          icon="pulse"
          title={t(line.block.kind === "text" ? "slog.writing" : "slog.thinking")}
          isLive
        >
          <Prose text={line.block.text} isPersona={line.block.kind === "text"} />
        </Block>
      );
    default:
      return unreachable(line);
  }
}

function Trimmed({ line: { isGone, before }, onOlder }: {
  readonly line: Extract<LogLine, { readonly kind: "trimmed" }>;
  readonly onOlder: (before: number) => void;
}): JSX.Element {
  if (isGone) return <p class="slog-slim">{t("slog.cleared")}</p>;
  return (
    <p class="slog-slim">
      <button type="button" class="button" onClick={() => onOlder(before)}>
        {t("slog.earlier")}
      </button>
    </p>
  );
}

function AsideLine({ line, onToggle }: {
  readonly line: Extract<LogLine, { readonly kind: "aside" }>;
  readonly onToggle: (key: string) => void;
}): JSX.Element {
  return (
    <div class="aside-line" data-line="aside">
      <span>{plural("slog.aside", line.count)}</span>
      <button
        type="button"
        class="link-button"
        aria-expanded={line.isOpen}
        onClick={() => onToggle(line.key)}
      >
        {line.isOpen ? t("aside.hide") : t("aside.show")}
      </button>
    </div>
  );
}

/** A run begins: the heading of what follows. */
function RunHead({ line, children }: {
  readonly line: LogLine;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <article class={`slog-run ${line.isAside ? "aside" : ""}`} tabIndex={-1} data-line="start">
      <h3>{children}</h3>
      <time>{formatTime(line.atMs)}</time>
    </article>
  );
}

function Slim({ line, tone, children }: {
  readonly line: LogLine;
  readonly tone?: "bad" | undefined;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <article
      class={`slog-slim ${line.isAside ? "aside" : ""} ${tone ?? ""}`}
      tabIndex={-1}
      data-line={line.kind}
    >
      {children}
    </article>
  );
}

function Block({ line, icon, title, isLive = false, children }: {
  readonly line: LogLine;
  readonly icon: IconName;
  readonly title: ComponentChildren;
  readonly isLive?: boolean;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <article
      class={`slog ${line.isAside ? "aside" : ""} ${isLive ? "slog-live" : ""}`}
      tabIndex={-1}
      data-line={line.kind}
      aria-busy={isLive}
    >
      <Icon name={icon} size={16} />
      <div class="slog-main">
        <header>
          <b>{title}</b>
          {!isLive && <time>{formatTime(line.atMs)}</time>}
        </header>
        {children}
      </div>
    </article>
  );
}

function Words({ line }: { readonly line: Extract<LogLine, { readonly kind: "words" }> }) {
  const { state } = useRoom();
  const { of, from, text } = line;
  const isPerson = from === "" || from === "person";
  const by = (): string =>
    state.value.personas.has(personaOf(from)) ? sessionName(state.value, from) : from;
  const isOwn = of === "said" || of === "cut";
  const title = isOwn || isPerson ? t(`slog.${of}`) : t(`slog.${of}-by`, { from: by() });
  return (
    <Block line={line} icon={isOwn ? "eye" : of === "asked" ? "why" : "edit"} title={title}>
      <Prose text={text} isPersona={isOwn} />
    </Block>
  );
}

function Settled({ line }: { readonly line: Extract<LogLine, { readonly kind: "settled" }> }) {
  const { session, close } = useSession();
  const { state, goal } = useRoom();
  const key = rowKey(line.turn, personaOf(session));
  const isThere = state.value.turns.has(line.turn);
  return (
    <Block line={line} icon="send" title={outcomeWords(line.outcome)}>
      {isThere
        ? (
          <button
            type="button"
            class="link-button"
            onClick={() => {
              close();
              // Behind the closing, which gives the focus back to where it came from.
              requestAnimationFrame(() => {
                goal.value = key;
              });
            }}
          >
            {t("slog.to-message")}
          </button>
        )
        : <p class="hint">{t("slog.not-there")}</p>}
    </Block>
  );
}

function Call({ line }: { readonly line: CallLine }): JSX.Element {
  const { permission, result, isOver } = line;
  const args = argsList(line.args);
  const isWaiting = result === undefined && !isOver;
  return (
    <Block
      line={line}
      icon="gear"
      title={
        <>
          {isWaiting ? t("slog.call-running") : t("slog.call")}: {toolName(line.tool)}
        </>
      }
    >
      {permission !== undefined && <p class="hint">{permissionWords(permission)}</p>}
      {args.length === 0
        ? <p class="hint">{t("slog.call-no-args")}</p>
        : (
          <details class="slog-fold">
            <summary>{t("slog.call-args")}</summary>
            <Arguments args={args} />
          </details>
        )}
      {result !== undefined && (
        <details class={`slog-fold ${result.isError ? "bad" : ""}`} open={result.isError}>
          <summary>{result.isError ? t("slog.result-error") : t("slog.result")}</summary>
          <Prose text={result.text} />
        </details>
      )}
      {result === undefined && isOver && <p class="hint">{t("slog.result-none")}</p>}
    </Block>
  );
}

export function Arguments({ args }: {
  readonly args: readonly { readonly name: string; readonly text: string }[];
}): JSX.Element {
  return (
    <dl class="slog-args">
      {args.map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function ChildLine({ line }: { readonly line: Extract<LogLine, { readonly kind: "child" }> }) {
  const { open } = useSession();
  const { state } = useRoom();
  const { event } = line;
  const title = event.kind === "spawned"
    ? t("slog.spawned")
    : event.kind === "ended"
    ? t("slog.helper-ended", { result: resultWords(event.result) })
    : t("slog.helper-stopped");
  return (
    <Block line={line} icon="people" title={title}>
      {event.kind === "spawned" && <Prose text={event.task} />}
      <button type="button" class="link-button" onClick={() => open(event.child)}>
        {sessionName(state.value, event.child)}
      </button>
    </Block>
  );
}

function permissionWords({ decision, by }: NonNullable<CallLine["permission"]>): string {
  if (decision === "ask") return t("slog.asking");
  if (decision === "allow") return by === "person" ? t("slog.allowed") : t("slog.allowed-rule");
  return by === "person"
    ? t("slog.denied")
    : by === "rule"
    ? t("slog.denied-rule")
    : t("slog.denied-default");
}

function usageWords({ prompt, cached, written }: UsageSum): string {
  return t("slog.usage", {
    prompt: formatNumber(prompt),
    cached: formatNumber(cached),
    written: formatNumber(written),
  });
}
