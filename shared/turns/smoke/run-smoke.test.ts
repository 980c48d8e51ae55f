import { expect, test } from "vitest";
import { ok, type Result } from "../../base/result.ts";
import type { RoomState } from "../../room/room-state.ts";
import { ManualClock } from "../../testing/fakes/manual-clock.ts";
import { ME, type RoomScript, roomScript } from "../../testing/fakes/room-script.ts";
import { smokeBudgets, smokeLimits } from "./classify-smoke.ts";
import { runSmoke, type SmokeOptions, type SmokePort } from "./run-smoke.ts";

const QUESTION = "How is everybody?";
const options: SmokeOptions = { question: QUESTION, budgets: smokeBudgets };

/** A room by hand behind the port: `says` decides what becomes of the probe. */
function setup(room: RoomScript = roomScript()) {
  const clock = new ManualClock();
  const observers = new Set<() => void>();
  const texts: string[] = [];
  const stop = new AbortController();
  let isThere = true;
  const kit = {
    room,
    clock,
    texts,
    stop,
    observers,
    turn: 0,
    /** What `say` answers; by default the message is in the log at once. */
    says: (text: string): Promise<Result<void, string>> => {
      kit.turn = room.say(text);
      return Promise.resolve(ok(undefined));
    },
    /** Lets `ms` pass, changes the room and tells of it. */
    async after(ms: number, change: () => void) {
      await clock.advance(ms);
      change();
      for (const observer of [...observers]) observer();
      await clock.advance(0);
    },
    settle: (ms: number, persona: string, outcome: Parameters<RoomScript["settle"]>[2]) =>
      kit.after(ms, () => void room.settle(kit.turn, persona, outcome)),
    leave: () => (isThere = false),
  };
  const port: SmokePort = {
    clock,
    state: (): RoomState | undefined => isThere ? room.state() : undefined,
    subscribe(observer) {
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
    newMessageId: () => `msg_${texts.length + 1}`,
    say(_id, text) {
      texts.push(text);
      return kit.says(text);
    },
  };
  const start = (chosen: SmokeOptions = options) => runSmoke(port, chosen, stop.signal);
  return { ...kit, kit, start };
}

test("[SK9, SK11] each persona's time is from the sending, and the run ends with the last", async () => {
  const { kit, clock, start, texts, observers } = setup();
  const running = start();
  await kit.settle(700, "a", { kind: "silent" });
  await kit.settle(1_300, "b", "hello");
  const run = await running;
  expect(run.personas).toEqual([
    { persona: "a", outcome: "silent", reason: "", settledMs: 700 },
    { persona: "b", outcome: "replied", reason: "", settledMs: 2_000 },
  ]);
  expect(run).toMatchObject({ probeId: "msg_1", turn: kit.turn, verdict: { kind: "ok" } });
  expect(clock.now()).toBe(2_000);
  expect(texts).toEqual([`${QUESTION} [msg_1]`]);
  expect(observers.size).toBe(0);
});

test("[SK9] a slow sending counts: nothing starts anew when it is durable", async () => {
  const { kit, start } = setup();
  kit.says = async (text) => {
    await kit.clock.sleep(1_000, new AbortController().signal);
    kit.turn = kit.room.say(text);
    return ok(undefined);
  };
  const running = start();
  await kit.clock.advance(1_000);
  await kit.settle(500, "a", "x");
  await kit.settle(500, "b", "y");
  expect((await running).verdict.figures).toMatchObject({ firstMs: 1_500, allMs: 2_000 });
});

test("[SK11] whoever is open at the deadline is open, and nothing is tried again", async () => {
  const { kit, start, texts } = setup(roomScript(undefined, ["a", "b", "c"]));
  const running = start();
  await kit.settle(100, "a", "x");
  await kit.settle(100, "b", "y");
  await kit.clock.advance(smokeBudgets.allMsMax);
  const run = await running;
  expect(run.verdict).toMatchObject({
    bucket: "all_response_budget_exceeded",
    reason: "still-open",
  });
  expect(run.personas.find(({ persona }) => persona === "c")?.outcome).toBe("open");
  expect(texts).toHaveLength(1);
});

test("[SK11] whoever settles in the last second of the budget still counts", async () => {
  const { kit, start } = setup(roomScript(undefined, ["a", "b", "c"]));
  const running = start();
  await kit.settle(100, "a", "x");
  await kit.settle(smokeBudgets.allMsMax - 900, "b", "y");
  await kit.settle(700, "c", "z");
  expect((await running).verdict).toMatchObject({
    kind: "ok",
    figures: { allMs: smokeBudgets.allMsMax - 100 },
  });
});

test("[SK11] a refused probe ends the run at once", async () => {
  const { kit, start, clock } = setup();
  kit.says = () => Promise.resolve({ ok: false, error: "storage-full" });
  const running = start();
  await clock.advance(0);
  expect((await running).verdict).toMatchObject({
    bucket: "probe_not_persisted",
    reason: "send-refused",
    detail: "storage-full",
  });
  expect(clock.now()).toBe(0);
});

test("[SK3] a probe that was said to be kept and never shows is not persisted", async () => {
  const { kit, start, clock } = setup();
  kit.says = () => Promise.resolve(ok(undefined));
  const running = start();
  await kit.after(50, () => void kit.room.say("another message"));
  await clock.advance(smokeBudgets.allMsMax);
  expect((await running).verdict).toMatchObject({
    bucket: "probe_not_persisted",
    reason: "not-in-log",
  });
});

test("[SK10] where one persona has a host nothing is sent", async () => {
  const room = roomScript(undefined, ["a"]);
  room.persona("b");
  const { start, texts } = setup(room);
  const run = await start();
  expect(run).toMatchObject({ probeId: undefined, verdict: { bucket: "too_few_personas" } });
  expect(texts).toEqual([]);
});

test("[SK10] a room that does not come in time is missing, and nothing is sent", async () => {
  const { kit, start, texts, clock } = setup();
  kit.leave();
  const running = start();
  await clock.advance(smokeLimits.readyMsMax);
  expect((await running).verdict).toMatchObject({
    bucket: "harness_error",
    reason: "room-missing",
  });
  expect(texts).toEqual([]);
});

test("[SK11] a room that goes meanwhile ends the run as a harness error", async () => {
  const { kit, start } = setup();
  const running = start();
  await kit.settle(100, "a", "x");
  await kit.after(100, kit.leave);
  expect((await running).verdict).toMatchObject({ reason: "room-missing" });
});

test("[SK12] a persona without a host at the probe is not waited for", async () => {
  const room = roomScript(undefined, ["a", "b"]);
  room.persona("homeless");
  const { kit, start } = setup(room);
  const running = start();
  await kit.settle(100, "a", "x");
  await kit.settle(100, "b", "y");
  const run = await running;
  expect(run.personas.map(({ persona }) => persona)).toEqual(["a", "b"]);
  expect(run.verdict.kind).toBe("ok");
});

test("[SK12] two personas of one name count as two", async () => {
  const room = roomScript();
  for (const persona of ["a", "b"]) {
    const card = { name: "Ada", gist: "", description: "", greeting: "", hue: 0 };
    const requirement = { contextTokensMin: 0 };
    room.add({ kind: "persona", persona, card, requirement, hosts: "any", removed: false }, ME);
  }
  const { kit, start } = setup(room);
  const running = start();
  await kit.settle(100, "a", "x");
  await kit.settle(100, "b", "y");
  expect((await running).verdict.figures).toMatchObject({ expected: 2, replied: 2 });
});

test("[SK1] what breaks under the run is a harness error with its words", async () => {
  const { kit, start, clock } = setup();
  kit.says = () => Promise.reject(new Error("no client"));
  const running = start();
  await clock.advance(0);
  expect((await running).verdict).toMatchObject({
    bucket: "harness_error",
    reason: "exception",
    detail: "Error: no client",
  });
});

test("[SK1] budgets that cannot be are refused before a probe is sent", async () => {
  const { start, texts } = setup();
  const run = await start({ question: QUESTION, budgets: { firstMsMax: 2, allMsMax: 1 } });
  expect(run.verdict).toMatchObject({ reason: "budget-invalid" });
  expect(texts).toEqual([]);
});

test("[SK11] aborting rejects with its reason and leaves no observer", async () => {
  const { kit, start, observers } = setup();
  const running = start();
  await kit.settle(100, "a", "x");
  kit.stop.abort("the person left");
  await expect(running).rejects.toBe("the person left");
  expect(observers.size).toBe(0);
});
