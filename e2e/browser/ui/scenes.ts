/** What the fixture's rooms hold, by the name of a scene. */

import type { RoomEvent } from "#shared/protocol/mod.ts";
import type { DownloadStatus } from "../../../web/client/downloads/download-status.ts";
import { DEVICE_NAME_DEFAULT } from "../../../web/client/device-name.ts";
import { CLEO, createRoom } from "./create-room.ts";
import type { FixtureClient } from "./fixture-client.ts";
import { fillHostileScene } from "./hostile-scenes.ts";
import { fillHostingScene } from "./hosting-scenes.ts";
import { fillRecipeScene } from "./recipe-scenes.ts";
import { fillSessionScene } from "./session-scenes.ts";
import { fillSharedScene } from "./shared-scenes.ts";
import { fillStateScene } from "./state-scenes.ts";

/** Fills `client` for `scene`; an unknown scene is the first visit. */
export function fillScene(client: FixtureClient, scene: string): void {
  switch (scene) {
    case "rooms":
      addRooms(client);
      break;
    case "room":
      addRooms(client);
      break;
    case "nameless":
      addRooms(client);
      client.patch({
        device: { ...client.snapshot.peek().device, name: DEVICE_NAME_DEFAULT },
      });
      break;
    case "live":
      addRooms(client);
      addLive(client);
      break;
    case "hostile":
      addHostile(client);
      break;
    case "many":
      addMany(client, 10_000);
      break;
    case "restarting":
      addRooms(client);
      addLive(client);
      addRestart(client);
      break;
    case "loading":
      addRooms(client);
      addLoading(client);
      break;
    case "boot-failed":
      client.patch({
        boot: { phase: "failed", error: { kind: "storage-denied", detail: "denied" } },
      });
      break;
    case "empty":
      createRoom(client, "rm_empty", "The garden room", 1_000);
      break;
    case "downloads":
      addRooms(client);
      addDownloads(client);
      break;
    case "engine":
      addRooms(client);
      addEngineTrouble(client);
      break;
    default:
      fillSharedScene(client, scene);
      fillRecipeScene(client, scene);
      fillSessionScene(client, scene);
      fillHostingScene(client, scene);
      fillStateScene(client, scene);
      fillHostileScene(client, scene);
      break;
  }
  client.publish();
}

function addRooms(client: FixtureClient): void {
  const room = createRoom(client, "rm_garden", "Garden plans", 26 * 3_600_000);
  room.addPersona("pe_cleo", CLEO);
  const first = room.say("Morning, all. The bed along the south wall is free now.");
  room.reply(first, "pe_ada", "Good news. Let it rest a day; soil likes a pause as much as we do.");
  room.settle(first, "pe_bo", { kind: "silent" });
  room.settle(first, "pe_cleo", { kind: "deferred", reason: "outranked" });
  room.atMs = Date.now() - 30 * 60_000;
  const second = room.say(
    "What should go in, if we only water **twice a week**? I had thought of:\n\n- rosemary\n- thyme\n- something with *colour*",
  );
  room.reply(
    second,
    "pe_ada",
    "The south wall keeps its warmth into the night, so think of plants that like dry feet: rosemary at the back, then thyme and sage spilling forward. Twice a week is more than they ask for.\n\nIf you want colour, add rock roses between them. They flower in May and forgive everything except shade.",
    6_100,
  );
  room.settle(second, "pe_bo", { kind: "silent" }, 1_900);
  room.reply(
    second,
    "pe_cleo",
    "Before you plant, check how deep the foundation gravel runs. A table for the list:\n\n| Plant | Depth | Water |\n|---|---|---|\n| Rosemary | 40 cm | rarely |\n| Thyme | 20 cm | rarely |\n\n```sh\nwater --beds south --days 2\n```\n\nSee [the notes](https://example.org/gravel).",
    5_200,
  );
  room.append({ kind: "again", turn: second, persona: "pe_ada" }, 20_000);
  room.reply(
    second,
    "pe_ada",
    "Rosemary, thyme, sage. And rock roses, for the colour. There is no hurry.",
    4_000,
  );
  const third = room.say("@Bo, give the bed a name?", ["pe_bo"]);
  room.settle(third, "pe_ada", { kind: "silent" }, 800);
  room.reply(
    third,
    "pe_bo",
    "*The Long Afternoon*. It will keep the light for us when the lamps are out.",
    1_700,
  );
  room.settle(
    third,
    "pe_cleo",
    { kind: "failed", reason: "engine", detail: "device-lost: reset" },
    2_400,
  );

  const night = createRoom(client, "rm_night", "Night school", 5 * 3_600_000);
  const lesson = night.say("Explain it again, with apples.");
  night.reply(
    lesson,
    "pe_ada",
    "Two apples and two apples are a small pie, and nobody has to hurry.",
  );
  createRoom(client, "rm_new", "Dungeon, Thursdays", 60_000);
}

/** Ada speaks, Bo is next: held where they are, so that a picture can be taken. */
function addLive(client: FixtureClient): void {
  client.pace = Infinity;
  const room = client.rooms.get("rm_garden");
  if (room === undefined) return;
  room.atMs = Date.now() - 5_200;
  const turn = room.say("And how deep should I dig before frost?", [], 0);
  room.settle(turn, "pe_bo", { kind: "silent" }, 1_100);
  client.run("rm_garden", { turn, persona: "pe_ada", attempt: 0, phase: "thinking" }, "");
  room.running = room.running.map((each) => ({ ...each, sinceMs: Date.now() - 4_000 }));
  client.run("rm_garden", { turn, persona: "pe_cleo", attempt: 0, phase: "queued" }, "");
  client.run(
    "rm_garden",
    { turn, persona: "pe_ada", attempt: 0, phase: "speaking" },
    "Two spades deep, and no deeper: the roots know the rest. If the ground is heavy, mix in a bucket of sand for every",
  );
}

function addHostile(client: FixtureClient): void {
  client.pace = Infinity;
  const room = createRoom(client, "rm_hostile", "Bad \u202Eemoh\u202C words", 3_600_000);
  const turn = room.say("Say something nasty.");
  const columns = Array.from({ length: 60 }, (_, index) => `c${index}`);
  const table = [
    `| ${columns.join(" | ")} |`,
    `|${columns.map(() => "---").join("|")}|`,
    ...Array.from({ length: 40 }, () => `| ${columns.map(() => "cell").join(" | ")} |`),
  ].join("\n");
  room.reply(
    turn,
    "pe_ada",
    [
      '<script>globalThis.hacked = true</script><img src=x onerror="globalThis.hacked = true">',
      "![pixel](https://elsewhere.example/pixel.png)",
      "[click](javascript:globalThis.hacked=true) [data](data:text/html,hi) [up](/admin)",
      "[your bank](https://bank.example@evil.example/login)",
      "file \u202Egpj.exe\u202C here",
      "<iframe src='https://elsewhere.example/'></iframe> <style>body{display:none}</style>",
    ].join("\n\n"),
  );
  const second = room.say("Now long.");
  room.reply(second, "pe_ada", "w".repeat(32 * 1024 - 10));
  room.reply(second, "pe_bo", table);
}

function addMany(client: FixtureClient, count: number): void {
  const room = createRoom(client, "rm_many", "Ten thousand", 40 * 24 * 3_600_000);
  const assign = room.state.personas.get("pe_ada")?.assignment?.seq ?? 0;
  const events: RoomEvent[] = [{ kind: "recipe", recipe: { kind: "addressed", followUpsMax: 0 } }];
  let seq = room.state.head + 1;
  for (let index = 0; index < count / 2; index++) {
    const turn = ++seq;
    events.push({
      kind: "say",
      text: `Question ${index}, about the weather.`,
      addressed: ["pe_ada"],
    });
    seq += 1;
    const text = `Answer ${index}. ${"The rain comes when it comes. ".repeat(1 + (index % 7))}`;
    events.push({
      kind: "settle",
      turn,
      persona: "pe_ada",
      attempt: 0,
      assign,
      outcome: { kind: "replied", text, finish: "stop" },
      seenSeq: turn,
      fingerprint: "fixture",
    });
  }
  room.appendAll(events, 300_000);
}

const LOST = { reason: "device-lost", detail: "A valid external Instance reference is gone" };

function addEngineTrouble(client: FixtureClient): void {
  const now = Date.now();
  client.patch({
    engine: {
      phase: "given-up",
      modelId: "Qwen3-1.7B-q4f16_1-MLC",
      generation: 4,
      reason: "device-lost",
      restarts: [
        { ...LOST, atMs: now - 50_000, generation: 1, readyMs: 41_000 },
        { ...LOST, atMs: now - 31_000, generation: 2, readyMs: 12_400 },
        {
          ...{ atMs: now - 9_000, generation: 3, readyMs: 0 },
          ...{ reason: "out-of-memory", detail: "" },
        },
      ],
    },
    problems: [{
      id: "pb_1",
      atMs: now,
      doing: "choose-model",
      error: { kind: "storage-full", bytesNeeded: 984_000_000 },
    }],
  });
}

function addRestart(client: FixtureClient): void {
  const room = client.rooms.get("rm_garden");
  if (room === undefined) return;
  room.running = room.running.map((each) =>
    each.phase === "speaking" ? { ...each, phase: "restarting", sinceMs: Date.now() } : each
  );
  client.patch({
    engine: {
      phase: "restarting",
      modelId: "starter",
      generation: 1,
      retryAtMs: Date.now() + 20_000,
      reason: "worker-error",
      restarts: [{ ...LOST, atMs: Date.now(), generation: 1, readyMs: 90_000 }],
    },
  });
}

function addLoading(client: FixtureClient): void {
  client.patch({
    engine: {
      phase: "loading",
      modelId: "Llama-3.1-8B",
      generation: 1,
      restarts: [],
      progress: {
        phase: "downloading",
        file: "params_shard_31.bin",
        bytesDone: 1_430_000_000,
        bytesTotal: 4_530_000_000,
      },
    },
  });
}

/** One model comes, one waits, one failed, one was paused, and one is in no list any more. */
function addDownloads(client: FixtureClient): void {
  const { models } = client.snapshot.peek();
  if (models.phase !== "loaded") return;
  const [starter, first, second, third] = models.rows;
  if (!starter || !first || !second || !third) return;
  const kept = { ...first, past: { crashes: 2, tokensPerS: 12.4 } };
  const other = (id: string, name: string) => ({ ...first.profile, id, name });
  const failing = { ...second, profile: other("failing", "Phi 3.5 mini"), keptBytes: 73_000_000 };
  const paused = { ...second, profile: other("paused", "Gemma 2 2B"), keptBytes: 610_000_000 };
  const queued = { ...second, profile: other("queued", "SmolLM2 135M (ONNX)") };
  const given = { bytes: "5001000000", memory: "3221225472" };
  const reasons = [{ key: "gpu-memory-small", values: given }] as const;
  const coming = { ...second, keptBytes: 1_430_000_000, reasons };
  const unlisted = [{ modelId: "Old-1B-q4f16_1-MLC", keptBytes: 1_003_000_000 }];
  const status = (modelId: string, part: Partial<DownloadStatus>): DownloadStatus => ({
    ...{ modelId, phase: "running", bytesDone: 0, bytesTotal: undefined },
    ...{ bytesPerS: undefined, error: undefined, ...part },
  });
  client.patch({
    models: { ...models, rows: [starter, kept, coming, failing, paused, queued, third], unlisted },
    downloads: [
      status(second.profile.id, {
        ...{ bytesDone: 1_430_000_000, bytesTotal: 4_530_000_000, bytesPerS: 11_200_000 },
      }),
      status("queued", { phase: "queued" }),
      status("failing", {
        phase: "failed",
        error: {
          ...{ kind: "host-unreachable", host: "hub.example" },
          detail: "connection cut, params_shard_3.bin",
        },
      }),
    ],
  });
}
