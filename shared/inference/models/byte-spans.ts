/** Sets of bytes of a file, as ascending spans without overlaps. Pure. */

/** Bytes `from` up to, without, `to`. */
export interface ByteSpan {
  readonly from: number;
  readonly to: number;
}

export function countBytes(spans: readonly ByteSpan[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

export function addSpan(spans: readonly ByteSpan[], added: ByteSpan): readonly ByteSpan[] {
  if (added.to <= added.from) return spans;
  const apart = spans.filter(({ from, to }) => to < added.from || from > added.to);
  const joined = spans.filter((span) => !apart.includes(span));
  const from = Math.min(added.from, ...joined.map((span) => span.from));
  const to = Math.max(added.to, ...joined.map((span) => span.to));
  return [...apart, { from, to }].toSorted((a, b) => a.from - b.from);
}

/** The first bytes before `end` that no span covers; undefined when all are. */
export function firstGap(spans: readonly ByteSpan[], end: number): ByteSpan | undefined {
  let from = 0;
  for (const span of spans) {
    if (span.from > from) return from < end ? { from, to: Math.min(span.from, end) } : undefined;
    from = Math.max(from, span.to);
  }
  return from < end ? { from, to: end } : undefined;
}
