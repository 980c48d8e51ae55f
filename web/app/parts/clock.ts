/**
 * The passing of time for what is drawn live: one ticking signal, running only while it is watched.
 */

import { type ReadonlySignal, signal } from "@preact/signals";

const TICK_MS = 250;

let timer: ReturnType<typeof setInterval> | undefined;

const ticking = signal(Date.now(), {
  watched() {
    timer = setInterval(() => {
      ticking.value = Date.now();
    }, TICK_MS);
  },
  unwatched() {
    clearInterval(timer);
  },
});

/** Epoch ms, four times a second while somebody reads it in a component. */
export const nowMs: ReadonlySignal<number> = ticking;
