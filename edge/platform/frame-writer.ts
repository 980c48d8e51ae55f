/**
 * What a socket gets in one turn of the loop, as one write: an answer and the entry behind it, or
 * the answers to a whole batch. A write to a socket costs more than making its bytes.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL133 Small frames for one socket in one turn are one write, in their order with all others.
 */

import { Buffer } from "node:buffer";

/** Copying costs less than writing up to here; what goes to many is not copied for each beyond. */
const MERGED_BYTES_MAX = 8 * 1024;

export interface FrameWriter {
  /** Written before this turn's promises are done. */
  write(frame: Buffer): void;
  /** Writes what waits: something else is about to be written. */
  flush(): void;
  /** Bytes that wait for the end of the turn. */
  waitingBytes(): number;
}

/** Makes writers; all of them flush together. `write` takes bytes that are its own from then on. */
export function createFrameWriters(): (write: (bytes: Buffer) => void) => FrameWriter {
  let due: (() => void)[] = [];
  const flushAll = (): void => {
    const flushes = due;
    due = [];
    for (const flush of flushes) flush();
  };
  return (write) => {
    let first: Buffer | undefined;
    let others: Buffer[] | undefined;
    let bytes = 0;
    const flush = (): void => {
      if (first === undefined) return;
      const frame = others === undefined ? first : Buffer.concat([first, ...others], bytes);
      first = others = undefined;
      bytes = 0;
      write(frame);
    };
    return {
      write(frame) {
        if (bytes + frame.length > MERGED_BYTES_MAX) flush();
        bytes += frame.length;
        if (first !== undefined) return void (others ??= []).push(frame);
        first = frame;
        if (due.push(flush) === 1) queueMicrotask(flushAll);
      },
      flush,
      waitingBytes: () => bytes,
    };
  };
}
