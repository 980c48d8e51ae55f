/**
 * Scenes that put a screen into a state that is rare: many voices at once, long content, pictures,
 * a silent cast, a move, models of every kind.
 */

import { readyMadeSix } from "#shared/personas/mod.ts";
import { PRESENCE_RULES } from "#shared/room/mod.ts";
import type { ModelRow, MoveView } from "../../../web/client/app-client.ts";
import { createRoom } from "./create-room.ts";
import type { FixtureClient } from "./fixture-client.ts";
import { paintedImage } from "./fixture-images.ts";
import { FixtureRoom, LIVE } from "./fixture-room.ts";

const ROOM = "rm_garden";
const NOOR = "kq7mN1xY0cQy2bq3Jt4v5w";

/** Fills `client` when `scene` is one of a state. */
export function fillStateScene(client: FixtureClient, scene: string): void {
  switch (scene) {
    case "many-rooms":
      return addManyRooms(client);
    case "starting":
      return client.patch({ boot: { phase: "starting" } });
    case "chorus":
      return addChorus(client);
    case "silence":
      return addSilence(client);
    case "long":
      return addLong(client);
    case "pictures":
      return addPictures(client);
    case "moving":
      return addMoved(client, { phase: "following" });
    case "unfinished-move":
      return addMoved(client, { phase: "unfinished", without: [NOOR] });
    case "left-out":
      return addMoved(client, { phase: "left-out", by: "Noor Haddad" });
    case "models-none":
      return addWeakDevice(client);
    case "models-loading":
      return client.patch({ models: { phase: "loading" }, facts: undefined });
    case "models-brought":
      return addBrought(client);
    default:
      return;
  }
}

function addManyRooms(client: FixtureClient): void {
  const names = [
    "Garden plans",
    "Night school",
    "Dungeon, Thursdays",
    "Letters to the landlord about the boiler, the roof and the third-floor window",
    "Sourdough",
    "Book club: The Left Hand of Darkness",
    "حديقة الورد",
    "Trip to the coast",
  ];
  names.forEach((name, index) => {
    const hours = [0.2, 3, 26, 50, 120, 400, 900, 2_000][index] ?? 1;
    const room = createRoom(client, `rm_${index}`, name, hours * 3_600_000);
    readyMadeSix.slice(2, 2 + index % 4).forEach((card) =>
      room.addPersona(`pe_${card.name.toLowerCase()}`, card)
    );
    if (index === 4) return;
    const turn = room.say("What do we know so far, and what is still open?");
    room.reply(turn, "pe_ada", "Less than we would like, and enough to begin with tomorrow.");
    if (index % 3 === 1) room.shared = LIVE;
  });
}

/** Six personas, four of whom speak at once. */
function addChorus(client: FixtureClient): void {
  client.pace = Infinity;
  const room = createRoom(client, ROOM, "Garden plans", 20 * 60_000);
  readyMadeSix.slice(2).forEach((card) => room.addPersona(`pe_${card.name.toLowerCase()}`, card));
  const ids = readyMadeSix.map(({ name }) => `pe_${name.toLowerCase()}`);
  room.atMs = Date.now() - 7_400;
  const turn = room.say("One line each: what should a small garden never be without?", [], 0);
  const words = [
    "A bench that faces west. The day ends better when somebody has watched it",
    "A puddle. Every",
    "Level ground, somewhere, even if it is only one flagstone wide: a garden without it has",
    "Something that blooms in February, when",
  ];
  ids.forEach((persona, index) => {
    const text = words[index];
    const phase = text !== undefined ? "speaking" : index === 4 ? "thinking" : "queued";
    client.run(ROOM, { turn, persona, attempt: 0, phase }, text ?? "");
  });
  room.running = room.running.map((each, index) => ({
    ...each,
    sinceMs: Date.now() - 5_000 + index * 900,
  }));
}

/** Nobody had anything to say, for four different reasons. */
function addSilence(client: FixtureClient): void {
  const room = createRoom(client, ROOM, "Garden plans", 20 * 60_000);
  const [, , third, fourth] = readyMadeSix;
  if (third !== undefined) room.addPersona("pe_cleo", third);
  if (fourth !== undefined) room.addPersona("pe_dara", fourth);
  const turn = room.say("I am only thinking aloud. No need to answer.");
  room.settle(turn, "pe_ada", { kind: "silent" });
  room.settle(turn, "pe_bo", { kind: "silent" });
  room.settle(turn, "pe_cleo", { kind: "deferred", reason: "outranked" });
  room.append({ kind: "stop", scope: { kind: "all" } }, 900);
}

const LONG = [
  "## Four weeks, week by week",
  "",
  "Start with the ground. Everything else is easier to change than the ground is, and nobody ever " +
  "regretted the afternoon that they spent on their knees with a fork.",
  "",
  "1. **Week one** – lift the old slabs, stack them by size, and leave them where they are in the way.",
  "2. **Week two** – sand, then gravel, then sand again; water each layer and wait a night.",
  "   - a bucket of sharp sand for every square metre",
  "   - no builder's sand: it holds salt",
  "3. **Week three** – plant the back row.",
  "",
  "> A plan is only a wish with a date beside it.",
  "",
  "| Bed | Light | Plants | Water a week | Notes |",
  "|---|---|---|---|---|",
  "| South wall | full | rosemary, thyme, sage, rock rose | 2 × 4 l | dry feet |",
  "| Under the ash | dappled | ferns, foxglove, hellebore | 1 × 6 l | leaf mould each autumn |",
  "| Gate | morning | alchemilla, catmint | 2 × 3 l | stays low |",
  "",
  "```python",
  "def litres(beds: list[Bed], days: int) -> float:",
  '    """What the butts must hold for a dry spell; the gate bed drinks from the gutter."""',
  "    return sum(bed.area_m2 * bed.litres_per_m2 * days / 7 for bed in beds if bed.name != 'gate')",
  "```",
  "",
  "And https://example.org/a/very/long/address/that/has/no/place/to/break/at/all/whatsoever.html is " +
  "where the table came from.",
].join("\n");

function addLong(client: FixtureClient): void {
  const name = "Letters to the landlord about the boiler, the roof and the third-floor window";
  const room = createRoom(client, ROOM, name, 26 * 3_600_000);
  const [, , third, fourth] = readyMadeSix;
  if (third !== undefined) {
    const long = "Cleopatra-Wilhelmina von und zu Hohenstein-Waldburg";
    room.addPersona("pe_cleo", { ...third, name: long });
  }
  if (fourth !== undefined) room.addPersona("pe_dara", fourth);
  const turn = room.say(`Please write it all out. ${"I have time, and I read slowly. ".repeat(9)}`);
  room.reply(turn, "pe_ada", LONG, 9_000);
  room.reply(turn, "pe_cleo", "Seconded, with the reservation that gravel is never only gravel.");
  room.settle(turn, "pe_bo", { kind: "silent" }, 300);
  room.settle(turn, "pe_dara", { kind: "silent" }, 300);
}

function addPictures(client: FixtureClient): void {
  const room = createRoom(client, ROOM, "Garden plans", 40 * 60_000);
  room.append({ kind: "rules", rules: PRESENCE_RULES });
  const one = room.append({
    kind: "say",
    text: "The south bed, this morning.",
    addressed: [],
    images: [paintedImage(110, 1_200, 800, "The bed along the south wall, seen from the gate")],
  }, 60_000);
  room.reply(one, "pe_ada", "It looks rested. I would leave the left corner as it is.");
  room.settle(one, "pe_bo", { kind: "silent" });
  const three = room.append({
    kind: "say",
    text: "And three from the allotments; the middle one is for Bo.",
    addressed: [],
    images: [
      paintedImage(95, 900, 900, "Three rows of beans"),
      paintedImage(18, 700, 1_100, "A lantern on a shed door"),
      paintedImage(200, 1_200, 800, ""),
    ],
  }, 120_000);
  room.reply(three, "pe_bo", "A lantern by day is the moon, asleep on its nail.");
  room.settle(three, "pe_ada", { kind: "silent" });
}

/** A shared room that goes elsewhere, or went. */
function addMoved(client: FixtureClient, move: MoveView): void {
  const room = new FixtureRoom("ORgzX2Jzb9sZtQ1k3v0a9w", "Allotment 12", Date.now() - 7_200_000);
  client.rooms.set(room.roomId, room);
  room.addDevice(NOOR, "Noor Haddad", true);
  const [ada, bo] = readyMadeSix;
  if (ada !== undefined) room.addPersona("pe_ada", ada, NOOR);
  if (bo !== undefined) room.addPersona("pe_bo", bo);
  room.append({ kind: "recipe", recipe: { kind: "addressed", followUpsMax: 0 } });
  room.say("The key for the shed is under the third pot.", [], 60_000, NOOR);
  room.say("Found it, thank you.");
  room.shared = { ...LIVE, present: ["dv_own", NOOR] };
  room.move = move;
}

/** No WebGPU, little memory, hardly any space: only the starter runs. */
function addWeakDevice(client: FixtureClient): void {
  createRoom(client, ROOM, "Garden plans", 3_600_000);
  const { models } = client.snapshot.peek();
  if (models.phase !== "loaded") return;
  const rows = models.rows.map((row): ModelRow =>
    row.profile.embedded ? row : {
      ...{ ...row, fit: "will-not", downloaded: false, keptBytes: 0 },
      reasons: [{ key: "needs-webgpu", values: {} }],
    }
  );
  client.patch({
    models: { ...models, rows },
    facts: {
      ...{ webgpu: "none", adapter: "", features: [], bufferBytesMax: 0 },
      ...{ storageBytesFree: 310_000_000, memoryGiB: 2 },
    },
  });
}

/** A file of the person's own, and two servers. */
function addBrought(client: FixtureClient): void {
  createRoom(client, ROOM, "Garden plans", 3_600_000);
  const { models, engine } = client.snapshot.peek();
  if (models.phase !== "loaded") return;
  const [starter, , second] = models.rows;
  if (!starter || !second) return;
  const brought: ModelRow = {
    ...second,
    profile: {
      ...second.profile,
      ...{ id: "brought-tiny", name: "TinyLlama-1.1B-Chat-v1.0.Q4_K_M", engine: "wllama" },
      ...{ goodFor: "", licence: "", needsWebGpu: false, downloadBytes: 668_000_000 },
      ...{ parameters: 1_100_000_000, contextTokens: 2_048, memoryBytes: 900_000_000 },
    },
    ...{ fit: "runs-well", reasons: [], downloaded: true, keptBytes: 668_000_000 },
  };
  const remote = (id: string, host: string, isLocal: boolean): ModelRow => ({
    ...brought,
    profile: {
      ...brought.profile,
      ...{ id, name: id, engine: "openai", endpoint: { host, isLocal } },
    },
    keptBytes: 0,
  });
  client.patch({
    engine: { ...engine, modelId: "brought-tiny" },
    models: {
      ...models,
      rows: [
        starter,
        brought,
        remote("qwen3:14b", "127.0.0.1:11434", true),
        remote("gpt-oss-120b", "models.example", false),
      ],
    },
    endpoints: [
      {
        ...{ id: "ep_1", name: "Ollama in the cellar", host: "127.0.0.1:11434", isLocal: true },
        ...{ hasKey: false, slots: 2, modelIds: ["qwen3:14b"] },
      },
      {
        ...{ id: "ep_2", name: "Work", host: "models.example", isLocal: false },
        ...{ hasKey: true, slots: 4, modelIds: ["gpt-oss-120b"] },
      },
    ],
  });
}
