import { expect, test } from "vitest";
import { addSpan, firstGap } from "./byte-spans.ts";
import { beginDownload, decideDownload, type Decision } from "./decide-download.ts";
import type { DownloadEvent, KeptFile } from "./download-state.ts";
import { type AskedPart, type HostAnswer, judgeAnswer } from "./judge-answer.ts";
import { downloadLimits } from "./limits.ts";

const limits = { ...downloadLimits, partBytes: 10 };
const rules = { limits, chance: () => 0.5 };
const url = "https://hub.example:8443/m/model.onnx";
const file = { path: "model.onnx", url, bytes: undefined, sha256: undefined };
const nowMs = 0;

const plain: HostAnswer = {
  ...{ status: 206, contentRange: "bytes 0-9/35", contentLength: 10 },
  ...{ etag: '"a"', lastModified: undefined, retryAfterS: undefined },
};
const asked: AskedPart = {
  ...{ from: 0, to: 10, bytes: undefined, validator: undefined, publishedBytes: undefined },
};

test.each<[title: string, answer: Partial<HostAnswer>, asked: Partial<AskedPart>, kind: string]>([
  ["[IN60] a part as asked goes on", {}, {}, "part"],
  ["[IN60] a part that begins elsewhere", { contentRange: "bytes 1-9/35" }, {}, "changed"],
  ["[IN60] a part that is shorter than asked", { contentRange: "bytes 0-5/35" }, {}, "changed"],
  ["[IN60] the last part may be short", { contentRange: "bytes 30-34/35" }, {
    from: 30,
    to: 40,
  }, "part"],
  ["[IN61] a whole file in place of a part", { status: 200 }, {}, "whole"],
  ["[IN62] a part of another version", { etag: '"b"' }, { validator: '"a"' }, "changed"],
  ["[IN62] a part of a longer file", {}, { validator: '"a"', bytes: 34 }, "changed"],
  ["[IN62] a part whose place is hidden", { contentRange: undefined }, {}, "no-parts"],
  ["[IN62] all of it, its place hidden", { contentRange: undefined }, { to: undefined }, "whole"],
  ["[IN62] out of reach", { status: 416 }, {}, "changed"],
  ["[IN63] forbidden", { status: 403 }, {}, "denied"],
  ["[IN63] not there", { status: 404 }, {}, "refused"],
  ["[IN64] too many requests", { status: 429, retryAfterS: 3 }, {}, "retry"],
  ["[IN64] a broken host", { status: 503 }, {}, "retry"],
  ["[IN65] another size than published", {}, { publishedBytes: 36 }, "wrong-size"],
  ["[IN65] a whole file of another size", { status: 200 }, { publishedBytes: 36 }, "wrong-size"],
])("%s is judged", (_title, answer, part, kind) => {
  expect(judgeAnswer({ ...plain, ...answer }, { ...asked, ...part }).kind).toBe(kind);
});

test("[IN60] a weak tag tells no versions apart, a date does", () => {
  const weak = judgeAnswer({ ...plain, etag: 'W/"a"', lastModified: "Mon" }, asked);
  expect(weak).toEqual({ kind: "part", bytes: 35, validator: "Mon" });
});

test("spans join where they touch, and the first gap is found", () => {
  const spans = addSpan(addSpan(addSpan([], { from: 0, to: 2 }), { from: 4, to: 6 }), {
    from: 8,
    to: 9,
  });
  expect(addSpan(spans, { from: 2, to: 4 })).toEqual([{ from: 0, to: 6 }, { from: 8, to: 9 }]);
  expect(firstGap(spans, 9)).toEqual({ from: 2, to: 4 });
  expect(firstGap([{ from: 0, to: 9 }], 9)).toBeUndefined();
  expect(firstGap([], 0)).toBeUndefined();
});

/** Begins with `kept` and feeds events; the actions of the last one. */
function play(events: readonly DownloadEvent[], kept?: KeptFile): Decision {
  let decision = beginDownload([file], () => kept, nowMs, rules);
  for (const event of events) decision = decideDownload(decision.state, event, rules);
  return decision;
}

test("[IN67] a file is asked for in one request until its size is known, then in all lanes", () => {
  const begun = play([]);
  expect(begun.actions).toEqual([{ kind: "fetch", flight: 1, url, from: 0, to: 10 }]);
  const { actions } = play([{ kind: "answered", flight: 1, answer: plain, nowMs }]);
  expect(actions).toEqual([
    { kind: "fetch", flight: 2, url, from: 10, to: 20 },
    { kind: "fetch", flight: 3, url, from: 20, to: 30 },
    { kind: "fetch", flight: 4, url, from: 30, to: 35 },
  ]);
});

const partial: KeptFile = {
  ...{ kind: "partial", url, bytes: 35, validator: '"a"' },
  spans: [{ from: 0, to: 20 }, { from: 25, to: 35 }],
};

test("[IN66] what the same address vouches for is continued, anything else is thrown away", () => {
  const goesOn = [{ kind: "fetch", flight: 1, url, from: 20, to: 25 }];
  expect(play([], partial).actions).toEqual(goesOn);
  const again = [
    { kind: "erase", path: "model.onnx" },
    { kind: "fetch", flight: 1, url, from: 0, to: 10 },
  ];
  expect(play([], { ...partial, validator: undefined }).actions).toEqual(again);
  expect(play([], { ...partial, url: "https://other.example/" }).actions).toEqual(again);
  expect(play([], { kind: "whole", bytes: 35 }).state.phase).toBe("settled");
});

test("[IN64] delays double, are jittered, and end as the host's name", () => {
  let decision = play([]);
  const delays: number[] = [];
  let now = 0;
  for (let flight = 1; decision.state.phase === "running"; flight += 1) {
    const broke = { kind: "broke", flight, detail: "connection cut", nowMs: now } as const;
    decision = decideDownload(decision.state, broke, rules);
    const wake = decision.actions.find((action) => action.kind === "wake-at");
    if (wake === undefined) break;
    delays.push(wake.atMs - now);
    now = wake.atMs;
    decision = decideDownload(decision.state, { kind: "woke", nowMs: now }, rules);
  }
  expect(delays).toEqual([375, 750, 1_500, 3_000, 6_000]);
  const detail = "connection cut, model.onnx";
  const error = { kind: "host-unreachable", host: "hub.example:8443", detail };
  expect(decision.actions.at(-1)).toEqual({ kind: "settle", outcome: { kind: "failed", error } });
});

test("[IN64] a host that asks for more patience than there is ends the download", () => {
  const answer = { ...plain, status: 429, retryAfterS: 3_600 };
  const { actions } = play([{ kind: "answered", flight: 1, answer, nowMs }]);
  expect(actions.at(-1)).toMatchObject({ kind: "settle", outcome: { kind: "failed" } });
});

test("[IN65] a body that ends early is a cut where its length was told, and a wrong file elsewhere", () => {
  const published = { ...file, bytes: 35 };
  const endedAfter = (answer: HostAnswer) => {
    let decision = beginDownload([published], () => undefined, nowMs, rules);
    const events: readonly DownloadEvent[] = [
      { kind: "answered", flight: 1, answer, nowMs },
      { kind: "wrote", flight: 1, bytes: 30, nowMs },
      { kind: "ended", flight: 1, nowMs },
    ];
    for (const event of events) decision = decideDownload(decision.state, event, rules);
    return decision.state.files[0];
  };
  const whole: HostAnswer = { ...plain, status: 200, contentLength: 35 };
  expect(endedAfter(whole)).toMatchObject({ failures: 1, wrongTimes: 0 });
  const untold = { ...whole, contentLength: undefined };
  expect(endedAfter(untold)).toMatchObject({ failures: 0, wrongTimes: 1 });
});

test("[IN63] a host that refuses us is told by name at once", () => {
  const { actions } = play([
    { kind: "answered", flight: 1, answer: { ...plain, status: 403 }, nowMs },
  ]);
  const error = { kind: "access-denied", host: "hub.example:8443" };
  expect(actions.at(-1)).toEqual({ kind: "settle", outcome: { kind: "failed", error } });
});

test("[IN65] a wrong file is thrown away and fetched once more, then its name is told", () => {
  const whole: KeptFile = { ...partial, spans: [{ from: 0, to: 35 }] };
  const wrong = { kind: "found-wrong", path: "model.onnx", detail: "SHA-256", nowMs } as const;
  expect(play([], whole).actions).toEqual([{ kind: "check", file }]);
  const once = play([wrong], whole);
  expect(once.actions).toEqual([
    { kind: "erase", path: "model.onnx" },
    { kind: "fetch", flight: 1, url, from: 0, to: 10 },
  ]);
  const twice = decideDownload(once.state, wrong, rules);
  const error = { kind: "wrong-bytes", file: "model.onnx", detail: "SHA-256" };
  expect(twice.actions).toEqual([
    { kind: "erase", path: "model.onnx" },
    { kind: "abort", flight: 1 },
    { kind: "settle", outcome: { kind: "failed", error } },
  ]);
});
