/** A long room, and anything that may come behind it: what properties of the fold are tried on. */

import { fc } from "../testing/properties.ts";
import type { LogEntry } from "../ports/room-log.ts";
import { recipeKinds, type RoomEvent } from "../protocol/events.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { roomLimits } from "./limits.ts";

const MAX = roomLimits.checkpointMessagesMax;
/** Where roomScript assigns its two personas. */
const ASSIGNED = { a: 5, b: 7 } as const;

export type Step = readonly [RoomEvent, string, number];

/** More talk than a checkpoint carries, answered, stopped and set aside. */
export function longRoom(hasCheckpoint: boolean): RoomScript {
  const room = roomScript({ kind: "panel", followUpsMax: 2 });
  for (let number = 0; number < 120; number += 1) {
    const turn = room.say(`message ${number}`);
    for (const persona of ["a", "b"] as const) {
      if (number % 4 === 0) continue;
      const outcome = { kind: "replied", text: `${persona} ${number}`, finish: "stop" } as const;
      const attempt = { turn, persona, attempt: 0, assign: ASSIGNED[persona] };
      room.add({ kind: "settle", ...attempt, outcome, seenSeq: 1, fingerprint: "f" });
    }
    room.add({ kind: "stop", scope: { kind: "all" } });
  }
  if (hasCheckpoint) {
    room.add({ kind: "checkpoint", covers: 9, stateHash: "h", state: "", opener: "" });
  }
  return room;
}

/** Anything about the whole log, and most of all where its newest messages begin or end. */
export function stepsBehind(base: RoomScript): fc.Arbitrary<readonly Step[]> {
  const { head, messages } = base.state();
  const edge = messages[messages.length - MAX]?.turn ?? 0;
  const seq = fc.oneof(
    fc.integer({ min: 1, max: head + 40 }),
    fc.integer({ min: edge - 20, max: edge + 20 }),
    fc.integer({ min: head - 10, max: head + 40 }),
  );
  const persona = fc.constantFrom("a" as const, "b" as const);
  const attempt = fc.integer({ min: 0, max: 2 });
  const event: fc.Arbitrary<RoomEvent> = fc.oneof(
    fc.constant<RoomEvent>({ kind: "say", text: "hi", addressed: [] }),
    fc.tuple(seq, persona, attempt).map(([turn, who, number]): RoomEvent => ({
      kind: "settle",
      ...{ turn, persona: who, attempt: number, assign: ASSIGNED[who] },
      ...{ seenSeq: 1, fingerprint: "f" },
      outcome: { kind: "replied", text: "x", finish: "stop" },
    })),
    fc.tuple(seq, persona, attempt).map(([turn, who, number]): RoomEvent => ({
      ...{ kind: "partial", turn, persona: who, attempt: number },
      ...{ assign: ASSIGNED[who], text: "p" },
    })),
    fc.tuple(seq, persona).map(([turn, who]): RoomEvent => ({ kind: "again", turn, persona: who })),
    fc.tuple(seq, persona, attempt).map(([turn, who, number]): RoomEvent => ({
      ...{ kind: "pick", turn, persona: who, attempt: number },
    })),
    seq.map((of): RoomEvent => ({ kind: "edit", of, text: "e" })),
    fc.tuple(seq, seq).map(([to, expected]): RoomEvent => ({
      kind: "rewind",
      to,
      expect: expected,
    })),
    seq.map((to): RoomEvent => ({ kind: "rewind", to, expect: messages.at(-1)?.seq ?? 0 })),
    fc.integer({ min: head + 1, max: head + 6 }).map((rewind): RoomEvent => ({
      kind: "restore",
      rewind,
    })),
    fc.tuple(seq, fc.boolean()).map(([of, pinned]): RoomEvent => ({ kind: "pin", of, pinned })),
    fc.constantFrom(...messages.slice(-MAX - 9, 9 - MAX), ...messages.slice(-9))
      .map(({ seq: of }): RoomEvent => ({ kind: "pin", of, pinned: true })),
    fc.constant<RoomEvent>({ kind: "stop", scope: { kind: "all" } }),
    fc.constantFrom(...recipeKinds).map((kind): RoomEvent => ({
      kind: "recipe",
      recipe: { kind, followUpsMax: 1, director: "a" },
    })),
    fc.constant<RoomEvent>({ kind: "left", device: ME }),
  );
  return fc.array(
    fc.tuple(
      event,
      fc.constantFrom(ME, ME, ME, "dv_jon", "sequencer"),
      fc.constantFrom(10, 10, 10, roomLimits.staleMs + 1),
    ),
    { maxLength: 40 },
  );
}

/** The entries that `steps` add behind `base`. */
export function entriesBehind(base: RoomScript, steps: readonly Step[]): readonly LogEntry[] {
  const room = roomScript();
  room.entries.splice(0, Infinity, ...base.entries);
  room.atMs = base.atMs;
  for (const [body, device, afterMs] of steps) room.add(body, device, afterMs);
  return room.entries.slice(base.entries.length);
}
