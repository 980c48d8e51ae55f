/**
 * Drafts: the unsent text of each room, kept in this browser until it is sent or cleared.
 *
 * Owns the keys under `conclave-draft:`. The text lives in memory first, so that a full or
 * forbidden storage costs no more than surviving a reload, and says so.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY33  A draft that was written is read again, in this tab always, after a reload where it was
 *         kept.
 *   SY34  A draft that could not be kept says why and is not lost in this tab.
 *   SY35  More than `draftsMax` drafts drop the one written longest ago.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EpochMs } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

/** The part of `localStorage` that is used; undefined where a browser forbids it. */
export type DraftStorage = Pick<Storage, "getItem" | "key" | "length" | "removeItem" | "setItem">;

export interface DraftsDeps {
  /** Asked at each use: merely naming `localStorage` throws where it is forbidden. */
  readonly openStorage: () => DraftStorage | undefined;
  readonly clock: Pick<Clock, "epochNow">;
  readonly limits: { readonly draftCharsMax: number; readonly draftsMax: number };
}

export type DraftError =
  | { readonly kind: "draft-too-long"; readonly chars: number; readonly charsMax: number }
  | { readonly kind: "draft-not-kept"; readonly detail: string };

export interface Drafts {
  /** The newest text of the room; empty when there is none. */
  read(roomId: string): string;
  /** Empty text clears the draft. On an error the text is still read in this tab. */
  write(roomId: string, text: string): Result<void, DraftError>;
}

const PREFIX = "conclave-draft:";

interface KeptDraft {
  readonly text: string;
  readonly at: EpochMs | number;
}

/** Makes the drafts of this tab. */
export function createDrafts(deps: DraftsDeps): Drafts {
  const { limits, clock } = deps;
  const own = new Map<string, string>();

  const keep = (storage: DraftStorage, roomId: string, text: string): void => {
    if (text === "") return storage.removeItem(PREFIX + roomId);
    const kept: KeptDraft = { text, at: clock.epochNow() };
    storage.setItem(PREFIX + roomId, JSON.stringify(kept));
    dropOldest(storage, limits.draftsMax);
  };

  return {
    read(roomId) {
      const text = own.get(roomId);
      if (text !== undefined) return text;
      try {
        return decodeDraft(deps.openStorage()?.getItem(PREFIX + roomId))?.text ?? "";
      } catch { // SecurityError: storage is forbidden, so nothing was kept.
        return "";
      }
    },
    write(roomId, text) {
      own.set(roomId, text); // SY34
      const charsMax = limits.draftCharsMax;
      if (text.length > charsMax) {
        return err({ kind: "draft-too-long", chars: text.length, charsMax });
      }
      try {
        const storage = deps.openStorage();
        if (storage === undefined) return err({ kind: "draft-not-kept", detail: "no storage" });
        keep(storage, roomId, text);
        return ok(undefined);
      } catch (error) { // QuotaExceededError or SecurityError.
        return err({ kind: "draft-not-kept", detail: String(error) });
      }
    },
  };
}

function dropOldest(storage: DraftStorage, draftsMax: number): void {
  const kept = Array.from({ length: storage.length }, (_, index) => storage.key(index))
    .filter((key) => key !== null)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ key, at: decodeDraft(storage.getItem(key))?.at ?? 0 }))
    .toSorted((a, b) => a.at - b.at);
  for (const { key } of kept.slice(0, Math.max(0, kept.length - draftsMax))) {
    storage.removeItem(key); // SY35
  }
}

function decodeDraft(value: string | null | undefined): KeptDraft | undefined {
  if (value === null || value === undefined) return undefined;
  try {
    const draft = JSON.parse(value) as Partial<KeptDraft> | null;
    const { text, at } = draft ?? {};
    return typeof text === "string" && typeof at === "number" ? { text, at } : undefined;
  } catch { // SyntaxError: not a draft of this app.
    return undefined;
  }
}
