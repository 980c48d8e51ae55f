/**
 * Finds stop strings in text that arrives in pieces (IN7).
 *
 * Holds back only what could still become a stop string: "\nAda" of "\nAda:" waits for the next
 * piece, everything before it is free to be shown.
 */

/** Text received but not yet released, and whether a stop string was met. */
export interface StopScan {
  readonly held: string;
  readonly stopped: boolean;
}

export interface StopStep {
  readonly scan: StopScan;
  /** What may be shown now. */
  readonly text: string;
}

export const emptyStopScan: StopScan = Object.freeze({ held: "", stopped: false });

/** Takes the next piece; behind a stop string everything is dropped. */
export function pushStopText(scan: StopScan, piece: string, stops: readonly string[]): StopStep {
  if (scan.stopped) return { scan, text: "" };
  const text = scan.held + piece;
  const at = firstStop(text, stops);
  if (at >= 0) return { scan: { held: "", stopped: true }, text: text.slice(0, at) };
  const keep = heldChars(text, stops);
  const free = text.length - keep;
  return { scan: { held: text.slice(free), stopped: false }, text: text.slice(0, free) };
}

/** The end came without a stop string: what was held back is ordinary text. */
export function flushStopText(scan: StopScan): string {
  return scan.stopped ? "" : scan.held;
}

function firstStop(text: string, stops: readonly string[]): number {
  let first = -1;
  for (const stop of stops) {
    const at = text.indexOf(stop);
    if (at >= 0 && (first < 0 || at < first)) first = at;
  }
  return first;
}

/** Length of the longest end of `text` that begins a stop string. */
function heldChars(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let chars = Math.min(stop.length - 1, text.length); chars > longest; chars -= 1) {
      if (text.endsWith(stop.slice(0, chars))) longest = chars;
    }
  }
  return longest;
}
