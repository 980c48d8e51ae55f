/**
 * Makes of a local room's state the beginning of a shared room (D30).
 *
 * Owns the renaming: the device gets its id of the new room, and every place (seq) of the old log
 * becomes negative. Does not own the entries that carry it (hosting/share-room.ts).
 *
 *   RM19  A shared room begins with its local room's newest messages, their turns, the cast, the
 *         recipe and the name; nobody hosts and nothing is open in it.
 *   RM43  A room that is shared, saved or imported keeps who heard what.
 *   RM62  What a message answers was ordered before it; a place that was not is left out of a
 *         room's beginning.
 *   RM64  A room that is shared, moved, saved or imported keeps its pins with their first words,
 *         also of messages that stay behind; they are the same on every device.
 *   RM20  Places of the earlier log are negative in a room's beginning, so that they are never
 *         those of its own entries; a beginning with others, of another shape, or with numbers that
 *         no fold could have made or times that no date has, is refused whole.
 *   RM49  Images of a room's beginning have no place: their bytes stayed in the log of before, and
 *         are found again only if somebody offers them anew.
 */

import { err, ok, type Result } from "../base/result.ts";
import { decodeBeginning } from "../protocol/decode-beginning.ts";
import type { CheckpointError } from "./checkpoint.ts";
import { emptyState } from "./draft.ts";
import { roomLimits } from "./limits.ts";
import type {
  AttemptState,
  DeviceState,
  Message,
  MessageImage,
  PersonaState,
  PinState,
  PlanLane,
  RoomState,
  SpeedState,
  TurnEntry,
  TurnState,
} from "./room-state.ts";
import { speedKey } from "./speeds.ts";

/** Which device becomes which, and the place that the old log's `seq` gets. */
interface Renaming {
  readonly device: (id: string) => string;
  readonly place: (seq: number) => number;
}

/**
 * The state that `roomId` begins with, where this device is `newDevice`; of the newest
 * `messagesMax` messages.
 */
export function importedState(
  state: RoomState,
  oldDevice: string,
  newDevice: string,
  roomId: string,
  messagesMax: number = roomLimits.checkpointMessagesMax,
): RoomState {
  const to: Renaming = {
    device: (id) => id === oldDevice ? newDevice : id,
    place: (seq) => seq - state.head - 1,
  };
  const messages = state.messages.slice(-messagesMax);
  const turnMin = messages[0]?.turn ?? 0;
  const turns = [...state.turns.values()].filter((turn) => turn.turn >= turnMin);
  const devices = [...state.devices.values()].map((one) => renameDevice(one, to));
  return {
    ...emptyState(),
    at: state.at,
    roomId,
    name: state.name,
    rules: state.rules,
    recipe: state.recipe,
    devices: new Map(devices.map((one) => [one.id, one])),
    personas: new Map([...state.personas.values()].map((one) => [one.id, renamePersona(one, to)])),
    messages: messages.map((message) => renameMessage(message, to)),
    turns: new Map(turns.map((turn) => {
      const renamed = renameTurn(turn, state, roomId, to);
      return [renamed.turn, renamed];
    })),
    speeds: new Map([...state.speeds.values()].map((speed) => renameSpeed(speed, to))),
    ...state.pins === undefined ? {} : { pins: state.pins.map((pin) => renamePin(pin, to)) },
    ...state.presence === undefined ? {} : {
      presence: state.presence.map(({ persona, from, until }) => ({
        persona,
        ...from === undefined ? {} : { from: to.place(from) },
        ...until === undefined ? {} : { until: to.place(until) },
      })),
    },
  };
}

/** The state that a room begins with when its genesis brings this along. */
export function stateFromBeginning(value: unknown): Result<RoomState, CheckpointError> {
  const decoded = decodeBeginning(value);
  if (!decoded.ok) return err({ kind: "checkpoint-malformed", detail: decoded.error }); // RM20
  const { devices, personas, messages, turns, speeds, presence, pins } = decoded.value;
  return ok({
    ...emptyState(),
    devices: new Map(devices.map((one) => [one.id, one])),
    personas: new Map(personas.map((one) => [one.id, one])),
    messages,
    turns: new Map(turns.map((one) => [one.turn, one])),
    speeds: new Map(speeds.map((one) => [one.key, one.speed])),
    ...presence === undefined ? {} : { presence },
    ...pins === undefined || pins.length === 0 ? {} : { pins },
  });
}

/** Keys and announcement belong to the room of before. */
function renameDevice({ id, name, gone }: DeviceState, to: Renaming): DeviceState {
  return { id: to.device(id), name, ...gone && { gone } };
}

function renamePersona(persona: PersonaState, to: Renaming): PersonaState {
  const { assignment: _ended, hosts, waitingSince, ...rest } = persona;
  return {
    ...rest,
    ...waitingSince === undefined ? {} : { waitingSince: to.place(waitingSince) },
    owner: to.device(persona.owner),
    hosts: hosts === "any" ? hosts : hosts.map(to.device),
  };
}

function renameMessage(message: Message, to: Renaming): Message {
  // A rewind of the old log is nothing that the new one could take back.
  const { replyTo, heardSeq, images, asideBy: _rewind, ...rest } = message;
  const isEarlier = replyTo !== undefined && replyTo < message.seq; // RM62
  return {
    ...rest,
    ...images === undefined ? {} : { images: images.map(withoutPlace) }, // RM49
    ...heardSeq === undefined ? {} : { heardSeq: to.place(heardSeq) },
    seq: to.place(message.seq),
    turn: to.place(message.turn),
    author: message.kind === "person" ? to.device(message.author) : message.author,
    ...isEarlier ? { replyTo: to.place(replyTo) } : {},
  };
}

function renamePin(pin: PinState, to: Renaming): PinState {
  return {
    ...pin,
    of: to.place(pin.of),
    seq: to.place(pin.seq),
    device: to.device(pin.device),
    author: pin.kind === "person" ? to.device(pin.author) : pin.author,
  };
}

function withoutPlace({ seq: _ofTheOldLog, ...said }: MessageImage): MessageImage {
  return said;
}

function renameTurn(turn: TurnState, state: RoomState, roomId: string, to: Renaming): TurnState {
  const number = to.place(turn.turn);
  const { planInput } = turn;
  return {
    ...turn,
    turn: number,
    root: to.place(turn.root),
    planInput: {
      ...planInput,
      roomId,
      turn: number,
      cast: planInput.cast.map((one) => renameLane(one, to)),
      ahead: (planInput.ahead ?? []).map((one) => renameLane(one, to)),
    },
    entries: turn.entries.map((entry) => renameEntry(entry, state, to)),
    settledAt: turn.settledAt ?? state.at,
    settledSeq: to.place(turn.settledSeq ?? state.head),
  };
}

function renameLane<L extends PlanLane>(lane: L, to: Renaming): L {
  return lane.device === undefined ? lane : { ...lane, device: to.device(lane.device) };
}

/** What was open ends as stopped: its host goes on in the new room alone. */
function renameEntry(entry: TurnEntry, state: RoomState, to: Renaming): TurnEntry {
  const attempts = entry.attempts.map((one) => renameAttempt(one, to));
  if (entry.settled !== undefined) {
    return { ...entry, attempts, settled: renameAttempt(entry.settled, to) };
  }
  const settled: AttemptState = {
    persona: entry.persona,
    attempt: entry.attempt,
    outcome: { kind: "stopped", text: "" },
    settledSeq: to.place(state.head),
    settledAt: state.at,
  };
  return { ...entry, settled, attempts: [...attempts, settled] };
}

/** Without what only the old log could check: assignment, prompt head, the plan's fingerprint. */
function renameAttempt(attempt: AttemptState, to: Renaming): AttemptState {
  const { assign: _assign, seenSeq: _seen, fingerprint: _plan, device, outcome, ...rest } = attempt;
  const into = outcome.kind === "deferred" ? outcome.into : undefined;
  return {
    ...rest,
    outcome: outcome.kind === "deferred" && into !== undefined
      ? { ...outcome, into: to.place(into) }
      : outcome,
    settledSeq: to.place(attempt.settledSeq),
    ...device === undefined ? {} : { device: to.device(device) },
  };
}

function renameSpeed(speed: SpeedState, to: Renaming): readonly [string, SpeedState] {
  const device = to.device(speed.device);
  return [speedKey(device, speed.modelId), { ...speed, device }];
}
