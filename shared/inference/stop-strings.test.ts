import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { emptyStopScan, flushStopText, pushStopText } from "./stop-strings.ts";

function run(pieces: readonly string[], stops: readonly string[]) {
  let scan = emptyStopScan;
  const shown: string[] = [];
  for (const piece of pieces) {
    const step = pushStopText(scan, piece, stops);
    scan = step.scan;
    shown.push(step.text);
  }
  return { shown, rest: flushStopText(scan), stopped: scan.stopped };
}

test.each<[
  title: string,
  pieces: readonly string[],
  stops: readonly string[],
  shown: readonly string[],
  rest: string,
]>([
  ["no stop strings", ["a", "b"], [], ["a", "b"], ""],
  ["a stop string in one piece", ["ab\ncd"], ["\n"], ["ab"], ""],
  ["over three pieces", ["Hi", "\nA", "d", "a:", "x"], ["\nAda:"], ["Hi", "", "", "", ""], ""],
  ["one that does not come", ["Hi", "\nA", "nn"], ["\nAda:"], ["Hi", "", "\nAnn"], ""],
  ["one half at the end", ["Hi\nAd"], ["\nAda:"], ["Hi"], "\nAd"],
  ["the earlier of two", ["a|b#c"], ["#", "|"], ["a"], ""],
  ["one that begins inside another", ["aab"], ["ab"], ["a"], ""],
  ["a repeated beginning", ["a", "a", "a", "b"], ["aab"], ["", "", "a", ""], ""],
])("[IN7] %s", (_title, pieces, stops, shown, rest) => {
  expect(run(pieces, stops)).toMatchObject({ shown, rest });
});

test("[IN7] for every way to cut a text the shown part is the text before the stop", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });
  const stops = fc.array(
    fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 }),
    {
      maxLength: 3,
    },
  );
  fc.assert(fc.property(fc.array(letters, { maxLength: 8 }), stops, (pieces, stopStrings) => {
    const whole = pieces.join("");
    const ends = stopStrings.map((stop) => whole.indexOf(stop)).filter((at) => at >= 0);
    const expected = ends.length === 0 ? whole : whole.slice(0, Math.min(...ends));
    const { shown, rest } = run(pieces, stopStrings);
    // A stop string may end earlier than one that began before it: then it is met first.
    const seen = shown.join("") + rest;
    expect(whole.startsWith(seen) && seen.length >= expected.length).toBe(true);
    for (const stop of stopStrings) expect(seen.includes(stop)).toBe(false);
  }));
});
