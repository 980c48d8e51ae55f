/** What must hold of a simulated device, each check a list of complaints. */

import type { RoomState } from "../../room/room-state.ts";
import type { SimWorld } from "./local-room-world.ts";
import { stateOf } from "./local-room-world.ts";
import { roomComplaints, roomSteps } from "./room-invariants.ts";

/** Safety: true at any moment, faults or not. */
export function safetyComplaints(world: SimWorld): readonly string[] {
  const state = stateOf(world);
  const accepted = new Map<string, number>();
  for (const { body } of world.log.entries) {
    const event = body as { kind: string; turn: number; persona: string; attempt: number };
    if (event.kind !== "settle") continue;
    const key = `${event.turn}/${event.persona}/${event.attempt}`;
    accepted.set(key, (accepted.get(key) ?? 0) + 1);
  }
  const complaints = [...accepted]
    .filter(([key, count]) => count > 1 && !isStaleKey(state, key))
    .map(([key, count]) => `${key} was settled ${count} times in the log`);
  const receipts = world.store.receipts.map((one) => one.inputId);
  if (new Set(receipts).size !== receipts.length) complaints.push("an input has two receipts");
  for (const message of state.messages) {
    if (/PASS/i.test(message.text)) complaints.push(`silence was shown as text: ${message.seq}`);
  }
  return complaints;
}

/** Liveness: true once the faults are over and time has passed. */
export function livenessComplaints(world: SimWorld): readonly string[] {
  const state = stateOf(world);
  const complaints: string[] = [...roomComplaints(roomSteps(world.log.entries))];
  if (state.openTurns.length > 0) complaints.push(`turns are open: ${state.openTurns.join(",")}`);
  const said = world.log.entries.filter(({ body }) => (body as { kind: string }).kind === "say");
  if (said.length < world.saidCount) {
    complaints.push(`${world.saidCount} messages were acknowledged, ${said.length} are in the log`);
  }
  for (const input of world.store.inputs) {
    if (input.phase === "queued" || input.phase === "staged") {
      complaints.push(`input ${input.id} of turn ${input.turn} is still ${input.phase}`);
    }
  }
  return complaints;
}

/** A host may append the settlement that makes the fold see staleness; the fold then ignores it. */
function isStaleKey(state: RoomState, key: string): boolean {
  const [turn, persona, attempt] = key.split("/");
  const entry = state.turns.get(Number(turn))?.entries.find((one) => one.persona === persona);
  const outcome = entry?.attempts[Number(attempt)]?.outcome;
  return outcome?.kind === "deferred" && outcome.reason === "stale";
}
