/**
 * Sees to it that what is typed and attached in a room reaches the one that it became, whenever it
 * was typed: before, while the screen changes, or by work that ends later.
 *
 * Owns the moment: a room's own screen has its draft until it is gone. The code for the way comes
 * with the first that has to go it.
 *
 *   SY276 What was said, typed, answered and attached in a room while it became another one is in
 *         that one.
 */

import { signal } from "@preact/signals";
import type { Log } from "#shared/ports/mod.ts";
import type { AppClient, AppCommand } from "./app-client.ts";
import type { ClientStorage } from "./client-storage.ts";
import type { RoomAnswer } from "./room-commands.ts";
import type { MoveTypedDeps } from "./shared/move-typed.ts";

export interface LateTypedDeps extends Pick<MoveTypedDeps, "drafts" | "signal"> {
  readonly trace: Log;
  readonly storage: () => Pick<ClientStorage, "imageDrafts" | "index">;
  /** The room that this one became, as far as this tab knows. */
  readonly movedTo: (roomId: string) => string | undefined;
  /** The room that is open on the screen. */
  readonly openRoomId: () => string | undefined;
  /** Reads anew which rooms became others. */
  readonly relist: () => Promise<void>;
}

type Say = Extract<AppCommand, { readonly kind: "say" }>;

export interface LateTyped {
  readonly client: Pick<
    AppClient,
    "readDraft" | "writeDraft" | "readReply" | "writeReply" | "typedCarried"
  >;
  /** Something was typed there, its screen is gone, or it became another room. */
  carry(roomId: string): void;
  /** Has a message said in the room that its own became, if that did, by `run`. */
  say(say: Say, run: (say: Say) => Promise<RoomAnswer>): Promise<RoomAnswer>;
}

export function createLateTyped(deps: LateTypedDeps): LateTyped {
  const { drafts, trace } = deps;
  const typedCarried = signal(0);
  const given = (): MoveTypedDeps => ({ ...deps, ...deps.storage() });
  const carry = async (roomId: string, to: string): Promise<void> => {
    const { carryTyped } = await import("./shared/move-typed.ts");
    if (await carryTyped(given(), roomId, to)) typedCarried.value += 1;
  };
  const carryLate = (roomId: string): void => {
    const to = deps.movedTo(roomId);
    if (to === undefined || deps.openRoomId() === roomId) return;
    // Owned by the client's signal. What it does not take along is found at the next start.
    void carry(roomId, to).catch(() => undefined);
  };
  const sayThere = async (say: Say): Promise<Say> => {
    const to = deps.movedTo(say.roomId);
    if (to === undefined) return say;
    const { sayInMoved } = await import("./shared/move-typed.ts");
    return await sayInMoved(given(), say, to);
  };
  return {
    client: {
      readDraft: (roomId) => drafts.read(roomId),
      writeDraft(roomId, text) {
        const kept = drafts.write(roomId, text);
        if (!kept.ok) trace.write("warn", "draft-not-kept", { kind: kept.error.kind });
        carryLate(roomId);
      },
      readReply: (roomId) => drafts.replyTo(roomId),
      // The draft's next letter says it if this browser keeps nothing.
      writeReply: (roomId, replyTo) => void drafts.reply(roomId, replyTo),
      typedCarried,
    },
    carry: carryLate,
    async say(say, run) {
      const there = await sayThere(say);
      const answered = await run(there);
      if (answered.ok || answered.error.kind !== "storage-denied") return answered;
      await deps.relist(); // It may have become another one in this very moment.
      const next = await sayThere(say);
      return next.roomId === there.roomId ? answered : await run(next);
    },
  };
}
