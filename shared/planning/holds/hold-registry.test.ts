import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import {
  acquireHold,
  emptyHoldRegistry,
  listReclaimableHolds,
  reapHolds,
  releaseHold,
  renewHold,
  revokeHold,
  summarizeHolds,
} from "./hold-registry.ts";
import type { HoldRegistry, HoldRequest } from "./hold-registry.ts";
import { holdLimits as limits } from "./limits.ts";

const request = (holdId: string, patch: Partial<HoldRequest> = {}): HoldRequest => ({
  holdId,
  artifactKey: "kv",
  holderId: "ps_1",
  laneKey: undefined,
  resourceClass: "gpu",
  silicon: "gpu",
  costUnits: 1,
  expiresAtMs: 1_000,
  revocation: "hard",
  ...patch,
});
const BAD_NUMBERS = [NaN, -1, Infinity, 0.5, 2 ** 60];

/** Acquires all at time 0. */
function registryOf(...requests: readonly HoldRequest[]): HoldRegistry {
  return requests.reduce((registry, one) => {
    const result = acquireHold(registry, one, 0);
    if (!result.ok) throw new Error(result.error.kind);
    return result.value.registry;
  }, emptyHoldRegistry);
}
const errorOf = (result: { readonly ok: boolean; readonly error?: unknown }): unknown =>
  result.ok ? undefined : result.error;
const gpuCost = (registry: HoldRegistry, nowMs: number) =>
  summarizeHolds(registry, nowMs).costUnitsBySilicon.get("gpu");

test("[TP40] cost is summed over each silicon's active holds, the instant of expiry excluded", () => {
  const registry = registryOf(
    request("a", { costUnits: 4 }),
    request("b", { costUnits: 6, expiresAtMs: 2_000 }),
    request("c", { costUnits: 2, silicon: "cpu" }),
  );
  expect(summarizeHolds(registry, 0).costUnitsBySilicon).toEqual(
    new Map([["gpu", 10], ["cpu", 2]]),
  );
  const released = releaseHold(registry, "a");
  expect(released.ok && gpuCost(released.value.registry, 0)).toBe(6);
  expect([gpuCost(registry, 999), gpuCost(registry, 1_000)]).toEqual([10, 6]);
});

test("[TP41] a known id is refused, even when its hold has expired; so is an expiry not ahead", () => {
  const registry = registryOf(request("a"));
  expect(errorOf(acquireHold(registry, request("a", { expiresAtMs: 9_000 }), 5_000)))
    .toEqual({ kind: "hold-duplicate", holdId: "a" });
  expect(errorOf(acquireHold(registry, request("b"), 1_000)))
    .toEqual({ kind: "hold-expired", holdId: "b" });
  expect(acquireHold(registry, request("b"), 999).ok).toBe(true);
});

test.each<[keyof HoldRequest, readonly unknown[]]>([
  ["holdId", ["", "x".repeat(limits.keyCharsMax + 1)]],
  ["artifactKey", [""]],
  ["holderId", [""]],
  ["laneKey", [""]],
  ["resourceClass", ["moon"]],
  ["silicon", [undefined]],
  ["costUnits", [...BAD_NUMBERS, limits.costUnitsMax + 1]],
  ["expiresAtMs", BAD_NUMBERS],
  ["revocation", ["never"]],
])("[TP41] a hold with a bad %s is refused", (field, values) => {
  for (const value of values) {
    const bad = { ...request("a"), [field]: value } as HoldRequest;
    expect(errorOf(acquireHold(emptyHoldRegistry, bad, 0)))
      .toEqual({ kind: "hold-malformed", holdId: bad.holdId, field });
  }
});

test("[TP41] a full registry takes nobody, and no call takes a malformed time", () => {
  const registry = new Map(
    [...registryOf(request("a")).values()].flatMap((hold) =>
      Array.from({ length: limits.holdsMax }, (_, n) => [`h${n}`, hold] as const)
    ),
  );
  expect(errorOf(acquireHold(registry, request("one-more"), 0)))
    .toEqual({ kind: "holds-full", holdsMax: limits.holdsMax });
  for (const nowMs of BAD_NUMBERS) {
    const one = registryOf(request("a"));
    for (
      const result of [
        acquireHold(one, request("b"), nowMs),
        renewHold(one, "a", 9_000, nowMs),
        revokeHold(one, "a", 1, nowMs),
        reapHolds(one, nowMs),
      ]
    ) expect(errorOf(result)).toEqual({ kind: "time-malformed" });
  }
});

test("[TP42] an active hold is renewed earlier or later, never to the past and not once expired", () => {
  const registry = registryOf(request("a"));
  const renewed = (expiresAtMs: number, nowMs: number) => {
    const result = renewHold(registry, "a", expiresAtMs, nowMs);
    return result.ok ? result.value.hold.expiresAtMs : result.error.kind;
  };
  expect([renewed(5_000, 999), renewed(500, 499)]).toEqual([5_000, 500]);
  expect([renewed(500, 500), renewed(NaN, 0)]).toEqual(["hold-malformed", "hold-malformed"]);
  expect(renewed(5_000, 1_000)).toBe("hold-expired");
  expect(errorOf(renewHold(registry, "b", 5_000, 0))).toEqual({
    kind: "hold-missing",
    holdId: "b",
  });
});

test("[TP43] an expired hold that is present can be released, an unknown one is refused", () => {
  const registry = registryOf(request("a", { expiresAtMs: 1 }));
  const released = releaseHold(registry, "a");
  expect(released.ok && released.value.registry.size).toBe(0);
  expect(errorOf(releaseHold(registry, "b"))).toEqual({ kind: "hold-missing", holdId: "b" });
});

test("[TP44] expired holds are reaped once, by id", () => {
  const registry = registryOf(request("c"), request("a"), request("b", { expiresAtMs: 1_001 }));
  const first = reapHolds(registry, 1_000);
  if (!first.ok) throw new Error(first.error.kind);
  expect(first.value.ended.map((hold) => hold.holdId)).toEqual(["a", "c"]);
  expect([...first.value.registry.keys()]).toEqual(["b"]);
  expect(reapHolds(first.value.registry, 1_000)).toMatchObject({ ok: true, value: { ended: [] } });
});

test("[TP45] a pinned hold is reclaimable only once it has expired", () => {
  const registry = registryOf(request("p", { revocation: "pinned" }), request("h"));
  const idsAt = (nowMs: number) => listReclaimableHolds(registry, nowMs).map((one) => one.holdId);
  expect([idsAt(200), idsAt(1_001)]).toEqual([["h"], ["h", "p"]]);
  expect(errorOf(revokeHold(registry, "p", 0, 200))).toEqual({ kind: "hold-pinned", holdId: "p" });
  expect(revokeHold(registry, "p", 0, 1_000)).toMatchObject({ ok: true, value: { kind: "ended" } });
});

test("[TP45] a hard hold ends at once; a graceful one after its first grace, and is not renewed", () => {
  const registry = registryOf(request("h"), request("g", { revocation: "graceful" }));
  const hard = revokeHold(registry, "h", 500, 0);
  expect(hard.ok && [hard.value.kind, [...hard.value.registry.keys()]]).toEqual(["ended", ["g"]]);
  const asked = revokeHold(registry, "g", 500, 100);
  if (!asked.ok) throw new Error(asked.error.kind);
  expect(asked.value).toMatchObject({
    kind: "asked-back",
    hold: { expiresAtMs: 600, revokedAtMs: 100 },
  });
  expect(errorOf(renewHold(asked.value.registry, "g", 900, 200)))
    .toEqual({ kind: "hold-revoked", holdId: "g" });
  const again = revokeHold(asked.value.registry, "g", 500, 200);
  expect(again.ok && again.value.hold).toMatchObject({ expiresAtMs: 600, revokedAtMs: 100 });
  const late = revokeHold(registry, "g", 5_000, 999);
  expect(late.ok && late.value.hold.expiresAtMs).toBe(1_000);
});

test(
  "[TP40,TP44] after any calls the cost is that of the active holds and reaping leaves only these",
  () => {
    const calls = fc.array(
      fc.record({
        kind: fc.constantFrom("acquire", "renew", "release", "revoke"),
        holdId: fc.constantFrom("a", "b", "c"),
        atMs: fc.nat(20),
        revocation: fc.constantFrom("graceful" as const, "hard" as const, "pinned" as const),
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(calls, (list) => {
        let registry = emptyHoldRegistry;
        let nowMs = 0;
        for (const { kind, holdId, atMs, revocation } of list) {
          nowMs += atMs;
          const before = JSON.stringify([...registry]);
          const wanted = request(holdId, {
            revocation,
            expiresAtMs: nowMs + atMs,
            costUnits: atMs,
          });
          const result = kind === "acquire"
            ? acquireHold(registry, wanted, nowMs)
            : kind === "renew"
            ? renewHold(registry, holdId, nowMs + 15, nowMs)
            : kind === "release"
            ? releaseHold(registry, holdId)
            : revokeHold(registry, holdId, 5, nowMs);
          expect(JSON.stringify([...registry])).toBe(before);
          if (result.ok) registry = result.value.registry;
        }
        const { active, expired, costUnitsBySilicon } = summarizeHolds(registry, nowMs);
        expect(active.length + expired.length).toBe(registry.size);
        expect(costUnitsBySilicon.get("gpu") ?? 0)
          .toBe(active.reduce((sum, hold) => sum + hold.costUnits, 0));
        const reaped = reapHolds(registry, nowMs);
        if (!reaped.ok) throw new Error(reaped.error.kind);
        expect(reaped.value.ended).toEqual(expired);
        expect([...reaped.value.registry.values()].every((hold) => hold.expiresAtMs > nowMs))
          .toBe(true);
      }),
      { numRuns: 10_000 },
    );
  },
  60_000,
);
