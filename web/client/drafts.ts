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
 *   SY201 What a draft answers is kept with it, and alone where there are no words yet.
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
  /** The message that the draft answers. */
  replyTo(roomId: string): number | undefined;
  /** Keeps what the draft answers, or that it answers nothing; its text stays. */
  reply(roomId: string, replyTo: number | undefined): Result<void, DraftError>;
}

const PREFIX = "conclave-draft:";

interface Typed {
  readonly text: string;
  readonly replyTo?: number | undefined;
}

interface KeptDraft extends Typed {
  readonly at: EpochMs | number;
}

/** Makes the drafts of this tab. */
export function createDrafts(deps: DraftsDeps): Drafts {
  const { limits, clock } = deps;
  const own = new Map<string, Typed>();

  const keep = (storage: DraftStorage, roomId: string, typed: Typed): void => {
    if (typed.text === "" && typed.replyTo === undefined) {
      return storage.removeItem(PREFIX + roomId);
    }
    const kept: KeptDraft = { ...typed, at: clock.epochNow() };
    storage.setItem(PREFIX + roomId, JSON.stringify(kept));
    dropOldest(storage, limits.draftsMax);
  };
  const read = (roomId: string): Typed => {
    const typed = own.get(roomId);
    if (typed !== undefined) return typed;
    try {
      return decodeDraft(deps.openStorage()?.getItem(PREFIX + roomId)) ?? { text: "" };
    } catch { // SecurityError: storage is forbidden, so nothing was kept.
      return { text: "" };
    }
  };
  const write = (roomId: string, typed: Typed): Result<void, DraftError> => {
    own.set(roomId, typed); // SY34
    const charsMax = limits.draftCharsMax;
    const chars = typed.text.length;
    if (chars > charsMax) return err({ kind: "draft-too-long", chars, charsMax });
    try {
      const storage = deps.openStorage();
      if (storage === undefined) return err({ kind: "draft-not-kept", detail: "no storage" });
      keep(storage, roomId, typed);
      return ok(undefined);
    } catch (error) { // QuotaExceededError or SecurityError.
      return err({ kind: "draft-not-kept", detail: String(error) });
    }
  };

  return {
    read: (roomId) => read(roomId).text,
    write: (roomId, text) => write(roomId, { ...read(roomId), text }),
    replyTo: (roomId) => read(roomId).replyTo,
    reply: (roomId, replyTo) => write(roomId, { text: read(roomId).text, replyTo }), // SY201
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
    const { text, at, replyTo } = draft ?? {};
    if (typeof text !== "string" || typeof at !== "number") return undefined;
    return Number.isSafeInteger(replyTo) ? { text, at, replyTo } : { text, at };
  } catch { // SyntaxError: not a draft of this app.
    return undefined;
  }
}
