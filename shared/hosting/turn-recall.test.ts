import { expect, test } from "vitest";
import { layoutPrompt, type LayoutRequest } from "../personas/layout.ts";
import type { RoomEvent } from "../protocol/events.ts";
import { MemoryCheckpoints } from "../testing/fakes/memory-checkpoints.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { createWorld, DEVICE, openPage } from "../testing/sim/local-room-world.ts";
import { promptWindow } from "./prompt-window.ts";
import { createRoomRecall } from "./room-recall.ts";
import { createTurnRecall } from "./turn-recall.ts";

const FACT = "my dog is called Biscuit";
const never = new AbortController().signal;

/** A room on one device in which `lines` were said, unanswered, before its page opens. */
async function setup(lines: readonly (string | ((head: number) => RoomEvent))[]) {
  const world = await createWorld("recall", { kind: "panel", followUpsMax: 0 });
  world.isHostile = false;
  const add = async (event: RoomEvent) => {
    const id = `en_before_${world.log.entries.length}`;
    await world.log.append({ id, device: DEVICE, body: event }, never);
    return world.log.entries.length;
  };
  await add({ kind: "recipe", recipe: { kind: "panel", followUpsMax: 0 } });
  for (const line of lines) {
    const isText = typeof line === "string";
    await add(isText ? { kind: "say", text: line, addressed: [] } : line(world.log.entries.length));
  }
  await add({ kind: "stop", scope: { kind: "all" } });
  const page = openPage(world, new MemoryCheckpoints(), 1);
  await world.clock.advance(5_000);
  const prompts = () =>
    page.engines.flatMap((engine) => engine.taken)
      .map(({ persona, segments }) => ({
        persona,
        text: segments.map((one) => one.text).join(""),
      }));
  return { world, page, prompts };
}

const chatter = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `a quiet remark with number ${index} in it`);

test("[HO43] a fact said 200 lines ago is in every persona's prompt of a turn, by one search", async () => {
  const { world, page, prompts } = await setup([FACT, ...chatter(200)]);
  await page.append({ kind: "say", text: "What is the dog called?", addressed: [] });
  await world.clock.advance(60_000);
  expect(prompts().map((one) => one.persona).toSorted()).toEqual(["ps_a", "ps_b", "ps_c"]);
  for (const { text } of prompts()) {
    expect(text).toContain(FACT);
    expect(text).toContain("What is the dog called?");
  }
  expect(page.recalls.map((recall) => recall.searchCount())).toEqual([1]);
  expect(page.defects).toEqual([]);
});

test("[HO43] a room that fits its prompts loads no search", async () => {
  const { world, page, prompts } = await setup([FACT, ...chatter(5)]);
  await page.append({ kind: "say", text: "What is the dog called?", addressed: [] });
  await world.clock.advance(60_000);
  expect(prompts()).toHaveLength(3);
  expect(page.recalls).toEqual([]);
});

test("[HO44] what was set aside reaches no prompt, however well it answers", async () => {
  const secret = "the dog secret is XYZZY dog";
  const rewind = (head: number): RoomEvent => ({ kind: "rewind", to: head - 1, expect: head });
  const { world, page, prompts } = await setup([FACT, secret, rewind, ...chatter(200)]);
  expect(page.state().messages.find((one) => one.text === secret)?.aside).toBe(true);
  await page.append({ kind: "say", text: "What is the dog secret XYZZY?", addressed: [] });
  await world.clock.advance(60_000);
  expect(prompts()).toHaveLength(3);
  for (const { text } of prompts()) {
    expect(text).toContain(FACT);
    expect(text).not.toContain(secret);
  }
});

/** A room script whose fact is out of the window, and what recall reads of it. */
function talk() {
  const room = roomScript();
  const fact = room.say(FACT);
  for (const line of chatter(60)) room.say(line);
  room.add({ kind: "stop", scope: { kind: "all" } });
  const turn = room.say("What is the dog called?");
  return { room, fact, turn };
}

function readerOf(room: RoomScript, turn: number, recall = createTurnRecall(new RecordingLog())) {
  const state = room.state();
  const place = { turn, persona: "a", format: "starter-script", tokensMax: 300 } as const;
  const window = promptWindow(state, turn, "a", "starter-script", 300);
  if (window === undefined) throw new Error("The turn is not in the room");
  return recall.find(state, place, window);
}

const textsOf = (recalled: LayoutRequest["recalled"]) => recalled?.lines.map((line) => line.text);

test("[HO44] a line found is read as the room shows it when the prompt is made", () => {
  const { room, fact, turn } = talk();
  const read = readerOf(room, turn);
  expect(textsOf(read?.(room.state(), 300))).toEqual([FACT]);
  room.add({ kind: "edit", of: fact, text: "my dog is called Rex" });
  expect(textsOf(read?.(room.state(), 300))).toEqual(["my dog is called Rex"]);
  room.add({ kind: "rewind", to: fact - 1, expect: turn });
  expect(textsOf(read?.(room.state(), 300))).toEqual([]);
});

test("[HO44] another attempt recalls nothing that was said after its turn", () => {
  const { room, turn } = talk();
  room.settle(turn, "a", "It is Biscuit.");
  room.settle(turn, "b", "Biscuit.");
  for (const line of chatter(60)) room.say(`the dog called ${line}`);
  room.add({ kind: "stop", scope: { kind: "all" } });
  room.add({ kind: "again", turn, persona: "a" });
  expect(textsOf(readerOf(room, turn)?.(room.state(), 300))).toEqual([FACT]);
});

test("[HO43] a follow-up recalls by the last line said before it", () => {
  const room = roomScript({ kind: "panel", followUpsMax: 1 });
  room.say(FACT);
  for (const line of chatter(60)) room.say(line);
  room.add({ kind: "stop", scope: { kind: "all" } });
  const turn = room.say("Tell me something.");
  room.settle(turn, "a", "I like tea.");
  const follow = room.settle(turn, "b", "Is the dog called Rex?");
  expect(room.state().turns.get(follow)?.human).toBe(false);
  expect(textsOf(readerOf(room, follow)?.(room.state(), 300))).toEqual([FACT]);
});

test("[HO45] without search the prompt stays, the log says so, and the next one tries again", async () => {
  const { room, turn } = talk();
  const log = new RecordingLog();
  let tries = 0;
  const recall = createRoomRecall(log, () => {
    tries += 1;
    return tries === 1
      ? Promise.reject(new TypeError("offline"))
      : Promise.resolve({ createTurnRecall });
  });
  const place = { turn, persona: "a", format: "starter-script", tokensMax: 300 } as const;
  expect(await recall.find(room.state(), place, never)).toBeUndefined();
  expect(log.lines.map((line) => line.event)).toEqual(["recall-unavailable"]);
  const read = await recall.find(room.state(), place, never);
  const recalled = read?.(room.state(), 300);
  expect(textsOf(recalled)).toEqual([FACT]);
  const window = promptWindow(room.state(), turn, "a", "starter-script", 300, recalled);
  const text = window && layoutPrompt(window).segments.map((one) => one.text).join("");
  expect(text).toContain(FACT);
  const gone = new AbortController();
  gone.abort("left");
  await expect(
    createRoomRecall(log, () => Promise.resolve({ createTurnRecall }))
      .find(room.state(), place, gone.signal),
  ).rejects.toBe("left");
});
