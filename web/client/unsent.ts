/**
 * Unsent messages: what a person sent and the log has not acknowledged yet (D27, local form).
 *
 * Owns the keys under `conclave-unsent:`. A message is kept in the same task that clears its draft,
 * so that a page that dies between the two has one or the other. At the next start it is sent again
 * under its first id, and the log makes of two sendings one entry.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY40  A message is kept from Enter until its log has answered; what a dead page left is sent
 *         again under the same id.
 */

import type { AppCommand } from "./app-client.ts";
import type { DraftStorage } from "./drafts.ts";

export type SayCommand = Extract<AppCommand, { readonly kind: "say" }>;

export interface Unsent {
  /** Keeps a message now; false when this browser keeps nothing. */
  keep(say: SayCommand): boolean;
  /** Its log has answered: it is an entry, or its text went back to the person. */
  forget(id: string): void;
  /** What earlier pages left, in the order of their ids' keeping. */
  left(): readonly SayCommand[];
}

const PREFIX = "conclave-unsent:";

/**
 * `openStorage` is asked at each use: merely naming `localStorage` throws where it is forbidden.
 */
export function createUnsent(openStorage: () => DraftStorage | undefined): Unsent {
  return {
    keep(say) {
      try {
        const storage = openStorage();
        storage?.setItem(PREFIX + say.id, JSON.stringify(say));
        return storage !== undefined;
      } catch { // QuotaExceededError or SecurityError: the append itself is what counts.
        return false;
      }
    },
    forget(id) {
      try {
        openStorage()?.removeItem(PREFIX + id);
      } catch { // SecurityError: nothing was kept.
      }
    },
    left() {
      try {
        const storage = openStorage();
        if (storage === undefined) return [];
        return Array.from({ length: storage.length }, (_, index) => storage.key(index))
          .filter((key) => key !== null)
          .filter((key) => key.startsWith(PREFIX))
          .flatMap((key) => decodeSay(storage.getItem(key)) ?? []);
      } catch { // SecurityError: nothing was kept.
        return [];
      }
    },
  };
}

function decodeSay(value: string | null): SayCommand | undefined {
  try {
    const say = JSON.parse(value ?? "") as Partial<SayCommand> | null;
    const isSay = say?.kind === "say" && typeof say.roomId === "string" &&
      typeof say.id === "string" && typeof say.text === "string" && Array.isArray(say.addressed);
    return isSay ? say as SayCommand : undefined;
  } catch { // SyntaxError: not a message of this app.
    return undefined;
  }
}
