/**
 * What a shared script saves, by web-llm's own rule of reuse. Figures:
 * `npx vitest run web/worker/web-llm/shared-script.test.ts --reporter=verbose`.
 */

import { expect, test } from "vitest";
import {
  chatSpeakCue,
  chatStops,
  keepReply,
  layoutPrompt,
  type LayoutRequest,
  layoutScript,
  type ReplyFate,
  type ScriptLine,
  type SharedScript,
} from "#shared/personas/mod.ts";
import type { PromptSegment } from "#shared/inference/mod.ts";
import { estimateTokens, type HeldConversation, heldTokens } from "./chat-request.ts";

const CAST = ["Ada", "Bo", "Cy", "Di"].map((name) => ({
  name,
  gist: `${name} keeps a garden, likes plain words and answers with one picture`,
  description: `${name} has lived beside the old garden for years. `.repeat(4),
}));
const TURNS = 3;
const REPLY = "I would plant them in the shade, and water them before the sun is over the wall.";

/** 600 tokens by four bytes a token. */
const TRANSCRIPT: readonly ScriptLine[] = Array.from({ length: 24 }, (_, index) => ({
  seq: index + 1,
  author: "Mika",
  isPersona: false,
  text: `Line ${index} of a talk about beans, rain, the wall and whatever else grows in a garden.`
    .padEnd(94, "."),
}));

interface Counted {
  prefilled: number;
  held: HeldConversation | undefined;
}

function prefill(counted: Counted, segments: readonly PromptSegment[]): void {
  const cached = heldTokens(counted.held, segments);
  counted.prefilled += estimateTokens(segments) - cached;
  const reply = { key: "", role: "assistant", text: REPLY } as const;
  const all = [...segments, reply];
  counted.held = { segments: all, tokens: estimateTokens(all) };
}

test("[PL63] four personas, three turns: a shared script prefills at most 30 % of own prompts", () => {
  const naive: Counted = { prefilled: 0, held: undefined };
  const shared: Counted = { prefilled: 0, held: undefined };
  let script: SharedScript | undefined;
  let lines = TRANSCRIPT;
  const fates = new Map<string, ReplyFate>();
  const add = (line: Omit<ScriptLine, "seq">): number => {
    const seq = lines.length + 1;
    lines = [...lines, { ...line, seq }];
    return seq;
  };
  for (let turn = 0; turn < TURNS; turn += 1) {
    add({ author: "Mika", isPersona: false, text: `And what of row ${turn}, what would you do?` });
    for (const speaker of CAST) {
      const request: LayoutRequest = {
        format: "chat",
        speaker,
        others: CAST.filter((one) => one !== speaker),
        people: ["Mika"],
        lines,
        addressed: { kind: "all" },
        tokensMax: 3_900,
      };
      prefill(naive, layoutPrompt(request).segments);
      const step = layoutScript(script, {
        ...request,
        ...{
          roomId: "rm",
          castKey: "cast",
          replyId: `${turn}/${speaker.name}`,
          asked: "line",
          lines,
        },
        ...{ cue: chatSpeakCue(request), stop: chatStops(request) },
        fateOf: ({ id }) => fates.get(id) ?? { kind: "open" },
      });
      prefill(shared, step.layout.segments);
      script = keepReply(step.draft, REPLY, estimateTokens(step.layout.segments));
      const seq = add({ author: speaker.name, isPersona: true, text: REPLY });
      fates.set(`${turn}/${speaker.name}`, { kind: "line", seq });
    }
  }
  const ratio = shared.prefilled / naive.prefilled;
  console.info(`prefilled tokens: ${naive.prefilled} naive, ${shared.prefilled} shared, ${ratio}`);
  expect(ratio).toBeLessThanOrEqual(0.3);
});
