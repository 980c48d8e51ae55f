import { expect, test } from "vitest";
import type { ModelProfile } from "../inference/model-profile.ts";
import { decodeRoomEvent } from "../protocol/decode-event.ts";
import { ManualClock } from "../testing/fakes/manual-clock.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import { SeededRandom } from "../testing/fakes/seeded-random.ts";
import { starterProfile } from "../testing/fakes/session-kit.ts";
import { leavesRoomFor } from "../room/leaves-room.ts";
import { announcedLanes } from "./announced-lanes.ts";
import { createEngineService } from "./engine-service.ts";

function offered(change: Partial<ModelProfile>, isStopped = false) {
  const engine = createEngineService({
    clock: new ManualClock(),
    random: new SeededRandom("lanes"),
    log: new RecordingLog(),
    startEngine: () => Promise.reject(new Error("not asked for")),
  });
  engine.choose({ ...starterProfile, ...change });
  if (isStopped) engine.stop();
  return announcedLanes(engine);
}

const place = (host: string, isLocal: boolean): Partial<ModelProfile> => ({
  engine: "openai",
  endpoint: { host, isLocal },
});

test.each<[title: string, change: Partial<ModelProfile>, engine: string, host: string | undefined]>(
  [
    ["of the page", {}, "transformers", undefined],
    ["on this machine", place("127.0.0.1:11434", true), "127.0.0.1:11434", undefined],
    ["in a cloud", place("models.example", false), "models.example", "models.example"],
  ],
)("[HO180] a lane %s is announced so, and every reader is told", (_title, change, engine, host) => {
  const lanes = offered(change);
  expect(lanes[0]?.engine).toBe(engine);
  // What another device decodes of it.
  const read = decodeRoomEvent({ kind: "announce", lanes, hostsForOthers: true });
  if (!read.ok || read.value.kind !== "announce") throw new Error("not decoded");
  expect(read.value.lanes).toEqual(lanes);
  expect(leavesRoomFor(read.value.lanes[0])).toBe(host);
});

test("[HO153] an engine that a person stopped announces no lane", () => {
  expect(offered({}, true)).toEqual([]);
});
