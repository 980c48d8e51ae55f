/**
 * What a room's prompts cost between page and worker, with the product's own layouts. Figures:
 * `npx vitest run web/adapters/script-traffic.test.ts --reporter=verbose`.
 */

import { fc } from "#shared/testing/properties.ts";
import { expect, test } from "vitest";
import type { GenerateRequest, PromptSegment } from "#shared/inference/mod.ts";
import { layoutPrompt, type LayoutRequest } from "#shared/personas/mod.ts";
import { scriptLimits } from "../worker/scripts/limits.ts";
import type { PackedScript } from "../worker/scripts/packed-script.ts";
import { createScriptReceiver } from "../worker/take-request.ts";
import { createScriptSender } from "./script-sender.ts";

type Line = LayoutRequest["lines"][number];

const PERSONAS = ["Ada", "Bo", "Cy"].map((name) => ({
  name,
  gist: `${name} is a gardener who likes beans, rain and short sentences`,
  description: `${name} has lived beside the old garden for years. `.repeat(12),
}));

function promptOf(
  format: LayoutRequest["format"],
  lines: readonly Line[],
  speaker: (typeof PERSONAS)[number],
  tokensMax: number,
) {
  const others = PERSONAS.filter((one) => one !== speaker);
  const addressed = { kind: lines.length % 2 === 0 ? "all" : "you" } as const;
  return layoutPrompt({ format, speaker, others, people: ["Mika"], lines, addressed, tokensMax });
}

const jsonBytes = (value: unknown): number =>
  new TextEncoder().encode(JSON.stringify(value)).length;

/** What crosses as text, of a prompt that is not copied. */
const freshText = ({ parts }: PackedScript): string =>
  parts.filter((part) => typeof part === "string").join("");

function requestOf(segments: readonly PromptSegment[], stop: readonly string[]): GenerateRequest {
  return {
    requestId: "in_0123456789/1/0",
    persona: "ps_0123456789",
    segments,
    continueText: "",
    stop,
    seed: 1,
    temperature: 0.7,
    topP: 0.95,
    tokensMax: 160,
  };
}

/** One room's talk: each prompt is packed, must arrive as it was, and is handed to `onSent`. */
function openRoom(
  format: LayoutRequest["format"],
  tokensMax: number,
  onSent: (request: GenerateRequest, script: PackedScript) => void,
) {
  const sender = createScriptSender(scriptLimits);
  const receiver = createScriptReceiver(scriptLimits);
  const lines: Line[] = [];
  const say = (author: string, isPersona: boolean, rest: string) =>
    lines.push({ author, isPersona, text: `Line ${lines.length} of our talk ${rest}` });
  return {
    say,
    generate(speaker: (typeof PERSONAS)[number]): void {
      const { segments, stop } = promptOf(format, lines, speaker, tokensMax);
      const script = sender.pack(segments);
      expect(receiver.unpack({ script: script })).toStrictEqual({ kind: "whole", segments });
      onSent(requestOf(segments, stop), script);
    },
  };
}

interface Figures {
  readonly generations: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Of one generation behind the room's first. */
  readonly bytesWarmMax: number;
}

/** A room of 60 lines goes on for 10 turns: a person's line, then a reply of each persona. */
function measureRoom(format: LayoutRequest["format"], tokensMax: number): Figures {
  const sizes: { readonly before: number; readonly after: number }[] = [];
  const room = openRoom(format, tokensMax, (request, script) => {
    const { segments: _, ...rest } = request;
    sizes.push({ before: jsonBytes(request), after: jsonBytes({ ...rest, script }) });
  });
  const rest = "is about beans, the rain and what we do on Sunday.";
  for (let line = 0; line < 60; line += 1) room.say(PERSONAS[line % 3]?.name ?? "", true, rest);
  for (let turn = 0; turn < 10; turn += 1) {
    room.say("Mika", false, rest);
    for (const speaker of PERSONAS) {
      room.generate(speaker);
      room.say(speaker.name, true, rest);
    }
  }
  return {
    generations: sizes.length,
    bytesBefore: sizes.reduce((sum, { before }) => sum + before, 0),
    bytesAfter: sizes.reduce((sum, { after }) => sum + after, 0),
    bytesWarmMax: Math.max(...sizes.slice(1).map(({ after }) => after)),
  };
}

test.for(
  [
    ["chat", 4_096, 9],
    ["chat", 2_048, 7],
    ["starter-script", 4_096, 14],
    ["starter-script", 320, 2],
  ] as const,
)(
  "[IN18] 60 lines, 10 turns of 3 personas, %s in %d tokens: over %d times fewer bytes",
  async ([format, tokensMax, ratio], { annotate }) => {
    const figures = measureRoom(format, tokensMax);
    await annotate(JSON.stringify(figures));
    expect(figures.generations).toBe(30);
    expect(figures.bytesAfter * ratio).toBeLessThan(figures.bytesBefore);
    // A persona's card of 600 characters comes with its first prompt.
    expect(figures.bytesWarmMax).toBeLessThan(format === "chat" ? 1_400 : 600);
  },
);

test("[IN18] in a warm room each line crosses once, also when old lines leave the window", () => {
  const spoken = fc.record({
    persons: fc.array(fc.string({ maxLength: 200 }), { minLength: 1, maxLength: 3 }),
    speakers: fc.subarray(PERSONAS, { minLength: 1 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom("chat" as const, "starter-script" as const),
      fc.integer({ min: 700, max: 3_000 }),
      fc.array(spoken, { minLength: 2, maxLength: 20 }),
      (format, tokensMax, turns) => {
        const crossed: string[] = [];
        let freshChars = 0;
        // 700 for a persona's card; for a prompt its cue and keys, for a line its name and key.
        let charsMax = PERSONAS.length * 700;
        const room = openRoom(format, tokensMax, (_, script) => {
          const fresh = freshText(script);
          crossed.push(...[...fresh.matchAll(/Line \d+ of our talk/g)].map(([mark]) => mark));
          freshChars += fresh.length;
          charsMax += 300;
        });
        const say = (author: string, isPersona: boolean, rest: string) => {
          room.say(author, isPersona, rest);
          charsMax += JSON.stringify(rest).length + 80;
        };
        for (const { persons, speakers } of turns) {
          for (const rest of persons) say("Mika", false, rest);
          for (const speaker of speakers) {
            room.generate(speaker);
            say(speaker.name, true, "is about beans.");
          }
        }
        expect(crossed.filter((line, index) => crossed.indexOf(line) !== index)).toEqual([]);
        expect(freshChars).toBeLessThan(charsMax);
      },
    ),
    { numRuns: 300 },
  );
});
