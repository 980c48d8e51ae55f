import { expect, test } from "vitest";
import { noCounters, noLatencies, type ServiceStatus } from "#shared/hosting/mod.ts";
import { decodeServices } from "./decode-services.ts";
import { clientLimits } from "./limits.ts";

const at = (ms: number) => ms as ServiceStatus["restarts"][number]["at"];
const status: ServiceStatus = {
  ...{ roomId: "rm_1", persona: "ps_a", phase: "restarting", revision: 4, generation: 2 },
  failure: { kind: "session", detail: "storage-failed" },
  retryAt: at(5),
  skips: [],
  counters: { ...noCounters, replied: 1 },
  latencies: { ...noLatencies, post: { count: 1, totalMs: 2, minMs: 2, maxMs: 2 } },
  restarts: [{
    at: at(1),
    generation: 1,
    failure: { kind: "session", detail: "storage-failed" },
  }],
};

test("[HO140] of the services each tab takes what it understands", () => {
  const odd = [
    null,
    "serving",
    { ...status, persona: "" },
    { ...status, phase: "asleep" },
    { ...status, revision: -1 },
    { ...status, failure: { kind: "mood", detail: "" } },
    { ...status, retryAt: "soon" },
    { ...status, skips: [{}] },
    { ...status, counters: { replied: 1 } },
    { ...status, latencies: { ...noLatencies, post: { count: 1, totalMs: 2 } } },
    { ...status, restarts: [{ at: 1 }] },
  ];
  expect(decodeServices([...odd, status])).toEqual([status]);
  expect(decodeServices([{ ...status, skips: [{ kind: "newer" }] }])).toHaveLength(1);
  expect(decodeServices(undefined)).toEqual([]);
  const many = Array.from({ length: clientLimits.servicesMax + 1 }, () => status);
  expect(decodeServices(many)).toHaveLength(clientLimits.servicesMax);
});
