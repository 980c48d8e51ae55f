import { expect, test } from "vitest";
import type { EngineView } from "../app-client.ts";
import { decodeHistory, encodeHistory, learn, type ModelHistory } from "./model-history.ts";

const restart = (atMs: number, reason: string) => ({
  ...{ atMs, reason, generation: 1, readyMs: 0, detail: "" },
});

function view(restarts: EngineView["restarts"], tokensPerS?: number): EngineView {
  const base = { modelId: "m", restarts, generation: 1 };
  return { ...base, phase: "ready", lane: "cpu", adapter: "", tokensPerS };
}

const quiet = view([]);

test("[SY135] each crash of a model counts once, whoever looks how often", () => {
  const crashed = view([restart(5, "device-lost")]);
  const once = learn({}, quiet, crashed);
  expect(once).toEqual({ m: { crashes: 1, tokensPerS: undefined } });
  expect(learn(once, crashed, crashed)).toBe(once);
  const twice = learn(once, crashed, view([restart(5, "device-lost"), restart(9, "crashed")]));
  expect(twice["m"]?.crashes).toBe(2);
});

test("[SY135] a host out of reach is no fault of the model, nor what was before it", () => {
  expect(learn({}, quiet, view([restart(5, "host-unreachable")]))).toEqual({});
  expect(learn({}, { ...quiet, modelId: "other" }, view([restart(5, "crashed")]))).toEqual({});
  expect(learn({}, undefined, view([restart(5, "crashed")]))).toEqual({});
});

test("[SY135] the speed of the last reply is remembered, and all survives its text", () => {
  const known: ModelHistory = { m: { crashes: 2, tokensPerS: 9 } };
  const learned = learn(known, quiet, view([], 12.345));
  expect(learned).toEqual({ m: { crashes: 2, tokensPerS: 12.3 } });
  expect(learn(learned, quiet, quiet)).toBe(learned);
  expect(decodeHistory(encodeHistory(learned))).toEqual(learned);
  expect(decodeHistory(undefined)).toEqual({});
  expect(decodeHistory("{broken")).toEqual({});
  expect(decodeHistory(`{"m":{"crashes":"x"},"n":null}`)).toEqual({});
});
