import { expect, test } from "vitest";
import { toEpochMs, toMonotonicMs } from "#shared/base/mod.ts";
import type { EngineStatus } from "#shared/hosting/mod.ts";
import { emptyHistory, type SupervisionPhase } from "#shared/supervision/mod.ts";
import { starterProfile } from "../models/catalogue.ts";
import type { EngineView } from "./app-client.ts";
import { decodeEngineView, engineView } from "./engine-view.ts";

const clock = { now: () => toMonotonicMs(1_000), epochNow: () => toEpochMs(50_000) };
const crash = { kind: "device-lost", detail: "reset" };

type Info = EngineStatus["supervision"] extends SupervisionPhase<infer I> ? I : never;

function statusOf(phase: SupervisionPhase<Info>, change: Partial<EngineStatus> = {}): EngineStatus {
  const exits = [
    { at: toEpochMs(9), generation: 1, readyMs: 0, exit: { kind: "cancelled" as const } },
    {
      ...{ at: toEpochMs(40_000), generation: 2, readyMs: 700 },
      exit: { kind: "failed" as const, reason: crash },
    },
  ];
  const common = { name: "engine", revision: 3, generation: 2, history: emptyHistory, exits };
  return {
    profile: starterProfile,
    supervision: { ...phase, ...common },
    progress: undefined,
    lastError: undefined,
    ...{ downSince: undefined, failedAt: undefined },
    ...change,
  };
}

const view = (phase: SupervisionPhase<Info>, change?: Partial<EngineStatus>) =>
  engineView(statusOf(phase, change), undefined, clock);

test("the next try is told as a time of the calendar, ends that nobody asked for with their why", () => {
  const untilMs = toMonotonicMs(4_500);
  expect(view({ phase: "backing-off", delayMs: 9_000, untilMs, reason: crash })).toEqual({
    phase: "restarting",
    retryAtMs: 53_500,
    reason: "device-lost",
    modelId: "starter",
    generation: 2,
    restarts: [{
      ...{ atMs: 40_000, generation: 2, readyMs: 700 },
      ...{ reason: "device-lost", detail: "reset" },
    }],
  });
});

test("an engine that gave up keeps why it did not get ready", () => {
  const lastError = { kind: "out-of-memory" } as const;
  expect(view({ phase: "given-up", reason: crash }, { lastError }))
    .toMatchObject({ phase: "given-up", reason: "device-lost", error: lastError });
  expect(view({ phase: "failed", reason: crash }))
    .toMatchObject({ phase: "failed", error: { kind: "internal", detail: "device-lost: reset" } });
});

test("what a tab of another version does not tell is left out", () => {
  const { restarts, ...told } = view({ phase: "stopped" });
  expect(decodeEngineView({ ...told, restarts })).toEqual({ ...told, restarts });
  const old = { ...told, restarts: [{ atMs: 1, reason: "x: y" }] } as unknown as EngineView;
  expect(decodeEngineView(old).restarts).toEqual([]);
  const waiting = { ...told, phase: "restarting", delayMs: 5, reason: "x" } as unknown;
  expect(decodeEngineView(waiting as EngineView)).toMatchObject({ phase: "starting" });
});
