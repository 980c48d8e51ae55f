/** Whether keys of one character do something (WCAG 2.1.4); kept in this browser. */

import { type Signal, signal } from "@preact/signals";

const STORED = "conclave.single-keys";

/** SY232. */
export const singleKeys: Signal<boolean> = signal(localStorage.getItem(STORED) !== "off");

export function allowSingleKeys(allowed: boolean): void {
  singleKeys.value = allowed;
  if (allowed) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, "off");
}
