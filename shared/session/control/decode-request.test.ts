import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { childLimits } from "../children/limits.ts";
import { decodeRequest, methodNames } from "./decode-request.ts";
import { controlLimits as limits } from "./limits.ts";
import { matrix } from "./matrix.ts";
import type { SessionCall } from "./requests.ts";

const ended = (result: unknown): unknown => ({ kind: "ended", child: "ada~1", result });
const whole: readonly SessionCall[] = [
  { method: "run", text: "Hello", whenBusy: "refuse" },
  { method: "notify", text: "News", autoRun: false, correlationId: "c" },
  { method: "notify", text: "News", autoRun: true },
  { method: "child-event", event: { kind: "spawned", child: "ada~1", task: "look" } },
  { method: "child-event", event: { kind: "stopped", child: "ada~1", reason: "" } },
  {
    method: "child-event",
    event: {
      kind: "ended",
      child: "ada~1",
      result: { kind: "limit-reached", limit: "steps" },
      runId: "r1",
      text: "",
    },
  },
  { method: "resume" },
  { method: "cancel" },
  { method: "pause" },
  { method: "compact" },
  { method: "list-rewind-targets" },
  { method: "rewind", to: 0, expectHead: 7 },
  { method: "shutdown" },
  { method: "list-completions", of: "memory", prefix: "" },
  { method: "list-visible" },
  { method: "inspect", session: "ada" },
  { method: "attach-or-restore", session: "ada~1" },
  { method: "set-tools", rules: [{ tool: "*", decision: "ask", matches: "*boat*" }] },
  { method: "answer-permission", callId: "c1", decision: "deny" },
  { method: "edit-memory", id: "m1", text: "Likes tea" },
  { method: "read-log", before: 40 },
];
const frame = (call: unknown): Record<string, unknown> => ({
  requestId: "rq",
  roomId: "room",
  session: "ada",
  call,
});
const refusalOf = (value: unknown): unknown => {
  const decoded = decodeRequest(value);
  return decoded.ok ? undefined : decoded.error;
};

test("[SC61] every method is read as it was sent, and nothing that nobody knows", () => {
  for (const call of whole) {
    const sent = JSON.parse(JSON.stringify({ ...frame({ ...call, extra: 1 }), more: 2 }));
    expect(decodeRequest(sent)).toEqual({ ok: true, value: frame(call) });
  }
  expect(new Set(whole.map(({ method }) => method))).toEqual(new Set(methodNames));
  expect(methodNames).toEqual(expect.arrayContaining(Object.keys(matrix)));
});

test("[SC61] a note that is to be forgotten has no text, in JSON null", () => {
  const forget = { ok: true, value: frame({ method: "edit-memory", id: "m1" }) };
  expect(decodeRequest(frame({ method: "edit-memory", id: "m1" }))).toEqual(forget);
  expect(decodeRequest(frame({ method: "edit-memory", id: "m1", text: null }))).toEqual(forget);
});

test.each([
  [undefined, ""],
  [null, ""],
  ["{}", ""],
  [[], ""],
  [{ ...frame({ method: "pause" }), requestId: 7 }, "requestId"],
  [{ ...frame({ method: "pause" }), requestId: " " }, "requestId"],
  [{ ...frame({ method: "pause" }), roomId: undefined }, "roomId"],
  [{ ...frame({ method: "pause" }), session: "" }, "session"],
  [frame(undefined), "call"],
  [frame({}), "call.method"],
  [frame({ method: "run", text: "x" }), "whenBusy"],
  [frame({ method: "run", text: "  ", whenBusy: "queue" }), "text"],
  [frame({ method: "notify", text: "x", autoRun: 1 }), "autoRun"],
  [frame({ method: "rewind", to: -1, expectHead: 0 }), "to"],
  [frame({ method: "rewind", to: 0, expectHead: 0.5 }), "expectHead"],
  [frame({ method: "list-completions", of: "file", prefix: "" }), "of"],
  [frame({ method: "child-event", event: 1 }), "event"],
  [frame({ method: "child-event", event: { kind: "born", child: "a" } }), "event.kind"],
  [frame({ method: "child-event", event: ended({ kind: "done" }) }), "event.result"],
  [frame({ method: "child-event", event: ended({ kind: "limit-reached" }) }), "limit"],
  [frame({ method: "set-tools", rules: {} }), "rules"],
  [frame({ method: "set-tools", rules: [{ tool: "a" }] }), "rules.0"],
  [frame({ method: "answer-permission", callId: "c", decision: "ask" }), "decision"],
])("[SC61] %j is invalid in %s", (value, field) => {
  expect(refusalOf(value)).toMatchObject({ error: { kind: "request-invalid", field } });
});

test("[SC61] what is too large is refused with its limit, and the request's id", () => {
  const text = "x".repeat(limits.textCharsMax + 1);
  expect(refusalOf(frame({ method: "run", text, whenBusy: "queue" }))).toEqual({
    requestId: "rq",
    error: { kind: "too-large", field: "text", max: limits.textCharsMax },
  });
  const rules = Array(childLimits.rulesMax + 1).fill({ tool: "*", decision: "ask" });
  expect(refusalOf(frame({ method: "set-tools", rules }))).toMatchObject({
    error: { kind: "too-large", field: "rules" },
  });
});

test.each(["toString", "__proto__", "constructor", "Run", ""])(
  "[SC61] no method is called %j",
  (method) => {
    expect(refusalOf(frame({ method }))).toEqual({
      requestId: "rq",
      error: { kind: "method-unknown", method },
    });
  },
);

test("[SC61] nothing that arrives makes the decoder throw", () => {
  const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true });
  const near = fc.record({
    requestId: fc.oneof(fc.string(), anything),
    roomId: fc.oneof(fc.constant("room"), anything),
    session: fc.oneof(fc.constant("ada"), anything),
    call: fc.oneof(
      anything,
      fc.tuple(fc.constantFrom(...whole), fc.dictionary(fc.string(), anything))
        .map(([call, more]) => ({ ...call, ...more })),
      fc.record({
        method: fc.constantFrom(...methodNames),
        text: anything,
        event: anything,
        rules: fc.oneof(anything, fc.array(anything)),
        to: anything,
        session: anything,
      }, { requiredKeys: ["method"] }),
    ),
  }, { requiredKeys: [] });
  fc.assert(
    fc.property(fc.oneof(anything, near), (value) => {
      const decoded = decodeRequest(value);
      if (decoded.ok) expect(methodNames).toContain(decoded.value.call.method);
      else expect(decoded.error.error).toHaveProperty("kind");
    }),
    { numRuns: 2_000 },
  );
});
