/**
 * A session's log as lines: what is drawn, in order. Pure.
 *
 * A call, what was decided about it and what came back are one line; what a rewind set aside is one
 * line that opens; how much a run read and wrote stands at its end.
 */

import type {
  ChildEvent,
  InFlightBlock,
  MemoryNote,
  PermissionDecision,
  RunCause,
  RunResult,
  SegmentBody,
  SegmentEntry,
} from "#shared/session/mod.ts";

interface Placed {
  readonly key: string;
  readonly atMs: number;
  /** Set aside by a rewind, and shown because somebody opened it. */
  readonly isAside: boolean;
}

export interface UsageSum {
  readonly prompt: number;
  readonly cached: number;
  readonly written: number;
}

export interface CallLine extends Placed {
  readonly kind: "call";
  readonly callId: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly permission:
    | { readonly decision: PermissionDecision; readonly by: "rule" | "person" | "default" }
    | undefined;
  readonly result: { readonly isError: boolean; readonly text: string } | undefined;
  /** Its run is over: a result that is not there will not come. */
  readonly isOver: boolean;
}

export type LogLine =
  | (Placed & { readonly kind: "start"; readonly cause: RunCause })
  | (Placed & {
    readonly kind: "words";
    /** `cut`: an answer that was broken off. */
    readonly of: "asked" | "note" | "said" | "cut";
    readonly from: string;
    readonly text: string;
  })
  | CallLine
  | (Placed & { readonly kind: "settled"; readonly turn: number; readonly outcome: string })
  | (Placed & {
    readonly kind: "end";
    readonly result: RunResult;
    readonly usage: UsageSum | undefined;
  })
  | (Placed & { readonly kind: "memory"; readonly note: MemoryNote })
  | (Placed & { readonly kind: "extracted"; readonly seq: number })
  | (Placed & { readonly kind: "summary"; readonly text: string })
  | (Placed & { readonly kind: "child"; readonly event: ChildEvent })
  | (Placed & { readonly kind: "unreadable"; readonly detail: string })
  | (Placed & { readonly kind: "aside"; readonly count: number; readonly isOpen: boolean })
  /** Older entries are not here yet; `isGone`: they were cleared away behind a summary. */
  | (Placed & { readonly kind: "trimmed"; readonly before: number; readonly isGone: boolean })
  /** Being written now. */
  | (Placed & { readonly kind: "flow"; readonly block: InFlightBlock });

/** What of a log is spread over several entries. */
interface Gathered {
  readonly permissions: ReadonlyMap<string, NonNullable<CallLine["permission"]>>;
  readonly results: ReadonlyMap<string, NonNullable<CallLine["result"]>>;
  readonly usage: ReadonlyMap<string, UsageSum>;
  readonly endedRuns: ReadonlySet<string>;
}

/**
 * Linear in the entries. `openAsides` has the keys of the asides that are shown; `goneBelow`:
 * nothing is stored before that index.
 */
export function buildLines(
  entries: readonly SegmentEntry[],
  openAsides: ReadonlySet<string>,
  goneBelow = 0,
): readonly LogLine[] {
  const gathered = gather(entries);
  const asides = findAsides(entries);
  const lines: LogLine[] = [];
  const [oldest] = entries;
  if (oldest !== undefined && oldest.index > 0) {
    const placed = { key: "trimmed", atMs: oldest.at, isAside: false };
    const isGone = oldest.index <= goneBelow;
    lines.push({ kind: "trimmed", before: oldest.index, isGone, ...placed });
  }
  const told = new Set<string>();
  for (const entry of entries) {
    const aside = asides.get(entry.index);
    if (aside !== undefined && !told.has(aside.key)) {
      const { key, count } = aside;
      told.add(key);
      lines.push({
        kind: "aside",
        key,
        count,
        isOpen: openAsides.has(key),
        atMs: entry.at,
        isAside: true,
      });
    }
    if (aside !== undefined && !openAsides.has(aside.key)) continue;
    const line = lineOf(entry, gathered, aside !== undefined);
    if (line !== undefined) lines.push(line);
  }
  return lines;
}

/** What is being written, behind everything that is stored. */
export function flowLines(blocks: readonly InFlightBlock[]): readonly LogLine[] {
  return blocks.map((block) => ({
    kind: "flow",
    key: `flow/${block.runId}/${block.block}`,
    atMs: 0,
    isAside: false,
    block,
  }));
}

function gather(entries: readonly SegmentEntry[]): Gathered {
  const permissions = new Map<string, NonNullable<CallLine["permission"]>>();
  const results = new Map<string, NonNullable<CallLine["result"]>>();
  const usage = new Map<string, UsageSum>();
  const endedRuns = new Set<string>();
  for (const { body } of entries) {
    if (body.kind === "permission") permissions.set(body.callId, body);
    else if (body.kind === "result") results.set(body.callId, body);
    else if (body.kind === "run-end") endedRuns.add(body.runId);
    else if (body.kind === "usage") {
      const sum = usage.get(body.runId) ?? { prompt: 0, cached: 0, written: 0 };
      usage.set(body.runId, {
        prompt: sum.prompt + body.promptTokens,
        cached: sum.cached + body.cachedTokens,
        written: sum.written + body.generatedTokens,
      });
    }
  }
  return { permissions, results, usage, endedRuns };
}

interface Aside {
  readonly key: string;
  count: number;
}

/** Which entries a rewind set aside, from the newest on: a later one covers earlier ones. */
function findAsides(entries: readonly SegmentEntry[]): ReadonlyMap<number, Aside> {
  const asides = new Map<number, Aside>();
  let to = Infinity;
  let aside: Aside | undefined;
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at];
    if (entry === undefined) continue;
    const { body, index } = entry;
    if (index < to) aside = undefined;
    if (aside === undefined && body.kind === "rewound") {
      aside = { key: `aside/${index}`, count: 0 };
      to = body.to;
      continue;
    }
    // What is remembered survives a rewind.
    if (aside === undefined || body.kind === "memory" || body.kind === "extracted") continue;
    if (hasLine(body)) aside.count += 1;
    asides.set(index, aside);
  }
  return asides;
}

/** Entries that are told by another line have none of their own. */
function hasLine({ kind }: SegmentEntry["body"]): boolean {
  return kind !== "usage" && kind !== "permission" && kind !== "result" && kind !== "rewound";
}

function lineOf(entry: SegmentEntry, known: Gathered, isAside: boolean): LogLine | undefined {
  const { body } = entry;
  const placed = { key: `e/${entry.index}`, atMs: entry.at, isAside };
  switch (body.kind) {
    case "run-start":
      return { ...placed, kind: "start", cause: body.cause };
    case "run-end":
      return { ...placed, kind: "end", result: body.result, usage: known.usage.get(body.runId) };
    case "asked":
    case "note":
      return { ...placed, kind: "words", of: body.kind, from: body.from, text: body.text };
    case "said":
      return {
        ...placed,
        kind: "words",
        of: body.isPartial === true ? "cut" : "said",
        from: "",
        text: body.text,
      };
    case "call":
      return { ...placed, ...callOf(body, known) };
    case "settled":
      return { ...placed, kind: "settled", turn: body.turn, outcome: body.outcome };
    case "memory":
      return { ...placed, kind: "memory", note: body.note };
    case "extracted":
      return { ...placed, kind: "extracted", seq: body.upToSeq };
    case "summary":
      return { ...placed, kind: "summary", text: body.text };
    case "child":
      return { ...placed, kind: "child", event: body.event };
    case "unreadable":
      return { ...placed, kind: "unreadable", detail: body.detail };
    default:
      return undefined;
  }
}

function callOf(
  { callId, runId, tool, args }: Extract<SegmentBody, { kind: "call" }>,
  known: Gathered,
): Omit<CallLine, keyof Placed> {
  return {
    kind: "call",
    callId,
    tool,
    args,
    permission: known.permissions.get(callId),
    result: known.results.get(callId),
    isOver: known.endedRuns.has(runId),
  };
}
