/**
 * The room that messages of JSON lines become: speakers, turns and answers as far as they are told.
 * Pure.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY227 A room written as JSON lines and read again says the same: who said what, when, in answer
 *         to what, by which model on which device. The newest messages that one beginning takes are
 *         read; older ones and pictures are counted.
 */

import { toRoomMs } from "../../base/brands.ts";
import { ok, type Result } from "../../base/result.ts";
import { protocolLimits } from "../../protocol/limits.ts";
import { GONE_RULES_MIN, type Recipe, RULES_AT_FIRST } from "../../protocol/events.ts";
import { emptyState } from "../../room/draft.ts";
import type {
  AttemptState,
  DeviceState,
  Message,
  PersonaState,
  RoomState,
  TurnState,
} from "../../room/room-state.ts";
import { fittingRoom, type RoomFileError, type SavedRoom } from "../room-file/room-file.ts";
import { roomTextLimits as limits } from "./limits.ts";
import type { JsonlMessage } from "./read-jsonl.ts";

export interface JsonlRoom {
  readonly saved: SavedRoom;
  readonly messagesLeftOut: number;
  readonly picturesLeftOut: number;
}

/** `own`: this device, whose person is known again. `recipe`: who answers from now on. */
export function roomOfJsonl(
  all: readonly JsonlMessage[],
  own: string,
  name: string,
  recipe: Recipe,
): Result<JsonlRoom, RoomFileError> {
  const lines = all.slice(-protocolLimits.beginningMessagesMax);
  const people = speakersOf(lines, own);
  const messages = messagesOf(lines, people);
  const turns = turnsOf(lines, messages, people, recipe);
  const isAnyGone = [...people.devices.values()].some(({ gone }) => gone);
  const state: RoomState = {
    ...emptyState(),
    // The founding names the new one.
    roomId: "rm",
    at: toRoomMs(Math.max(...lines.slice(-1).map(({ at }) => at), 0)),
    name,
    recipe,
    rules: isAnyGone ? GONE_RULES_MIN : RULES_AT_FIRST, // RM61
    devices: people.devices,
    personas: people.personas,
    messages,
    turns,
  };
  const fitting = fittingRoom(state, own, own);
  if (!fitting.ok) return fitting;
  const { messages: taken, state: begun } = fitting.value;
  const saved = { name, recipe, state: { ...begun, rules: state.rules }, cards: new Map() };
  return ok({
    saved,
    messagesLeftOut: all.length - taken,
    picturesLeftOut: lines.slice(-taken).reduce((sum, { pictures }) => sum + pictures.length, 0),
  });
}

interface Speakers {
  readonly devices: ReadonlyMap<string, DeviceState>;
  readonly personas: ReadonlyMap<string, PersonaState>;
  readonly idOf: (line: JsonlMessage) => string;
  readonly hostOf: (name: string) => string;
}

/** Who has no id is one by the name. Devices of before are known by name alone (RM61). */
function speakersOf(lines: readonly JsonlMessage[], own: string): Speakers {
  const devices = new Map<string, DeviceState>();
  const personas = new Map<string, PersonaState>();
  const ids = new Map<string, string>();
  const hosts = new Map<string, string>();
  const idOf = ({ kind, author, authorId }: JsonlMessage): string => {
    const key = `${kind}/${authorId ?? ""}/${authorId === undefined ? author : ""}`;
    const id = ids.get(key) ?? authorId ?? `${kind}-${ids.size + 1}`;
    ids.set(key, id);
    return id;
  };
  const putDevice = (id: string, name: string): void => {
    devices.set(id, id === own ? { id, name } : { id, name, gone: true });
  };
  for (const line of lines) {
    const id = idOf(line);
    if (line.kind === "person") putDevice(id, line.author);
    else personas.set(id, personaOf(id, line.author, own, personas));
  }
  const hostOf = (name: string): string => {
    const known = hosts.get(name) ?? [...devices.values()].find((one) => one.name === name)?.id;
    const id = known ?? `host-${hosts.size + 1}`;
    if (known === undefined) putDevice(id, name);
    hosts.set(name, id);
    return id;
  };
  for (const { host } of lines) if (host !== undefined) hostOf(host);
  return { devices, personas, idOf, hostOf };
}

/** A persona of whom only her name is known; what is over the cast's limit stays by name. */
function personaOf(
  id: string,
  name: string,
  owner: string,
  known: ReadonlyMap<string, PersonaState>,
): PersonaState {
  let hue = 7;
  for (const char of name) hue = (hue * 31 + (char.codePointAt(0) ?? 0)) % 360;
  const removed = known.get(id)?.removed ?? known.size >= limits.personasMax;
  const card = { name, gist: "", description: "", greeting: "", hue };
  return { id, owner, card, requirement: { contextTokensMin: 0 }, hosts: "any", removed };
}

/**
 * Places of before, ascending to -1; what belongs to nothing known, or to a turn that is full,
 * opens a turn of its own. A turn is named by others of it, or by the id of its first message.
 */
function messagesOf(lines: readonly JsonlMessage[], people: Speakers): readonly Message[] {
  const seqById = new Map<string, number>();
  lines.forEach(({ id }, index) => id !== undefined && seqById.set(id, index - lines.length));
  const turnByName = new Map<string, number>();
  const speakers = new Map<number, Set<string>>();
  let latest = 0;
  return lines.map((line, index): Message => {
    const seq = index - lines.length;
    const author = people.idOf(line);
    const isPerson = line.kind === "person";
    const named = line.turn === undefined ? undefined : turnByName.get(line.turn) ?? seq;
    const opens = line.turn ?? line.id;
    let turn = isPerson ? seq : named ?? (latest === 0 ? seq : latest);
    const heard = speakers.get(turn);
    // Nobody answers twice in one turn.
    const isFull = heard !== undefined && (heard.has(author) || heard.size >= limits.personasMax);
    if (!isPerson && isFull) turn = seq;
    if (!isPerson) speakers.set(turn, (speakers.get(turn) ?? new Set()).add(author));
    if (isPerson) latest = seq;
    if (opens !== undefined && !turnByName.has(opens)) {
      turnByName.set(opens, line.turn === undefined ? seq : turn);
    }
    const replyTo = line.replyTo === undefined ? undefined : seqById.get(line.replyTo);
    return {
      seq,
      at: toRoomMs(line.at),
      kind: line.kind,
      author,
      text: textOf(line),
      addressed: [],
      ...replyTo === undefined ? {} : { replyTo },
      edited: line.edited,
      aside: line.aside,
      turn,
      stopped: line.stopped,
    };
  });
}

/** Where nothing but a picture was shown, its description is what is left of it. */
function textOf({ text, pictures }: JsonlMessage): string {
  return text.trim() === "" && pictures.length > 0 ? pictures.join("\n") : text;
}

function turnsOf(
  lines: readonly JsonlMessage[],
  messages: readonly Message[],
  people: Speakers,
  recipe: Recipe,
): ReadonlyMap<number, TurnState> {
  const turns = new Map<number, TurnState>();
  messages.forEach((message, index) => {
    if (message.kind === "person") return;
    const line = lines[index] as JsonlMessage;
    const { turn, author, at, seq, text, stopped } = message;
    const opener = messages[messages.length + turn];
    const attempt: AttemptState = {
      persona: author,
      attempt: 0,
      outcome: stopped ? { kind: "stopped", text } : { kind: "replied", text, finish: "stop" },
      settledSeq: seq,
      settledAt: at,
      ...line.host === undefined ? {} : { device: people.hostOf(line.host) },
      ...line.model === undefined ? {} : { modelId: line.model },
    };
    const before = turns.get(turn);
    const cast = before?.planInput.cast ?? [];
    turns.set(turn, {
      turn,
      openedAt: opener?.at ?? at,
      human: opener?.kind === "person",
      depth: 0,
      root: turn,
      planInput: {
        roomId: "rm",
        turn,
        text: opener?.kind === "person" ? opener.text : "",
        addressed: [],
        speakers: [],
        recipe,
        cast: [...cast, {
          id: author,
          name: line.author,
          modelId: line.model ?? "",
          slots: 1,
          prefillMilliTokensPerS: 0,
          decodeMilliTokensPerS: 0,
          replyTokens: 0,
          promptTokens: 0,
        }],
      },
      entries: [...before?.entries ?? [], {
        persona: author,
        attempt: 0,
        openedAt: opener?.at ?? at,
        settled: attempt,
        attempts: [attempt],
      }],
      settledAt: at,
      settledSeq: seq,
    });
  });
  return turns;
}
