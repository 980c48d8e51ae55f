/** One room of the fixture: the real fold over entries kept in memory. */

import { toRoomMs } from "#shared/base/mod.ts";
import type { Card, RoomEvent, SettleOutcome } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import { planOf } from "#shared/turns/mod.ts";
import type {
  MoveView,
  RoomView,
  RunningAttempt,
  SharedView,
  UnsentMessage,
} from "../../../web/client/app-client.ts";

export const OWN_DEVICE = "dv_own";

/** A shared room where all is well and this device is alone. */
export const LIVE: SharedView = {
  link: { phase: "live" },
  present: [OWN_DEVICE],
  access: "write",
  relayHost: "conclave.example",
  refused: [],
};

const GPU_LANE = {
  engine: "web-llm",
  modelId: "Qwen3-1.7B-q4f16_1-MLC",
  lane: "webgpu",
  contextTokens: 4096,
  slots: 1,
} as const;

export class FixtureRoom {
  state: RoomState = emptyState();
  running: readonly RunningAttempt[] = [];
  readonly roomId: string;
  atMs: number;
  /** Whose eyes these are. */
  device = OWN_DEVICE;
  shared: SharedView | undefined;
  move: MoveView | undefined;
  unsent: readonly UnsentMessage[] = [];

  constructor(roomId: string, name: string, startMs: number) {
    this.roomId = roomId;
    this.atMs = startMs;
    if (name === "") return;
    this.append({
      kind: "genesis",
      rules: 2,
      roomId,
      name,
      recipe: { kind: "panel", followUpsMax: 0 },
    });
    this.append({ kind: "device", name: "Mika Kallio" });
    this.append({
      kind: "announce",
      hostsForOthers: false,
      lanes: [{
        engine: "transformers",
        modelId: "starter",
        lane: "cpu",
        contextTokens: 512,
        slots: 1,
      }],
    });
  }

  append(event: RoomEvent, afterMs = 0, device = OWN_DEVICE): number {
    this.atMs += afterMs;
    const seq = this.state.head + 1;
    const entry = { seq, ts: toRoomMs(this.atMs), id: `en_${seq}`, device, body: event };
    this.state = foldEntries(this.state, [entry]);
    return seq;
  }

  /** Many at once: the fold copies its containers once per batch. */
  appendAll(events: readonly RoomEvent[], stepMs: number): void {
    let seq = this.state.head;
    const entries = events.map((body) => {
      this.atMs += stepMs;
      seq += 1;
      return { seq, ts: toRoomMs(this.atMs), id: `en_${seq}`, device: OWN_DEVICE, body };
    });
    this.state = foldEntries(this.state, entries);
  }

  addPersona(id: string, card: Card, host = OWN_DEVICE): void {
    this.append({
      kind: "persona",
      persona: id,
      card,
      requirement: { contextTokensMin: 0 },
      hosts: "any",
      removed: false,
    });
    this.append({ kind: "assign", persona: id }, 0, host);
  }

  removePersona(id: string): void {
    const persona = this.state.personas.get(id);
    if (persona === undefined) return;
    const { card, requirement, hosts } = persona;
    this.append({ kind: "persona", persona: id, card, requirement, hosts, removed: true });
  }

  /** Another person's device, which can think for personas when it `hosts`. */
  addDevice(device: string, name: string, hosts: boolean): void {
    this.append({ kind: "device", name }, 0, device);
    const lanes = hosts ? [GPU_LANE] : [];
    this.append({ kind: "announce", hostsForOthers: hosts, lanes }, 0, device);
  }

  say(
    text: string,
    addressed: readonly string[] = [],
    afterMs = 60_000,
    device = OWN_DEVICE,
  ): number {
    return this.append({ kind: "say", text, addressed }, afterMs, device);
  }

  settle(turn: number, persona: string, outcome: SettleOutcome, afterMs = 1_400): number {
    const opened = this.state.turns.get(turn)?.openedAt ?? this.atMs;
    const end = this.atMs + afterMs - opened;
    const entry = this.state.turns.get(turn)?.entries.find((each) => each.persona === persona);
    const tokens = outcome.kind === "replied" ? Math.ceil(outcome.text.length / 4) : 1;
    return this.append(
      {
        kind: "settle",
        turn,
        persona,
        attempt: entry?.attempt ?? 0,
        assign: this.state.personas.get(persona)?.assignment?.seq ?? 0,
        outcome,
        modelId: "starter",
        lane: "cpu",
        usage: {
          promptTokens: 212,
          cachedTokens: 148,
          generatedTokens: tokens,
          prefillMs: 260,
          decodeMs: Math.max(1, afterMs - 300),
        },
        times: {
          queuedMs: Math.max(0, end - afterMs),
          firstTextMs: end - afterMs + 300,
          finishedMs: end,
        },
        seenSeq: this.state.head,
        fingerprint: planOf(this.state, turn)?.fingerprint ?? "",
      },
      afterMs,
      this.state.personas.get(persona)?.assignment?.device,
    );
  }

  reply(turn: number, persona: string, text: string, afterMs = 1_400): number {
    return this.settle(turn, persona, { kind: "replied", text, finish: "stop" }, afterMs);
  }

  view(): RoomView {
    const { state } = this;
    return {
      state,
      running: this.running,
      device: this.device,
      unsent: this.unsent,
      move: this.move,
      shared: this.shared,
    };
  }
}
