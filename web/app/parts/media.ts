/** A media query as a signal. */

import { type ReadonlySignal, signal } from "@preact/signals";

export function watchMedia(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener("change", () => {
    matches.value = list.matches;
  });
  return matches;
}

/** Three columns fit: rail, log, and cast with turn beside it. */
export const isWide: ReadonlySignal<boolean> = watchMedia("(min-width: 1120px)");

/** A finger, no hovering pointer: Enter hints and hover buttons make no sense. */
export const isTouch: ReadonlySignal<boolean> = watchMedia("(hover: none)");
