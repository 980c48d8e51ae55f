/** Any history of a room, for properties that hold in all of them. */

import { fc } from "../properties.ts";
import type { LogEntry } from "../../ports/room-log.ts";
import { recipeKinds, type RoomEvent } from "../../protocol/events.ts";
import { roomLimits } from "../../room/limits.ts";
import { ME, roomScript } from "./room-script.ts";

/** Any event by anybody, at any time: most break some rule, which is the point. */
const seq = fc.integer({ min: 1, max: 40 });
const persona = fc.constantFrom("a", "b", "c");
const attempt = fc.integer({ min: 0, max: 2 });
const outcome = fc.constantFrom(
  { kind: "replied", text: "x", finish: "stop" } as const,
  { kind: "silent" } as const,
  { kind: "failed", reason: "engine", detail: "" } as const,
  { kind: "deferred", reason: "merged" } as const,
  { kind: "voted", speaker: "b" } as const,
);
const recipe = fc.record({
  kind: fc.constantFrom(...recipeKinds),
  followUpsMax: fc.nat(2),
  speakersPerTurn: fc.integer({ min: 1, max: 3 }),
  director: persona,
});
const closed = fc.record({
  kind: fc.constant("closed" as const),
  to: fc.constantFrom("A".repeat(22), "B".repeat(22)),
  covers: seq,
  sealKey: fc.constant("A".repeat(43)),
  boxes: fc.constant([{ device: ME, sealed: "A".repeat(64) }]),
});
/** Nothing counts after it: most histories should have none. */
const rarely = (end: fc.Arbitrary<RoomEvent>): fc.Arbitrary<RoomEvent> =>
  fc.nat(9).chain((die) => die === 0 ? end : fc.constant({ kind: "name", name: "Yard" }));
const event: fc.Arbitrary<RoomEvent> = fc.oneof(
  fc.record({
    kind: fc.constant("say" as const),
    text: fc.constant("hi"),
    addressed: fc.constant([]),
  }),
  fc.record({
    kind: fc.constant("settle" as const),
    turn: seq,
    persona,
    attempt,
    assign: fc.constantFrom(5, 7, 9),
    outcome,
    seenSeq: seq,
    fingerprint: fc.constant("f"),
  }),
  fc.constant({ kind: "stop" as const, scope: { kind: "all" as const } }),
  fc.record({ kind: fc.constant("recipe" as const), recipe }),
  fc.record({
    kind: fc.constant("knowledge" as const),
    scope: fc.constantFrom("everyone" as const, "present" as const),
  }),
  fc.record({ kind: fc.constant("again" as const), turn: seq, persona }),
  fc.record({ kind: fc.constant("pick" as const), turn: seq, persona, attempt }),
  fc.record({ kind: fc.constant("edit" as const), of: seq, text: fc.constant("e") }),
  fc.record({ kind: fc.constant("rewind" as const), to: seq, expect: seq }),
  fc.record({ kind: fc.constant("restore" as const), rewind: seq }),
  fc.record({ kind: fc.constant("pin" as const), of: seq, pinned: fc.boolean() }),
  fc.record({ kind: fc.constant("left" as const), device: fc.constant(ME) }),
  fc.record({ kind: fc.constant("assign" as const), persona }),
  rarely(closed),
  fc.record({
    kind: fc.constant("partial" as const),
    turn: seq,
    persona,
    attempt,
    assign: seq,
    text: fc.constant("p"),
  }),
);
/** The entries of a room of two or three personas in which anything may have happened. */
export const roomHistory: fc.Arbitrary<readonly LogEntry[]> = fc.array(
  fc.tuple(
    event,
    fc.constantFrom(ME, ME, ME, "dv_jon", "sequencer"),
    fc.constantFrom(10, 10, 10, roomLimits.staleMs + 1),
  ),
  { maxLength: 60 },
).map((steps) => {
  const room = roomScript({ kind: "panel", followUpsMax: 2 });
  for (const [body, device, afterMs] of steps) room.add(body, device, afterMs);
  return room.entries;
});
