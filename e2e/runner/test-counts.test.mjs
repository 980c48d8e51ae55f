import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { packageCommand, ROOT, runProgram } from "../../edge/launch/processes.mjs";
import { retriesOf } from "../support/second-try.mjs";
import { countPlaywright, countVitest } from "./test-counts.mjs";

/** One test passes, one fails once, one fails always. */
const THREE_TESTS = `
let tries = 0;
test("steady", () => {});
describe("a room", () => {
  test("unsteady", () => {
    tries += 1;
    expect(tries).toBe(2);
  });
});
test("broken", () => {
  expect(1).toBe(2);
});
`;

/** @param {string} ci what CI is set to */
async function countRealRun(ci) {
  const folder = mkdtempSync(join(tmpdir(), "conclave-second-try-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "three.test.mjs"), THREE_TESTS);
  const options = [`--root=${folder}`, "--globals", "--reporter=json"];
  const [command, args] = packageCommand("vitest/vitest.mjs", [
    "run",
    ...options,
    `--retry=${retriesOf({ CI: ci })}`,
    "--outputFile=report.json",
  ]);
  const env = { VITEST: "", VITEST_WORKER_ID: "", VITEST_POOL_ID: "" };
  const { code } = await runProgram(command, args, { env, output: "capture" });
  const report = JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
  return { code, counts: countVitest(report, folder) };
}

test("[TO21] in CI a test that fails once is named and counts as passed; one that fails twice fails", async () => {
  const { code, counts } = await countRealRun("true");
  expect(code).toBe(1);
  expect(counts).toEqual({
    passed: 2,
    failed: 1,
    notes: ["passed at the second try: three.test.mjs: a room unsteady"],
  });
});

test("[TO21] elsewhere a test has one try", async () => {
  const { counts } = await countRealRun("");
  expect(counts).toEqual({ passed: 1, failed: 2, notes: [] });
});

test("a file that does not load is one failure", () => {
  const report = { numPassedTests: 3, numFailedTests: 0, success: false, testResults: [] };
  expect(countVitest(report, ROOT)).toEqual({ passed: 3, failed: 1, notes: [] });
});

test("[TO21] of Playwright's report too, who passed at the second try is named", () => {
  const spec = (/** @type {string} */ title, /** @type {string} */ status) => ({
    file: "ui.spec.ts",
    title,
    tests: [{ status }],
  });
  const suites = [{
    specs: [spec("is calm", "expected")],
    suites: [{ specs: [spec("is late", "flaky"), spec("is wrong", "unexpected")] }],
  }];
  const stats = { expected: 1, flaky: 1, unexpected: 1 };
  expect(countPlaywright({ stats, errors: [], suites })).toEqual({
    passed: 2,
    failed: 1,
    notes: ["passed at the second try: ui.spec.ts: is late"],
  });
  const noTest = { stats: { expected: 0, flaky: 0, unexpected: 0 }, errors: [{}], suites: [] };
  expect(countPlaywright(noTest)).toEqual({ passed: 0, failed: 1, notes: [] });
});
