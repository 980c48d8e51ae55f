/**
 * Which rooms are looked at, over all tabs: a tab holds a shared lock for the room that it shows.
 * A lock ends with its tab, whatever ends the tab.
 */

const nameOf = (roomId: string): string => `conclave-looks-at/${roomId}`;

/** Holds until `signal` aborts. */
export function holdLook(roomId: string, signal: AbortSignal): void {
  navigator.locks.request(nameOf(roomId), { mode: "shared", signal }, async () => {
    if (signal.aborted) return;
    await new Promise<void>((end) => signal.addEventListener("abort", () => end(), { once: true }));
  }).catch((error: unknown) => {
    // Aborted before it was granted: nothing was held.
    if (!signal.aborted) throw error;
  });
}

export async function isLookedAt(roomId: string): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return held?.some(({ name }) => name === nameOf(roomId)) ?? false;
}
