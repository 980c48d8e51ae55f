/**
 * An AppClient in memory. Rooms are real folds; answers are canned words at a readable pace. It
 * decides nothing that the screens could come to rely on: it only does what each command says.
 */

import { signal } from "@preact/signals";
import { err, ok, type Result } from "#shared/base/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import { PIN_RULES_MIN } from "#shared/protocol/mod.ts";
import { PRESENCE_RULES } from "#shared/room/mod.ts";
import type {
  AppClient,
  AppCommand,
  AppSnapshot,
  CommandDone,
  CommandError,
  ModelRow,
  RunningAttempt,
} from "../../../web/client/app-client.ts";
import { createFixtureImages } from "./fixture-images.ts";
import { FixtureRoom, LIVE, OWN_DEVICE } from "./fixture-room.ts";
import { FixturePeople } from "./people-fixture.ts";
import { createFixtureSearch } from "./fixture-search.ts";
import { FixtureSessions } from "./session-fixture.ts";

export interface FixtureClient extends AppClient {
  readonly rooms: Map<string, FixtureRoom>;
  /** Deleted, and may be brought back. */
  readonly held: Map<string, FixtureRoom>;
  readonly sessions: FixtureSessions;
  readonly people: FixturePeople;
  readonly sent: AppCommand[];
  /** Milliseconds between words; Infinity holds a stream where it is. */
  pace: number;
  /** What the next command is refused with. */
  refuse: CommandError | undefined;
  patch(part: Partial<AppSnapshot>): void;
  /** Publishes the open room after a scene changed it. */
  publish(): void;
  run(roomId: string, attempt: Omit<RunningAttempt, "roomId" | "sinceMs">, text: string): void;
}

const ANSWERS: Readonly<Record<string, string>> = {
  pe_ada: "There is time. The warm soil under the roses keeps what the day gave it, and so may we.",
  pe_bo: "A small lantern in the rain, and every drop of it a window.",
};

export function createFixtureClient(): FixtureClient {
  const snapshot = signal<AppSnapshot>(emptySnapshot());
  const streams = new Map<string, ReturnType<typeof signal<string>>>();
  const drafts = new Map<string, string>();
  const replies = new Map<string, number | undefined>();
  let open: string | undefined;
  let nextId = 1;

  const stream = (...key: readonly (string | number)[]) => {
    const name = key.join("/");
    const known = streams.get(name) ?? signal("");
    streams.set(name, known);
    return known;
  };
  const client: FixtureClient = {
    snapshot,
    rooms: new Map(),
    held: new Map(),
    sessions: new FixtureSessions(),
    people: new FixturePeople(),
    sent: [],
    pace: 40,
    refuse: undefined,
    streamText: (...key) => stream(...key) as ReturnType<AppClient["streamText"]>,
    openSearch: async () => createFixtureSearch(client.rooms),
    readCard: async (...ask) => await (await import("../../../web/card-parts.ts")).readCard(...ask),
    logLines: () => [],
    rescueText: () => Promise.resolve({ ok: true, value: "" }),
    watchSession: (_roomId, session) => client.sessions.watch(session),
    newMessageId: () => `in_${nextId++}`,
    lookInto(roomId) {
      const room = client.rooms.get(roomId);
      return room && { state: room.state, device: OWN_DEVICE, link: room.shared?.link };
    },
    authorOf: async () => OWN_DEVICE,
    images: createFixtureImages(),
    usable: signal(true),
    markUsable: () => undefined,
    readDraft: (roomId) => drafts.get(roomId) ?? "",
    writeDraft: (roomId, text) => void drafts.set(roomId, text),
    readReply: (roomId) => replies.get(roomId),
    writeReply: (roomId, replyTo) => void replies.set(roomId, replyTo),
    typedCarried: signal(0),
    close: async () => {},
    patch(part) {
      snapshot.value = { ...snapshot.value, ...part };
    },
    publish() {
      const room = open === undefined ? undefined : client.rooms.get(open);
      client.patch({ rooms: summaries(client), room: room?.view() });
    },
    run(roomId, attempt, text) {
      const room = client.rooms.get(roomId);
      if (room === undefined) return;
      const { turn, persona } = attempt;
      const others = room.running.filter((each) => each.turn !== turn || each.persona !== persona);
      room.running = [...others, { ...attempt, roomId, sinceMs: Date.now() }];
      stream(roomId, turn, persona, attempt.attempt).value = text;
      client.publish();
    },
    async send(command) {
      client.sent.push(command);
      await Promise.resolve();
      if (client.refuse !== undefined) {
        const error = client.refuse;
        client.refuse = undefined;
        return err(error);
      }
      if (command.kind === "open-room") open = command.roomId;
      if (command.kind === "close-room" && open === command.roomId) open = undefined;
      const done = carryOut(client, command);
      client.publish();
      if (command.kind === "say" || command.kind === "again") {
        void answer(client, command.roomId, stream);
      }
      return done;
    },
  };
  return client;
}

/** Speaks for every unsettled entry of the room, one after the other. */
async function answer(
  client: FixtureClient,
  roomId: string,
  stream: (...key: readonly (string | number)[]) => { value: string | undefined },
): Promise<void> {
  const room = client.rooms.get(roomId);
  if (room === undefined || client.pace === Infinity) return;
  for (const turn of room.state.openTurns) {
    for (const { persona, attempt, settled } of room.state.turns.get(turn)?.entries ?? []) {
      if (settled !== undefined) continue;
      const words = (ANSWERS[persona] ?? "I hear you, and I think so too.").split(" ");
      client.run(roomId, { turn, persona, attempt, phase: "thinking" }, "");
      await pause(client.pace * 8);
      for (let count = 1; count <= words.length && isRunning(room, turn, persona); count++) {
        client.run(roomId, { turn, persona, attempt, phase: "speaking" }, "");
        stream(roomId, turn, persona, attempt).value = words.slice(0, count).join(" ");
        await pause(client.pace);
      }
      const done = isRunning(room, turn, persona);
      room.running = room.running.filter((each) => each.turn !== turn || each.persona !== persona);
      room.atMs = Math.max(room.atMs, Date.now());
      if (done) room.reply(turn, persona, words.join(" "), 0);
      client.publish();
    }
  }
}

function isRunning(room: FixtureRoom, turn: number, persona: string): boolean {
  return room.running.some((each) => each.turn === turn && each.persona === persona);
}

function carryOut(
  client: FixtureClient,
  command: AppCommand,
): Result<CommandDone, CommandError> {
  const done = ok<CommandDone>({ kind: "done" });
  if (command.kind === "create-room") {
    const roomId = `rm_${client.rooms.size + 1}`;
    const room = new FixtureRoom(roomId, command.name, Date.now());
    command.personas.forEach(({ card }) => room.addPersona(`pe_${card.name.toLowerCase()}`, card));
    room.append({ kind: "recipe", recipe: command.recipe });
    client.rooms.set(roomId, room);
    return ok({ kind: "room-created", roomId });
  }
  if (command.kind === "import-room") {
    return err({ kind: "storage-failed", detail: "These rooms are drawn, not kept" });
  }
  const entered = enterRoom(client, command);
  if (entered !== undefined) return ok(entered);
  if (command.kind === "dismiss-problem") {
    const problems = client.snapshot.value.problems.filter(({ id }) => id !== command.id);
    client.patch({ problems });
    return done;
  }
  if (command.kind === "session") {
    return ok({ kind: "session-replied", reply: client.sessions.handle(command.request) });
  }
  if (command.kind === "people") {
    return ok({ kind: "people-replied", reply: client.people.reply(command.ask) });
  }
  if (command.kind === "set-name") {
    client.patch({ device: { id: OWN_DEVICE, name: command.name } });
    return done;
  }
  if (command.kind === "hold-room") {
    const [from, to] = command.held ? [client.rooms, client.held] : [client.held, client.rooms];
    const room = from.get(command.roomId);
    if (room === undefined) return err({ kind: "room-unknown" });
    from.delete(command.roomId);
    to.set(command.roomId, room);
    return done;
  }
  if (command.kind === "delete-room") {
    client.held.delete(command.roomId);
    client.rooms.delete(command.roomId);
    return done;
  }
  if (command.kind === "choose-model") {
    client.patch({ engine: { ...client.snapshot.value.engine, modelId: command.modelId } });
    return done;
  }
  if (!("roomId" in command)) return done;
  const room = client.rooms.get(command.roomId);
  if (room === undefined) return err({ kind: "room-unknown" });
  room.atMs = Math.max(room.atMs, Date.now());
  changeRoom(room, command);
  return command.kind === "put-persona"
    ? ok({ kind: "persona-put", persona: idOfPersona(command) })
    : done;
}

/** Sharing, joining and the link that goes with them. */
function enterRoom(client: FixtureClient, command: AppCommand): CommandDone | undefined {
  switch (command.kind) {
    case "share-room": {
      const room = client.rooms.get(command.roomId);
      if (room === undefined) return undefined;
      // Another id and another log, as the real one.
      const copy = new FixtureRoom("mF0xTu7eRoom0Shared00A", room.state.name, Date.now());
      copy.shared = LIVE;
      client.rooms.delete(command.roomId);
      client.rooms.set(copy.roomId, copy);
      return { kind: "room-shared", roomId: copy.roomId };
    }
    case "join-room":
      return { kind: "room-joined", roomId: "rm_garden" };
    case "invite-link": {
      const key = command.access === "write" ? "w=1.S3VzdE9mVGhlR2FyZGVu" : "r=1.UmVhZE9ubHk.a2V5";
      return { kind: "invite", address: `${location.origin}/`, fragment: key };
    }
    default:
      return undefined;
  }
}

function changeRoom(room: FixtureRoom, command: AppCommand): void {
  switch (command.kind) {
    case "say": {
      if (room.shared !== undefined && room.shared.link.phase !== "live") {
        const { id, text, replyTo } = command;
        room.unsent = [...room.unsent, { id, text, atMs: Date.now(), replyTo }];
        return;
      }
      const { text, addressed, replyTo } = command;
      return void room.append({ kind: "say", text, addressed, replyTo });
    }
    case "edit":
      return void room.append({ kind: "edit", of: command.of, text: command.text });
    case "rewind": {
      const expect = room.state.messages.findLast(({ aside }) => !aside)?.seq ?? 0;
      room.append({ kind: "rules", rules: PIN_RULES_MIN });
      return void room.append({ kind: "rewind", to: command.to, expect });
    }
    case "restore":
      return void room.append({
        kind: "restore",
        rewind: command.rewind,
      });
    case "pin":
      room.append({ kind: "rules", rules: PIN_RULES_MIN });
      return void room.append({ kind: "pin", of: command.of, pinned: command.pinned });
    case "stop":
      room.running = [];
      return void room.append({ kind: "stop", scope: command.scope });
    case "again":
      return void room.append({ kind: "again", turn: command.turn, persona: command.persona });
    case "pick": {
      const { turn, persona, attempt } = command;
      return void room.append({ kind: "pick", turn, persona, attempt });
    }
    case "remove-persona":
      return room.removePersona(command.persona);
    case "put-persona":
      return room.addPersona(idOfPersona(command), command.card);
    case "set-recipe":
      return void room.append({ kind: "recipe", recipe: command.recipe });
    case "set-knowledge":
      room.append({ kind: "rules", rules: PRESENCE_RULES });
      return void room.append({ kind: "knowledge", scope: command.knowledge });
    case "rename-room":
      return void room.append({ kind: "name", name: command.name });
    default:
      return;
  }
}

function idOfPersona({ persona, card }: Extract<AppCommand, { kind: "put-persona" }>): string {
  return persona ?? `pe_${card.name.toLowerCase()}`;
}

function summaries(client: FixtureClient): AppSnapshot["rooms"] {
  return [...client.rooms.values()].map(({ roomId, state, shared }) => {
    const last = state.messages.at(-1);
    const author = last === undefined
      ? ""
      : last.kind === "person"
      ? "You"
      : state.personas.get(last.author)?.card.name ?? "";
    return {
      roomId,
      name: state.name,
      lastLine: last === undefined ? "" : `${author}: ${last.text.slice(0, 200)}`,
      lastAtMs: last?.at ?? state.at,
      unread: state.name.startsWith("Night") ? 2 : 0,
      personaIds: [...state.personas.keys()],
      personaNames: [...state.personas.values()].map(({ card }) => card.name),
      personaHues: [...state.personas.values()].map(({ card }) => card.hue),
      isShared: shared !== undefined,
    };
  });
}

function emptySnapshot(): AppSnapshot {
  return {
    boot: { phase: "ready" },
    leader: true,
    device: { id: OWN_DEVICE, name: "Mika Kallio" },
    downloads: [],
    rooms: [],
    movedRooms: new Map(),
    room: undefined,
    answering: false,
    engine: {
      phase: "ready",
      modelId: "starter",
      restarts: [],
      generation: 1,
      lane: "cpu",
      adapter: "",
      tokensPerS: 64,
      firstTokenMs: 180,
    },
    facts: {
      webgpu: "hardware",
      adapter: "Apple M3",
      features: ["shader-f16", "timestamp-query"],
      bufferBytesMax: 4 * 1024 ** 3,
      storageBytesFree: 41_200_000_000,
      memoryGiB: 16,
    },
    models: { phase: "loaded", rows: modelRows() },
    modelHost: "",
    endpoints: [],
    asks: [],
    services: [],
    problems: [],
  };
}

function modelRows(): readonly ModelRow[] {
  const profile = (part: Partial<ModelProfile>): ModelProfile => ({
    id: "starter",
    engine: "transformers",
    name: "Starter",
    goodFor: "Meeting the room: short, friendly lines about everyday things.",
    licence: "Apache-2.0",
    parameters: 3_100_000,
    downloadBytes: 0,
    memoryBytes: 60_000_000,
    contextTokens: 512,
    requiredFeatures: [],
    needsWebGpu: false,
    promptFormat: "starter-script",
    embedded: true,
    replyTokensMax: 60,
    temperature: 0,
    topP: 1,
    ...part,
  });
  return [
    { profile: profile({}), fit: "runs-well", reasons: [], downloaded: true, keptBytes: 0 },
    {
      profile: profile({
        id: "Qwen3-1.7B-q4f16_1-MLC",
        engine: "web-llm",
        name: "Qwen3 1.7B",
        goodFor: "Everyday talk in many languages; follows a character well.",
        parameters: 1_700_000_000,
        downloadBytes: 984_000_000,
        memoryBytes: 2_037_000_000,
        contextTokens: 4096,
        needsWebGpu: true,
        embedded: false,
      }),
      fit: "runs-well",
      reasons: [],
      downloaded: true,
      keptBytes: 984_000_000,
    },
    {
      profile: profile({
        id: "Llama-3.1-8B",
        engine: "web-llm",
        name: "Llama 3.1 8B",
        goodFor: "Long, careful answers.",
        licence: "Llama 3.1 Community",
        parameters: 8_000_000_000,
        downloadBytes: 4_530_000_000,
        memoryBytes: 5_001_000_000,
        contextTokens: 4096,
        needsWebGpu: true,
        embedded: false,
      }),
      fit: "tight",
      reasons: [{
        key: "memory-tight",
        values: { bytes: "5001000000", memory: "8589934592" },
      }],
      downloaded: false,
      keptBytes: 0,
    },
    {
      profile: profile({
        id: "Qwen3-32B",
        engine: "web-llm",
        name: "Qwen3 32B",
        goodFor: "Hard questions, on a workstation.",
        parameters: 32_000_000_000,
        downloadBytes: 18_000_000_000,
        memoryBytes: 20_000_000_000,
        contextTokens: 8192,
        needsWebGpu: true,
        embedded: false,
      }),
      fit: "will-not",
      reasons: [{
        key: "needs-memory",
        values: { bytes: "20000000000", memory: "17179869184" },
      }],
      downloaded: false,
      keptBytes: 0,
    },
  ];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
