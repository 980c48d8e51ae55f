import { expect, test } from "vitest";
import { attemptLeftFor } from "./leaves-room.ts";
import type { RoomState, TurnState } from "./room-state.ts";

type Lane = {
  readonly engine: string;
  readonly modelId: string;
  readonly locality?: "cloud" | "local";
};

const stateOf = (lanesByDevice: Readonly<Record<string, readonly Lane[]>>) =>
  ({
    devices: new Map(
      Object.entries(lanesByDevice).map(([id, lanes]) => [id, { id, announced: { lanes } }]),
    ),
  }) as unknown as RoomState;

const turnOf = (cast: readonly object[]) => ({ planInput: { cast } }) as unknown as TurnState;

const frozen = {
  id: "ada",
  device: "dv_1",
  modelId: "m",
  provider: "cloud.example",
  locality: "cloud",
};
const own = { engine: "transformers", modelId: "starter" };
const cloud = { engine: "other.example", modelId: "n", locality: "cloud" } as const;

test.each<
  [title: string, attempt: { device?: string; modelId?: string }, host: string | undefined]
>([
  ["by the lane that its turn froze", { device: "dv_1", modelId: "m" }, "cloud.example"],
  ["before it told its model", { device: "dv_1" }, "cloud.example"],
  ["by another device, in the page", { device: "dv_2", modelId: "starter" }, undefined],
  ["by another device, in another cloud", { device: "dv_3", modelId: "n" }, "other.example"],
  ["by another model of the same device", { device: "dv_1", modelId: "starter" }, undefined],
  ["by a device that is not known any more", { device: "dv_9", modelId: "n" }, undefined],
  ["by nobody", {}, undefined],
])("[HO180] an attempt made %s left the room for %j: %s", (_title, attempt, host) => {
  const state = stateOf({ dv_1: [own], dv_2: [own], dv_3: [cloud] });
  expect(attemptLeftFor(state, turnOf([frozen]), "ada", attempt)).toBe(host);
});

test("[HO180] what nobody hosted when its turn opened is where its host is now", () => {
  const turn = turnOf([{ id: "ada", modelId: "n" }]);
  const state = stateOf({ dv_3: [cloud] });
  expect(attemptLeftFor(state, turn, "ada", { device: "dv_3", modelId: "n" })).toBe(
    "other.example",
  );
});

test("[HO180] of two lanes of one model the one that leaves the room is told", () => {
  const state = stateOf({ dv_3: [{ ...own, modelId: "n" }, cloud] });
  expect(attemptLeftFor(state, turnOf([]), "ada", { device: "dv_3", modelId: "n" })).toBe(
    "other.example",
  );
});
