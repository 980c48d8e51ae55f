/** Arithmetic of the windowed log: which rows to draw, from known and guessed heights. */

/** A guess for a row that was never drawn: two lines of text under a name. */
export const ROW_HEIGHT_GUESS = 96;
/** Drawn beyond both edges, so that a flick of the wheel meets finished rows. */
export const OVERSCAN_PX = 900;

export interface WindowRange {
  /** First drawn row and the one after the last. */
  readonly start: number;
  readonly end: number;
}

/** `tops[i]` is where row i begins; `tops[length]` is the height of all. */
export function layTops(
  keys: readonly string[],
  heights: ReadonlyMap<string, number>,
): Float64Array {
  const tops = new Float64Array(keys.length + 1);
  for (let index = 0; index < keys.length; index++) {
    const height = heights.get(keys[index] as string) ?? ROW_HEIGHT_GUESS;
    tops[index + 1] = (tops[index] as number) + height;
  }
  return tops;
}

/** The rows that touch the viewport and its overscan. */
export function findRange(
  tops: Float64Array,
  scrollTop: number,
  viewHeight: number,
): WindowRange {
  const count = tops.length - 1;
  const start = rowAt(tops, scrollTop - OVERSCAN_PX);
  const end = Math.min(count, rowAt(tops, scrollTop + viewHeight + OVERSCAN_PX) + 1);
  return { start, end };
}

/** The row that holds `y`, clamped to the first and the last. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] as number) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
