/** Scenes of a persona's session: a full one, an empty one, a very long one. */

import { toEpochMs } from "#shared/base/mod.ts";
import type { SegmentBody, SegmentEntry, SessionSnapshot } from "#shared/session/mod.ts";
import { createRoom } from "./create-room.ts";
import type { FixtureClient } from "./fixture-client.ts";

type Input = SessionSnapshot["inputs"][number];

const ROOM = "rm_work";
const ADA = "pe_ada";

export function fillSessionScene(client: FixtureClient, scene: string): void {
  if (!scene.startsWith("session")) return;
  const room = createRoom(client, ROOM, "Planning the beds", 90 * 60_000);
  const turn = room.say("What did we say about frost?");
  room.reply(turn, ADA, "That the rosemary comes in before the first one, and the thyme stays.");
  const { sessions } = client;
  sessions.onAsks = () => client.patch({ asks: sessions.asks(ROOM) });
  switch (scene) {
    case "session-missing":
      return;
    case "session-empty":
      return sessions.set(ADA, { phase: "live", snapshot: emptySession(ADA) });
    case "session-long":
      return sessions.set(ADA, { phase: "live", snapshot: longSession() });
    default:
      return addFull(client, turn, scene);
  }
}

export function emptySession(session: string): SessionSnapshot {
  return {
    revision: 1,
    greeting: {
      session,
      name: session,
      parent: undefined,
      modelId: "starter",
      lane: "cpu",
      contextTokens: 512,
      tools: [],
    },
    status: { phase: "idle", revision: 1 },
    first: 0,
    head: 0,
    entries: [],
    inFlight: [],
    inputs: [],
    memory: [],
    rules: [],
    asks: [],
    alerts: [],
    alertsDropped: 0,
  };
}

function addFull(client: FixtureClient, turn: number, scene: string): void {
  const { sessions } = client;
  const start = Date.now() - 40 * 60_000;
  const snapshot: SessionSnapshot = {
    ...emptySession(ADA),
    greeting: { ...emptySession(ADA).greeting, tools: ["search_room", "remember", "spawn"] },
    ...numbered(fullLog(turn), start),
    status: {
      phase: "running",
      run: { inputId: "in_4", turn: 0, attempt: 0, stage: "replying" },
      revision: 9,
    },
    inFlight: [{
      runId: "run_4",
      block: 0,
      kind: "text",
      text: "Noor mentioned a cold frame on Tuesday. I would ask her before",
    }],
    inputs: inputs(start),
    memory: [
      note("m1", "Mika waters twice a week, never more.", "kept", "job"),
      note("m2", "The south wall was repaired in spring.", "staged", "persona"),
      note("m3", "Speak plainly about failures.", "kept", "person"),
    ],
    rules: [
      { tool: "search_room", decision: "allow" },
      { tool: "remember", matches: "*secret*", decision: "deny" },
      { tool: "remember", decision: "ask" },
    ],
    asks: scene === "session-asks" || scene === "session"
      ? [{
        callId: "c9",
        tool: "remember",
        args: { text: "Noor lends the cold frame from October on." },
        askedAt: toEpochMs(Date.now() - 4_000),
      }]
      : [],
    alerts: [{
      at: toEpochMs(start + 120_000),
      level: "warn",
      source: "memory",
      code: "extract-empty",
      detail: "the model's answer was no list",
    }],
  };
  sessions.infos = [
    info(`${ADA}~1`, "running", "Counts the seed packets"),
    info(`${ADA}~2`, "unreachable", undefined),
  ];
  sessions.targets = {
    kind: "rewind-targets",
    head: snapshot.head,
    targets: [
      { to: 0, run: 1, preview: "Which plants did we drop?", effects: ["search_room"] },
      { to: 16, run: 3, preview: "Ask around about frost, please.", effects: [] },
    ],
  };
  sessions.set(`${ADA}~1`, {
    phase: "live",
    snapshot: {
      ...emptySession(`${ADA}~1`),
      greeting: { ...emptySession(`${ADA}~1`).greeting, parent: ADA },
    },
  });
  sessions.set(ADA, { phase: "live", snapshot });
}

function fullLog(turn: number): readonly SegmentBody[] {
  const usage = { promptTokens: 212, cachedTokens: 148, generatedTokens: 41 };
  return [
    { kind: "run-start", runId: "run_1", cause: { kind: "task" } },
    { kind: "asked", runId: "run_1", from: "person", text: "Which plants did we drop?" },
    {
      kind: "call",
      runId: "run_1",
      callId: "c1",
      tool: "search_room",
      args: { about: "dropped plants", count: 3 },
    },
    { kind: "permission", callId: "c1", decision: "allow", by: "rule" },
    { kind: "result", callId: "c1", isError: false, text: "12: the lavender\n19: the bay tree" },
    { kind: "said", runId: "run_1", text: "The lavender and the bay tree, both for the frost." },
    { kind: "usage", runId: "run_1", ...usage },
    { kind: "run-end", runId: "run_1", result: { kind: "finished" } },
    { kind: "run-start", runId: "run_2", cause: { kind: "turn", turn, attempt: 0 } },
    { kind: "settled", runId: "run_2", turn, attempt: 0, outcome: "replied", seenSeq: turn },
    { kind: "run-end", runId: "run_2", result: { kind: "finished" } },
    { kind: "note", noteId: "n1", from: "person", text: "Noor is away until Monday." },
    { kind: "note", noteId: "n2", from: "person", text: "Set this aside." },
    { kind: "rewound", to: 12 },
    {
      kind: "memory",
      note: note("m2", "The south wall was repaired in spring.", "staged", "persona"),
    },
    { kind: "extracted", upToSeq: turn },
    { kind: "run-start", runId: "run_3", cause: { kind: "task" } },
    { kind: "asked", runId: "run_3", from: "person", text: "Ask around about frost, please." },
    {
      kind: "call",
      runId: "run_3",
      callId: "c2",
      tool: "spawn",
      args: { task: "Count the seed packets" },
    },
    { kind: "permission", callId: "c2", decision: "deny", by: "person" },
    { kind: "result", callId: "c2", isError: true, text: "A person did not allow it." },
    {
      kind: "run-end",
      runId: "run_3",
      result: { kind: "failed", reason: "engine", detail: "device-lost: reset" },
    },
    {
      kind: "child",
      event: { kind: "spawned", child: `${ADA}~1`, task: "Count the seed packets" },
    },
    { kind: "summary", below: 0, text: "They dropped lavender and bay for the frost." },
    { kind: "run-start", runId: "run_4", cause: { kind: "task" } },
    { kind: "asked", runId: "run_4", from: "person", text: "Who has a cold frame?" },
  ];
}

function inputs(start: number): readonly Input[] {
  return [
    input("in_4", "staged", { kind: "task", text: "Who has a cold frame?" }, start + 60_000),
    input("in_5", "queued", { kind: "memory", job: "extract" }, start + 61_000),
    input("in_2", "consumed", undefined, start + 20_000),
    {
      ...input("in_1", "abandoned", { kind: "task", text: "An old question" }, start),
      reason: "worn-out",
      stagedCount: 3,
    },
  ];
}

function input(
  id: string,
  phase: Input["phase"],
  work: Input["work"],
  atMs: number,
): Input {
  const at = toEpochMs(atMs);
  return {
    id,
    roomId: ROOM,
    persona: ADA,
    idempotencyKey: id,
    kind: "prompt",
    header: {
      origin: { kind: work?.kind === "memory" ? "system" : work === undefined ? "room" : "person" },
      durability: "durable",
      visibility: { prompt: true, person: true },
    },
    admission: {
      version: 1,
      apply: "run",
      wakes: true,
      queue: "fifo",
      consume: "end",
      records: true,
    },
    phase,
    moves: [
      { at, from: "new", to: "queued" },
      ...(phase === "queued" ? [] : [{ at: toEpochMs(atMs + 900), from: "queued", to: phase }]),
    ] as Input["moves"],
    work,
    turn: 0,
    attempt: 0,
    assign: 0,
    human: work?.kind === "task",
    order: Number(id.slice(3)),
    createdAt: at,
    stagedCount: 1,
    partialText: "",
  };
}

function note(
  id: string,
  text: string,
  stage: "staged" | "kept",
  by: "persona" | "person" | "job",
) {
  return { id, text, stage, by, seqs: [] } as const;
}

function info(session: string, state: "running" | "unreachable", detail: string | undefined) {
  return {
    session,
    parent: ADA,
    relation: "child",
    state,
    canRestore: state === "unreachable",
    children: 0,
    detail,
  } as const;
}

function numbered(bodies: readonly SegmentBody[], start: number) {
  const entries: readonly SegmentEntry[] = bodies.map((body, index) => ({
    index,
    at: toEpochMs(start + index * 20_000),
    body,
  }));
  return { first: 0, head: entries.length, entries };
}

function longSession(): SessionSnapshot {
  const bodies = Array.from({ length: 2_500 }, (_, run): readonly SegmentBody[] => [
    { kind: "run-start", runId: `r${run}`, cause: { kind: "task" } },
    { kind: "asked", runId: `r${run}`, from: "person", text: `Question ${run}` },
    { kind: "said", runId: `r${run}`, text: `Answer ${run}. ${"Rain comes. ".repeat(run % 9)}` },
    { kind: "run-end", runId: `r${run}`, result: { kind: "finished" } },
  ]).flat();
  return { ...emptySession(ADA), ...numbered(bodies, Date.now() - 86_400_000) };
}
