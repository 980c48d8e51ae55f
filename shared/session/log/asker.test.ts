import { expect, test } from "vitest";
import type { InputOrigin } from "../../ports/peer-store.ts";
import { askerText, nameOfAsker } from "./asker.ts";
import { segmentText } from "./segment-text.ts";

test.each<[InputOrigin, string, string]>([
  [{ kind: "person" }, "person", "A person"],
  [{ kind: "room" }, "room", "The room"],
  [{ kind: "system" }, "system", "This device"],
  [{ kind: "session", session: "ada~1" }, "ada~1", "ada~1"],
  [{ kind: "external", source: "cron" }, "cron", "cron"],
])("[SC86] %j is %s in the log and %s in a prompt", (origin, name, text) => {
  const from = nameOfAsker(origin);
  expect([from, askerText(from)]).toEqual([name, text]);
  expect(segmentText({ kind: "asked", runId: "r", from, text: "Why?" })).toBe(
    `${text} asked: Why?`,
  );
});
