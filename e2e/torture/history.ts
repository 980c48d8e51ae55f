/**
 * Judges what a log holds against what was promised. Pure.
 *
 * An entry is lost when the relay acknowledged it and the log lacks it, doubled when the log has
 * its id twice, reordered when it stands elsewhere than acknowledged or an author's entries are in
 * another order than sent.
 */

export interface LogRow {
  readonly seq: number;
  readonly id: string;
}

export interface Findings {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly reordered: readonly string[];
}

export const noFindings: Findings = { lost: [], doubled: [], reordered: [] };

/** `acknowledged`: the seq that the relay named, by id. */
export function checkLog(
  acknowledged: ReadonlyMap<string, number>,
  log: readonly LogRow[],
): Findings {
  const seqs = new Map<string, number>();
  const doubled: string[] = [];
  const reordered: string[] = [];
  let before = log[0]?.seq === undefined ? 0 : log[0].seq - 1;
  for (const { seq, id } of log) {
    if (seqs.has(id)) doubled.push(id);
    else seqs.set(id, seq);
    if (seq !== before + 1) reordered.push(`${id}: seq ${seq} follows ${before}`);
    before = seq;
  }
  const lost: string[] = [];
  for (const [id, seq] of acknowledged) {
    const found = seqs.get(id);
    if (found === undefined) lost.push(id);
    else if (found !== seq) reordered.push(`${id}: acknowledged as ${seq}, stands at ${found}`);
  }
  return { lost, doubled, reordered };
}

/** One author's words or ids in the order they were sent, and as they stand in the log. */
export function checkOrder(sent: readonly string[], found: readonly string[]): Findings {
  const places = new Map(sent.map((one, index) => [one, index]));
  const seen = new Set<string>();
  const doubled: string[] = [];
  const reordered: string[] = [];
  let last = -1;
  for (const one of found) {
    const place = places.get(one);
    if (place === undefined) continue;
    if (seen.has(one)) {
      doubled.push(one);
      continue;
    }
    seen.add(one);
    if (place < last) reordered.push(`${one}: behind ${sent[last]}`);
    last = Math.max(last, place);
  }
  return { lost: sent.filter((one) => !seen.has(one)), doubled, reordered };
}

/** The first place at which two peers' logs differ; what follows it tells no more. */
export function compareLogs(left: readonly LogRow[], right: readonly LogRow[]): Findings {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one, other] = [left[index], right[index]];
    if (one?.id === other?.id && one?.seq === other?.seq) continue;
    const place = `place ${index}: ${one?.seq} ${one?.id} beside ${other?.seq} ${other?.id}`;
    return { ...noFindings, reordered: [place] };
  }
  return noFindings;
}

/** Each finding once, however many looked. */
export function mergeFindings(all: readonly Findings[]): Findings {
  const once = (found: readonly string[]): readonly string[] => [...new Set(found)];
  return {
    lost: once(all.flatMap(({ lost }) => lost)),
    doubled: once(all.flatMap(({ doubled }) => doubled)),
    reordered: once(all.flatMap(({ reordered }) => reordered)),
  };
}
