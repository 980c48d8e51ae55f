/** What a peer's page believes, told when it changes: the differences between two states. */

import type { LogEntry } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import { possibleHosts, type RoomState, type TurnState } from "#shared/room/mod.ts";
import type { HostingNews, SeenAnswer, SeenPersona } from "./hosting-trace.ts";

/** Why a peer whose engine is stuck gives a persona back, as its entry says it (HO29). */
const ENGINE_FAILED = "engine";

export class PeerView {
  readonly #name: string;
  readonly #device: string;
  #turns: RoomState["turns"] = new Map();
  #head = 0;
  #told = "";

  constructor(name: string, device: string) {
    [this.#name, this.#device] = [name, device];
  }

  /** Undefined when the state says nothing new. */
  look(state: RoomState, entries: readonly LogEntry[]): HostingNews | undefined {
    const answers = answersSince(this.#turns, state);
    const failed = entries.filter(({ seq }) => seq > this.#head && seq <= state.head)
      .flatMap(({ device, body }) => {
        const event = body as RoomEvent;
        const isFailed = event.kind === "release" && event.reason === ENGINE_FAILED;
        return isFailed ? [{ device, persona: event.persona }] : [];
      });
    [this.#turns, this.#head] = [state.turns, state.head];
    const personas = personasOf(state, this.#device);
    const told = JSON.stringify(personas);
    if (told === this.#told && answers.length === 0 && failed.length === 0) return undefined;
    this.#told = told;
    return { kind: "view", peer: this.#name, personas, answers, failed };
  }
}

function personasOf(state: RoomState, device: string): readonly SeenPersona[] {
  return [...state.personas.values()].filter((persona) => !persona.removed).map((persona) => {
    const rank = possibleHosts(state, persona).indexOf(device);
    const { id, assignment } = persona;
    return { persona: id, holder: assignment, rank: rank < 0 ? undefined : rank };
  });
}

function answersSince(before: RoomState["turns"], state: RoomState): readonly SeenAnswer[] {
  return [...state.turns.values()].filter((turn) => turn !== before.get(turn.turn))
    .flatMap((turn) => answersOf(turn, before.get(turn.turn)));
}

function answersOf(turn: TurnState, before: TurnState | undefined): readonly SeenAnswer[] {
  return turn.entries.flatMap((entry) => {
    const old = before?.entries.find((one) => one.persona === entry.persona);
    return entry.attempts.filter((one) => !old?.attempts.includes(one)).map((one) => {
      const { outcome, settledSeq, device = "nobody" } = one;
      const key = `${turn.turn}/${entry.persona}/${one.attempt}`;
      // Of one that was stopped the half text and who has it may still come.
      if (outcome.kind === "stopped") return { key, answer: `${settledSeq} stopped` };
      const text = outcome.kind === "replied" ? ` ${outcome.text}` : "";
      return { key, answer: `${settledSeq} ${device} ${outcome.kind}${text}` };
    });
  });
}
