import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { closeCodes } from "../protocol/relay-frames.ts";
import { linkLimits as limits } from "./link-limits.ts";
import { decideNext, type Ending } from "./link-retry.ts";

const closed = (code: number, reason = ""): Ending => ({ kind: "closed", code, reason });

test.each<[string, Ending, "retry" | "refused", string]>([
  ["a lost socket", closed(1006), "retry", "unreachable"],
  ["a clean end", closed(1000), "retry", "unreachable"],
  ["a relay that restarts", closed(closeCodes.restarting, "900"), "retry", "restarting"],
  ["a busy relay", closed(closeCodes.busy), "retry", "busy"],
  ["a lost position", closed(closeCodes.positionLost), "retry", "positionLost"],
  ["a wrong key", closed(closeCodes.badProof), "refused", "badProof"],
  ["a full room", closed(closeCodes.roomFull), "refused", "roomFull"],
  ["another socket of this device", closed(closeCodes.replaced), "refused", "replaced"],
  ["an unknown code of the relay's", closed(4999), "refused", "unreachable"],
  ["a code of no relay", closed(5000), "retry", "unreachable"],
  ["too big by the socket itself", closed(1009), "refused", "tooBig"],
  ["another version", { kind: "version" }, "refused", "badVersion"],
  ["a trimmed log", { kind: "history-trimmed" }, "refused", "historyTrimmed"],
  ["broken storage", { kind: "storage" }, "retry", "storage"],
  ["silence", { kind: "silent" }, "retry", "unreachable"],
  ["misbehaviour", { kind: "misbehaves", detail: "x" }, "retry", "relayMisbehaves"],
])("[SY45] after %s", (_title, ending, kind, reason) => {
  expect(decideNext(ending, 0, 0.5)).toMatchObject({ kind, reason });
});

test("[SY44] the wait has full jitter, doubles with each failure and has a bound", () => {
  const anywhere = fc.tuple(fc.nat(64), fc.double({ min: 0, max: 0.999, noNaN: true }));
  fc.assert(fc.property(anywhere, ([failures, draw]) => {
    const next = decideNext({ kind: "silent" }, failures, draw);
    const spread = Math.min(limits.retryMsMax, limits.retryMsMin * 2 ** failures);
    expect(next).toMatchObject({ kind: "retry", waitMs: Math.round(draw * spread) });
  }));
});

test("[SY44] a relay that misbehaves or restarts is given its time first", () => {
  const misbehaves = decideNext({ kind: "misbehaves", detail: "" }, 20, 0);
  expect(misbehaves).toMatchObject({ waitMs: limits.retryMsMax });
  const wait = (reason: string) => decideNext(closed(closeCodes.restarting, reason), 0, 0);
  expect(wait("come back in 900 ms")).toMatchObject({ waitMs: 900 });
  expect(wait("come back")).toMatchObject({ waitMs: 0 });
  expect(wait("999999999")).toMatchObject({ waitMs: limits.retryMsMax });
});
