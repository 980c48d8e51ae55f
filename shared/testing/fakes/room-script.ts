/**
 * Writes a room's log by hand for fold tests: `room().say("…")` and so on, one device unless told.
 */

import { toRoomMs } from "../../base/brands.ts";
import type { LogEntry } from "../../ports/room-log.ts";
import {
  type Recipe,
  type RoomEvent,
  RULES_NUMBER,
  type SettleOutcome,
} from "../../protocol/events.ts";
import { foldEntries } from "../../room/fold.ts";
import { emptyState } from "../../room/draft.ts";
import type { RoomState } from "../../room/room-state.ts";

export const ME = "dv_me";

export class RoomScript {
  readonly entries: LogEntry[] = [];
  atMs = 1_000;

  /** Appends an event and returns its seq. */
  add(event: RoomEvent, device = ME, afterMs = 100): number {
    this.atMs += afterMs;
    const seq = this.entries.length + 1;
    this.entries.push({ seq, ts: toRoomMs(this.atMs), id: `en_${seq}`, device, body: event });
    return seq;
  }

  state(): RoomState {
    return foldEntries(emptyState(), this.entries);
  }

  persona(id: string, device = ME): number {
    return this.add({
      kind: "persona",
      persona: id,
      card: { name: id.toUpperCase(), gist: "", description: "", greeting: "", hue: 0 },
      requirement: { contextTokensMin: 0 },
      hosts: "any",
      removed: false,
    }, device);
  }

  announce(device = ME, slots = 1): number {
    return this.add({
      kind: "announce",
      lanes: [{ engine: "scripted", modelId: "m", lane: "cpu", contextTokens: 512, slots }],
      hostsForOthers: true,
    }, device);
  }

  say(text: string, addressed: readonly string[] = [], device = ME): number {
    return this.add({ kind: "say", text, addressed }, device);
  }

  /** Settles with the persona's current attempt and assignment unless told otherwise. */
  settle(
    turn: number,
    persona: string,
    outcome: SettleOutcome | string,
    patch: Partial<Extract<RoomEvent, { kind: "settle" }>> = {},
    device = ME,
  ): number {
    const state = this.state();
    const entry = state.turns.get(turn)?.entries.find((one) => one.persona === persona);
    return this.add({
      kind: "settle",
      turn,
      persona,
      attempt: entry?.attempt ?? 0,
      assign: state.personas.get(persona)?.assignment?.seq ?? 1,
      outcome: typeof outcome === "string"
        ? { kind: "replied", text: outcome, finish: "stop" }
        : outcome,
      seenSeq: state.head,
      fingerprint: "f",
      ...patch,
    }, device);
  }

  entry(turn: number, persona: string) {
    return this.state().turns.get(turn)?.entries.find((one) => one.persona === persona);
  }

  outcome(turn: number, persona: string): string | undefined {
    return this.entry(turn, persona)?.settled?.outcome.kind;
  }
}

/** A room with this device announced and personas `a` and `b` assigned to it. */
export function roomScript(
  recipe: Recipe = { kind: "panel", followUpsMax: 0 },
  personas: readonly string[] = ["a", "b"],
): RoomScript {
  const room = new RoomScript();
  room.add({ kind: "genesis", rules: RULES_NUMBER, roomId: "rm_1", name: "Garden", recipe });
  room.add({ kind: "device", name: "Mika" });
  room.announce();
  for (const persona of personas) {
    room.persona(persona);
    room.add({ kind: "assign", persona });
  }
  return room;
}
