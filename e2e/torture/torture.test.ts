import { spawn } from "node:child_process";
import { expect, onTestFinished, test } from "vitest";
import { parseArguments } from "./arguments.mjs";
import { checkLog, checkOrder, compareLogs, mergeFindings, noFindings } from "./history.ts";
import { keyNeedle, scanBytes, scanMemory, textNeedle } from "./memory-scan.ts";

const rows = (...ids: readonly string[]) => ids.map((id, index) => ({ seq: index + 1, id }));

test("a log that holds what was acknowledged where it was acknowledged is fine", () => {
  expect(checkLog(new Map([["b", 2]]), rows("a", "b", "c"))).toEqual(noFindings);
  // A log that was trimmed begins later.
  expect(checkLog(new Map([["b", 8]]), [{ seq: 7, id: "a" }, { seq: 8, id: "b" }]))
    .toEqual(noFindings);
  expect(checkOrder(["a", "b"], ["x", "a", "y", "b"])).toEqual(noFindings);
  expect(compareLogs(rows("a", "b"), rows("a", "b"))).toEqual(noFindings);
});

test("what was acknowledged and is not there is lost", () => {
  expect(checkLog(new Map([["a", 1], ["z", 2]]), rows("a")).lost).toEqual(["z"]);
  expect(checkOrder(["a", "b"], ["b"]).lost).toEqual(["a"]);
});

test("an id that is there twice is doubled", () => {
  expect(checkLog(new Map(), rows("a", "b", "a")).doubled).toEqual(["a"]);
  expect(checkOrder(["a", "b"], ["a", "b", "a"]).doubled).toEqual(["a"]);
});

test("another place, a gap, or another order than sent is reordered", () => {
  expect(checkLog(new Map([["a", 2]]), rows("a")).reordered).toHaveLength(1);
  expect(checkLog(new Map(), [{ seq: 1, id: "a" }, { seq: 3, id: "b" }]).reordered)
    .toHaveLength(1);
  expect(checkOrder(["a", "b"], ["b", "a"]).reordered).toHaveLength(1);
  expect(compareLogs(rows("a", "b"), rows("a")).reordered).toHaveLength(1);
  expect(mergeFindings([compareLogs(rows("a"), rows("b")), noFindings]).reordered).toHaveLength(1);
});

test.each([
  [["relay"], {
    what: "relay",
    store: "sqlite",
    hasPeople: false,
    kills: 10,
    stops: 10,
    seed: 7,
    jsonFile: undefined,
  }],
  [["relay", "--store", "redis", "--people", "--rounds", "50"], {
    what: "relay",
    store: "redis",
    hasPeople: true,
    kills: 50,
    stops: 10,
    seed: 7,
    jsonFile: undefined,
  }],
  [["--", "relay", "--store", "do", "--rounds", "3", "--stops", "0", "--json", "x"], {
    ...{ what: "relay", store: "do", hasPeople: false, kills: 3, stops: 0, seed: 7, jsonFile: "x" },
  }],
  [["tab", "--rounds", "2"], { what: "tab", rounds: [1, 2], seed: 7, jsonFile: undefined }],
  [["host", "--rounds", "3", "--json", "x"], { what: "host", each: 3, seed: 7, jsonFile: "x" }],
  [["download", "--seeds", "3"], {
    ...{ what: "download", seeds: [7, 8, 9], seed: 7, jsonFile: undefined },
  }],
  [["download", "--only", "12"], {
    ...{ what: "download", seeds: [12], seed: 7, jsonFile: undefined },
  }],
  [["tab", "--only", "31", "--seed", "4"], {
    ...{ what: "tab", rounds: [31], seed: 4, jsonFile: undefined },
  }],
])("the words %j ask for %j", (words, value) => {
  expect(parseArguments(words, 7)).toEqual({ ok: true, value });
});

test.each([
  [[], "Say what to torture: relay, tab, host or download"],
  [["app"], "Say what to torture: relay, tab, host or download"],
  [["relay", "--rounds"], "--rounds wants a value"],
  [["relay", "--loud", "1"], "There is no option --loud of relay"],
  [["tab", "--stops", "1"], "There is no option --stops of tab"],
  [["tab", "--rounds", "0"], "--rounds and --only want a whole number from 1 to 1000"],
  [["tab", "--rounds", "2", "--only", "1"], "--only is one round: --rounds does not go with it"],
  [
    ["relay", "--rounds", "0"],
    "--rounds and --stops want whole numbers from 0 to 1000, not both 0",
  ],
  [["relay", "--store", "do", "--people"], "--people is for sqlite and redis"],
  [["relay", "--store", "memory"], "--store is sqlite, redis or do"],
  [["relay", "--seed", "x"], "--seed wants a whole number"],
])("the words %j are refused: %s", (words, message) => {
  const parsed = parseArguments(words, 7);
  expect("message" in parsed && parsed.message.split("\n")[0]).toBe(message);
});

const MARKER = "the heron stands at dawn";
const KEY = new Uint8Array(32).map((_, index) => index * 71 + 251);
const needles = [textNeedle("marker", MARKER), keyNeedle("key", KEY)];

test.each([
  ["UTF-8", Buffer.from(`xx${MARKER}yy`)],
  ["UTF-16LE", Buffer.from(`xx${MARKER}yy`, "utf16le")],
  ["base64 at 0", Buffer.from(Buffer.from(`${MARKER}.`).toString("base64"))],
  ["base64 at 1", Buffer.from(Buffer.from(`x${MARKER}.`).toString("base64url"))],
  ["base64 at 2", Buffer.from(Buffer.from(`xx${MARKER}..`).toString("base64"))],
  ["base64 at 0 in UTF-16LE", Buffer.from(Buffer.from(MARKER).toString("base64"), "utf16le")],
])("a text is found as %s", (form, bytes) => {
  expect(scanBytes("x", bytes, needles).found).toContain(`marker as ${form}`);
});

test.each([
  ["raw", Buffer.concat([Buffer.from("x"), KEY])],
  ["hex", Buffer.from(`x${Buffer.from(KEY).toString("hex")}`)],
  ["base64url at 0", Buffer.from(Buffer.from(KEY).toString("base64url"))],
  ["base64 at 0", Buffer.from(Buffer.from(KEY).toString("base64"))],
])("a key is found as %s", (form, bytes) => {
  expect(scanBytes("x", bytes, needles).found).toContain(`key as ${form}`);
});

test("what is not there is not found", () => {
  const other = Buffer.from("the heron stood at dawn, and again the heron stands at dusk");
  expect(scanBytes("x", other, needles).found).toEqual([]);
});

test("a process without memory to read is refused with a reason, never clean", async () => {
  const child = spawn(process.execPath, ["--eval", ""]);
  onTestFinished(() => void child.kill());
  await new Promise((resolve) => child.once("exit", resolve));
  const scan = scanMemory(child.pid ?? 0, needles);
  expect(scan).toMatchObject({
    kind: "refused",
    reason: expect.stringContaining("cannot be read"),
  });
});
