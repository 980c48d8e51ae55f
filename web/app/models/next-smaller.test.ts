import { starterProfile } from "#shared/inference/mod.ts";
import { expect, test } from "vitest";
import type { ModelRow } from "../../client/app-client.ts";
import { nextSmaller } from "./next-smaller.ts";

const row = (
  id: string,
  gigabytes: number,
  change: Partial<ModelRow> = {},
  downloadBytes = gigabytes * 1e9,
): ModelRow => ({
  profile: { ...starterProfile, id, memoryBytes: gigabytes * 1e9, downloadBytes },
  ...{ fit: "runs-well", reasons: [], downloaded: false, keptBytes: 0, ...change },
});
const rows = [
  row("small", 1),
  row("large", 8),
  row("middle", 4, { fit: "tight" }),
  row("dense", 5, {}, 9e9),
  row("never", 6, { fit: "will-not" }),
];
const offered = (modelId: string, kind: string) => nextSmaller(rows, modelId, kind)?.profile.id;

test("[SY287] for memory the next that needs less of it is offered, for storage the next download", () => {
  expect(offered("large", "out-of-memory")).toBe("dense");
  expect(offered("large", "storage-full")).toBe("middle");
  expect(offered("dense", "out-of-memory")).toBe("middle");
  expect(offered("middle", "out-of-memory")).toBe("small");
});

test("[SY287] nothing is offered where nothing is smaller, or a smaller one would not help", () => {
  expect(offered("small", "out-of-memory")).toBeUndefined();
  expect(offered("gone", "out-of-memory")).toBeUndefined();
  for (const kind of ["host-unreachable", "webgpu-missing", "wrong-bytes", "toString"]) {
    expect(offered("large", kind)).toBeUndefined();
  }
});

test("[SY287] a model on a server is none that needs this device's memory", () => {
  const endpoint = { host: "127.0.0.1:1", isLocal: true };
  const far = row("far", 0);
  const served = { ...far, profile: { ...far.profile, endpoint } };
  expect(nextSmaller([served, row("only", 2)], "only", "out-of-memory")).toBeUndefined();
});
