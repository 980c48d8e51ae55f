import { expect, test } from "vitest";
import { toEpochMs, toMonotonicMs } from "../base/brands.ts";
import { supervisionLimits as limits } from "./limits.ts";
import {
  initialStatus,
  mergeCommand,
  stepSupervision,
  type SupervisionCommand,
  type SupervisionEvent,
  type SupervisionStatus,
} from "./supervision-state.ts";

type Status = SupervisionStatus<string>;
type Event = SupervisionEvent<string>;
const reason = { kind: "crashed", detail: "" };
const context = { now: toMonotonicMs(1_000), epochNow: toEpochMs(5), chance: 0, limits };
const command = (name: SupervisionCommand): Event => ({ kind: "command", command: name });
const down = (generation: number, kind: "failed" | "fatal" | "defect" = "failed"): Event => ({
  kind: "down",
  generation,
  exit: { kind, reason },
});

function play(...events: readonly Event[]): Status {
  return events.reduce<Status>(
    (status, event) => stepSupervision(status, event, context),
    initialStatus("worker"),
  );
}

const inPhase: Readonly<Record<Status["phase"], Status>> = {
  "stopped": play(),
  "starting": play(command("start")),
  "ready": play(command("start"), { kind: "ready", generation: 1, info: "m" }),
  "backing-off": play(command("start"), down(1)),
  "given-up": play(command("start"), down(1, "defect")),
  "failed": play(command("start"), down(1, "fatal")),
  "stopping": play(command("start"), command("stop")),
};

/** What each command does in each phase: the phase after, `=` for no change. */
const matrix: readonly [SupervisionCommand, Readonly<Record<Status["phase"], string>>][] = [
  ["start", {
    "stopped": "starting",
    "starting": "=",
    "ready": "=",
    "backing-off": "=",
    "given-up": "starting",
    "failed": "starting",
    "stopping": "stopping",
  }],
  ["stop", {
    "stopped": "=",
    "starting": "stopping",
    "ready": "stopping",
    "backing-off": "stopped",
    "given-up": "stopped",
    "failed": "stopped",
    "stopping": "=",
  }],
  ["retry-now", {
    "stopped": "=",
    "starting": "=",
    "ready": "=",
    "backing-off": "starting",
    "given-up": "starting",
    "failed": "starting",
    "stopping": "=",
  }],
  ["start-now", {
    "stopped": "starting",
    "starting": "=",
    "ready": "=",
    "backing-off": "starting",
    "given-up": "starting",
    "failed": "starting",
    "stopping": "stopping",
  }],
  ["restart", {
    "stopped": "starting",
    "starting": "stopping",
    "ready": "stopping",
    "backing-off": "starting",
    "given-up": "starting",
    "failed": "starting",
    "stopping": "stopping",
  }],
];

test.each(matrix)("[SV8] [SV9] %s in every phase", (name, expected) => {
  for (const [phase, before] of Object.entries(inPhase)) {
    const after = stepSupervision(before, command(name), context);
    const wanted = expected[before.phase];
    if (wanted === "=") expect(after, phase).toBe(before);
    else expect(after.phase, phase).toBe(wanted);
  }
});

test("[SV8] retry now keeps the budget while backing off and renews it after giving up", () => {
  const waiting = inPhase["backing-off"];
  expect(stepSupervision(waiting, command("retry-now"), context).history).toEqual(waiting.history);
  let status = inPhase["starting"];
  for (let crash = 0; crash <= limits.restartsMax; crash += 1) {
    status = stepSupervision(status, down(status.generation), context);
    const over: Event = { kind: "backoff-over", generation: status.generation };
    status = stepSupervision(status, over, context);
  }
  expect(status.phase).toBe("given-up");
  const again = stepSupervision(status, command("retry-now"), context);
  expect(again).toMatchObject({ phase: "starting", generation: limits.restartsMax + 2 });
  expect(again.history.streak).toBe(0);
});

test("[SV7] news of an earlier generation changes nothing", () => {
  const second = play(command("start"), down(1), command("retry-now"));
  expect(second).toMatchObject({ phase: "starting", generation: 2 });
  const stale: readonly Event[] = [
    { kind: "ready", generation: 1, info: "old" },
    down(1),
    { kind: "backoff-over", generation: 1 },
    { kind: "ended", generation: 1 },
  ];
  for (const event of stale) expect(stepSupervision(second, event, context)).toBe(second);
});

test("[SV7] news that does not fit the phase changes nothing", () => {
  const ready: Event = { kind: "ready", generation: 1, info: "m" };
  expect(stepSupervision(inPhase["stopping"], ready, context)).toBe(inPhase["stopping"]);
  expect(stepSupervision(inPhase["stopping"], down(1), context)).toBe(inPhase["stopping"]);
  const over: Event = { kind: "backoff-over", generation: 1 };
  expect(stepSupervision(inPhase["ready"], over, context)).toBe(inPhase["ready"]);
  const ended: Event = { kind: "ended", generation: 1 };
  expect(stepSupervision(inPhase["ready"], ended, context)).toBe(inPhase["ready"]);
});

test("[SV9] a stop while stopping for a restart stops for good, and the other way", () => {
  const ended: Event = { kind: "ended", generation: 1 };
  const started = [command("start"), command("stop")] as const;
  expect(play(...started, ended).phase).toBe("stopped");
  expect(play(...started, command("start"), ended)).toMatchObject({
    phase: "starting",
    generation: 2,
  });
  expect(play(...started, command("start"), command("stop"), ended).phase).toBe("stopped");
});

test("[SV10] each change raises the revision by one, with the exits bounded", () => {
  let status = inPhase["starting"];
  const revisions: number[] = [];
  for (let round = 0; round < limits.exitsKeptMax + 4; round += 1) {
    status = stepSupervision(status, down(status.generation), context);
    revisions.push(status.revision);
    status = stepSupervision(status, command("restart"), context);
    revisions.push(status.revision);
  }
  expect(revisions).toEqual(revisions.map((_, index) => 2 + index));
  expect(status.exits.length).toBe(limits.exitsKeptMax);
  expect(status.exits.at(-1)).toMatchObject({ at: 5, exit: { kind: "failed" } });
});

test("[SV3] jitter only shortens the delay, by at most jitterMax", () => {
  const started = inPhase["starting"];
  const full = stepSupervision(started, down(1), context);
  const short = stepSupervision(started, down(1), { ...context, chance: 0.999999 });
  expect(full).toMatchObject({ delayMs: limits.delayMsMin, untilMs: 1_000 + limits.delayMsMin });
  const delayMsLeast = Math.round(limits.delayMsMin * (1 - limits.jitterMax));
  expect(short).toMatchObject({ delayMs: delayMsLeast });
});

test.each<[SupervisionCommand | undefined, SupervisionCommand, SupervisionCommand]>([
  [undefined, "start", "start"],
  [undefined, "stop", "stop"],
  [undefined, "retry-now", "retry-now"],
  ["start", "stop", "stop"],
  ["start", "retry-now", "start-now"],
  ["stop", "start", "restart"],
  ["stop", "retry-now", "stop"],
  ["restart", "stop", "stop"],
  ["restart", "start", "restart"],
  ["restart", "retry-now", "restart"],
  ["retry-now", "start", "start-now"],
  ["retry-now", "stop", "stop"],
])("[SV9] %s and then %s before either was served mean %s", (waiting, next, merged) => {
  expect(mergeCommand(waiting, next)).toBe(merged);
});
