/**
 * Page and worker side of the scripts against each other, over random histories: what arrives, in
 * what order, and what of it was lost in between. Ports and Comlink are left out.
 */

import { fc } from "#shared/testing/properties.ts";
import { expect, test } from "vitest";
import type { PromptSegment } from "#shared/inference/mod.ts";
import type { ScriptLimits } from "../worker/scripts/limits.ts";
import type { PackedScript } from "../worker/scripts/packed-script.ts";
import { createScriptReceiver } from "../worker/take-request.ts";
import { createScriptSender } from "./script-sender.ts";

type Rooms = readonly (readonly string[])[];
type Format = "lines" | "chat";

type Step =
  | { readonly kind: "say"; readonly room: number; readonly text: string }
  | { readonly kind: "edit"; readonly room: number; readonly at: number; readonly text: string }
  | { readonly kind: "slide" | "rewind"; readonly room: number; readonly count: number }
  | { readonly kind: "fork"; readonly from: number; readonly to: number }
  | {
    readonly kind: "generate";
    readonly room: number;
    readonly persona: string;
    readonly format: Format;
  }
  /** The oldest request arrives. */
  | { readonly kind: "deliver" }
  /** What a worker asked for is sent in full and arrives, or its generation is cancelled. */
  | { readonly kind: "resend" | "cancel"; readonly pick: number }
  | { readonly kind: "drop" | "restart" };

/** Any UTF-16 units, halves of pairs included, and what texts break on. */
const text = fc.oneof(
  fc.string(),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom("", "ok", "ok\n", "\n\n", '"],["', "\\n", "I planted three rows of beans.\n"),
);
const room = fc.nat({ max: 1 });
const pick = fc.nat({ max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("say" as const), room, text }) },
  fc.record({ kind: fc.constant("edit" as const), room, at: fc.nat({ max: 8 }), text }),
  fc.record({
    kind: fc.constantFrom("slide" as const, "rewind" as const),
    room,
    count: fc.nat({ max: 3 }),
  }),
  fc.record({ kind: fc.constant("fork" as const), from: room, to: room }),
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("generate" as const),
      room,
      persona: fc.constantFrom("Ada", "Bo", "Cy"),
      format: fc.constantFrom<Format>("lines", "chat"),
    }),
  },
  { weight: 5, arbitrary: fc.constant<Step>({ kind: "deliver" }) },
  fc.record({ kind: fc.constantFrom("resend" as const, "cancel" as const), pick }),
  fc.constantFrom<Step>({ kind: "drop" }, { kind: "drop" }, { kind: "restart" }),
);
/** Small enough that scripts are evicted all the time. */
const limits: fc.Arbitrary<ScriptLimits> = fc.record({
  scriptsMax: fc.integer({ min: 1, max: 5 }),
  scriptBytesMax: fc.integer({ min: 100, max: 4_000 }),
  copyCharsMin: fc.integer({ min: 1, max: 40 }),
});

function promptOf(lines: readonly string[], persona: string, format: Format): PromptSegment[] {
  const card = `You are ${persona}, and nobody else.`;
  if (format === "lines") {
    const texts = ["Here: Ada, Bo and Cy.\n", ...lines, card];
    return texts.map((line) => ({ key: `k${line.length}`, role: "script", text: line }));
  }
  return [
    { key: persona, role: "system", text: card },
    { key: `${lines.length}`, role: "user", text: [...lines, "", `Now ${persona}.`].join("\n") },
  ];
}

function changeRooms(rooms: Rooms, change: Step): Rooms {
  const put = (at: number, lines: readonly string[]) => rooms.with(at, lines);
  const lines = (at: number) => rooms[at] ?? [];
  switch (change.kind) {
    case "say":
      return put(change.room, [...lines(change.room), change.text]);
    case "edit":
      return put(
        change.room,
        lines(change.room).map((line, at) => (at === change.at ? change.text : line)),
      );
    case "slide":
      return put(change.room, lines(change.room).slice(change.count));
    case "rewind":
      return put(change.room, lines(change.room).slice(0, -change.count || undefined));
    case "fork":
      return put(change.to, lines(change.from));
    default:
      return rooms;
  }
}

interface InFlight {
  readonly segments: readonly PromptSegment[];
  readonly packed: PackedScript;
}

/** Runs a history; returns how prompts arrived, for a look at the test itself. */
function runHistory(steps: readonly Step[], limitsOf: ScriptLimits) {
  let sender = createScriptSender(limitsOf);
  let receiver = createScriptReceiver(limitsOf);
  let rooms: Rooms = [[], []];
  let sent: readonly InFlight[] = [];
  let missing: readonly InFlight[] = [];
  const counts = { packed: 0, missing: 0, cancelled: 0 };

  function arrive(one: InFlight, script: PackedScript): "whole" | "missing" {
    const unpacked = receiver.unpack({ script: structuredClone(script) });
    if (unpacked.kind === "malformed") throw new Error(unpacked.detail);
    if (unpacked.kind === "whole") expect(unpacked.segments).toStrictEqual(one.segments);
    else sender.forget([...unpacked.keys, one.packed.key]);
    return unpacked.kind;
  }
  function deliver(): void {
    const [one, ...rest] = sent;
    if (one === undefined) return;
    sent = rest;
    if (arrive(one, one.packed) === "whole") counts.packed += one.packed.bases.length > 0 ? 1 : 0;
    else missing = [...missing, one];
  }
  function settle(at: number, isCancelled: boolean): void {
    const one = missing[at % Math.max(1, missing.length)];
    if (one === undefined) return;
    missing = missing.filter((other) => other !== one);
    if (isCancelled) counts.cancelled += 1;
    else {
      counts.missing += 1;
      expect(arrive(one, sender.packWhole(one.segments))).toBe("whole");
    }
  }
  function take(next: Step): void {
    rooms = changeRooms(rooms, next);
    switch (next.kind) {
      case "generate": {
        const segments = promptOf(rooms[next.room] ?? [], next.persona, next.format);
        sent = [...sent, { segments, packed: sender.pack(segments) }];
        return;
      }
      case "deliver":
        return deliver();
      case "resend":
      case "cancel":
        return settle(next.pick, next.kind === "cancel");
      case "drop":
        return receiver.drop();
      case "restart": // A new worker: all in flight is lost, and a new sender knows nothing.
        sender = createScriptSender(limitsOf);
        receiver = createScriptReceiver(limitsOf);
        sent = [];
        missing = [];
        return;
      default: // Only the rooms changed.
    }
  }

  for (const next of steps) take(next);
  while (sent.length > 0) deliver();
  while (missing.length > 0) settle(0, false);
  return counts;
}

test("[IN19] whatever is edited, forked, evicted, dropped, cancelled or restarted, the worker sees what was asked", () => {
  const totals = { packed: 0, missing: 0, cancelled: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120 }), limits, (steps, limitsOf) => {
      const counts = runHistory(steps, limitsOf);
      totals.packed += counts.packed;
      totals.missing += counts.missing;
      totals.cancelled += counts.cancelled;
    }),
    { numRuns: 2_000 },
  );
  // The histories did go where the rule matters.
  expect(totals.packed).toBeGreaterThan(1_000);
  expect(totals.missing).toBeGreaterThan(500);
  expect(totals.cancelled).toBeGreaterThan(50);
});
