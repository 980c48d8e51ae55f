/**
 * Which relay rooms are shared through from this browser: the page's own, or another.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY288 A room can be shared through another relay than the page's own; the last one that took a
 *         room is offered again in this browser.
 */

import { relayHostOf, relayUrlOf } from "../../client/shared/relay-url.ts";

const STORED = "conclave.relay";

/** As a person gave it; empty for the page's own. */
export function readRelayChoice(): string {
  return localStorage.getItem(STORED) ?? "";
}

/** As far as this browser keeps it. */
export function keepRelayChoice(given: string): void {
  try {
    if (given.trim() === "") localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, given.trim());
  } catch {
    // Full, or not allowed: the room is shared all the same, and the address is asked for again.
  }
}

/** What people are shown of it; undefined when it is no address of a relay. */
export function chosenRelayHost(given: string, pageUrl: string): string | undefined {
  const url = relayUrlOf(given, pageUrl);
  return url.ok ? relayHostOf(url.value) : undefined;
}
