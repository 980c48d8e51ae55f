import { expect, test } from "vitest";
import { parseArguments, PERSONAS_MAX } from "./arguments.mjs";
import { drawReport, verdictLine } from "./draw-report.mjs";

/** @typedef {import("../../web/client/device-check.ts").CheckReport} CheckReport */

/** @type {CheckReport} */
const report = {
  format: "conclave-device-check",
  version: 1,
  at: "2026-01-01T00:00:00.000Z",
  bucket: "ok",
  reason: undefined,
  detail: "",
  budgets: { firstMsMax: 10_000, allMsMax: 30_000 },
  figures: {
    expected: 2,
    replied: 1,
    silent: 1,
    unanswered: 0,
    open: 0,
    firstMs: 900,
    allMs: 1_500,
  },
  roomId: "rm_1",
  probeId: "msg_1",
  turn: 8,
  engineBefore: { phase: "starting", modelId: "starter", lane: undefined },
  engineAfter: { phase: "ready", modelId: "starter", lane: "cpu" },
  personas: [],
};

test("all six and no file unless told otherwise", () => {
  expect(parseArguments([])).toEqual({
    ok: true,
    value: { personas: PERSONAS_MAX, jsonFile: undefined },
  });
  expect(parseArguments(["--", "--personas", "3", "--json", "out.json"])).toEqual({
    ok: true,
    value: { personas: 3, jsonFile: "out.json" },
  });
});

test("what is no option, no value or no count is refused with the usage", () => {
  const wrong = [["--json"], ["--fast"], ["six"], ["--personas", "0"], ["--personas", "7"]];
  for (const words of [...wrong, ["--personas", "1e0"], ["--personas", "--json"]]) {
    expect(parseArguments(words), words.join(" ")).toMatchObject({
      ok: false,
      message: expect.stringContaining("npm run smoke"),
    });
  }
});

test("the last line is the verdict: OK, or FAIL with its bucket", () => {
  expect(drawReport(report).split("\n").at(-1)).toMatch(/^OK expected 2, replied 1, silent 1/);
  const failed = verdictLine({
    ...report,
    bucket: "probe_not_persisted",
    reason: "send-refused",
    detail: "storage-full",
  });
  expect(failed).toMatch(/^FAIL bucket=probe_not_persisted reason=send-refused \(storage-full\) /);
});
