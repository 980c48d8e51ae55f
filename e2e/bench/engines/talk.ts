/**
 * The talk that prefill is counted in: four personas over a transcript of 600 tokens (four bytes
 * each), three turns in a row. Every prompt is laid out by the product, once as one script that
 * only grows and once as a prompt of each persona's own, over the same lines.
 */

import type { GenerateRequest, PromptSegment } from "../../../shared/inference/engine.ts";
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
} from "../../../shared/personas/mod.ts";
import {
  estimateTokens,
  type HeldConversation,
  heldTokens,
} from "../../../web/worker/web-llm/chat-request.ts";

/** What became of one prompt. */
export interface Answer {
  readonly text: string;
  readonly promptTokens: number;
  readonly cachedTokens: number;
}

export type Ask = (request: GenerateRequest) => Promise<Answer>;

/** Tokens read, by request. */
export interface Prefilled {
  readonly shared: readonly number[];
  readonly naive: readonly number[];
}

const TURNS = 3;
const LINES = 24;
const TOKENS_MAX = 3_600;
const REPLY_TOKENS_MAX = 200;
const CAST = ["Ada", "Bo", "Cy", "Di"].map((name) => ({
  name,
  gist: "the one who sees how people use water and who makes them do it",
  description: "has been here from the first day and has seen how people do it. ".repeat(3),
}));

/** Words that the generated tokeniser knows: about four bytes a token, as of a real one. */
const LINE = "this is the way people use water and oil so that more of them have it each day now";

const TRANSCRIPT: readonly ScriptLine[] = Array.from({ length: LINES }, (_, index) => ({
  seq: index + 1,
  author: "Mika",
  isPersona: false,
  text: `${LINE} and ${LINE.split(" ")[index % 17]}`,
}));

/** Lays the talk out and asks for every reply; the naive prompts are asked over the same lines. */
export async function runTalk(
  ask: { readonly shared: Ask; readonly naive: Ask },
): Promise<Prefilled> {
  const counts = { shared: [] as number[], naive: [] as number[] };
  const naiveRequests: GenerateRequest[] = [];
  let lines = TRANSCRIPT;
  let script: SharedScript | undefined;
  const fates = new Map<string, ReplyFate>();
  const add = (line: Omit<ScriptLine, "seq">): number => {
    lines = [...lines, { ...line, seq: lines.length + 1 }];
    return lines.length;
  };
  for (let turn = 0; turn < TURNS; turn += 1) {
    add({ author: "Mika", isPersona: false, text: `what would you do on day ${turn}?` });
    for (const speaker of CAST) {
      const layout: LayoutRequest = {
        format: "chat",
        speaker,
        others: CAST.filter((one) => one !== speaker),
        people: ["Mika"],
        lines,
        addressed: { kind: "all" },
        tokensMax: TOKENS_MAX,
      };
      const replyId = `${turn}/${speaker.name}`;
      const step = layoutScript(script, {
        ...layout,
        ...{ roomId: "rm", castKey: "cast", replyId, asked: "line", lines },
        ...{ cue: chatSpeakCue(layout), stop: chatStops(layout) },
        fateOf: ({ id }) => fates.get(id) ?? { kind: "open" },
      });
      const asked = { replyId, persona: speaker.name, stop: step.layout.stop };
      const said = await ask.shared(requestOf(step.layout.segments, asked));
      counts.shared.push(said.promptTokens - said.cachedTokens);
      script = keepReply(step.draft, said.text, said.promptTokens);
      naiveRequests.push(requestOf(layoutPrompt(layout).segments, asked));
      const text = said.text.trim();
      fates.set(replyId, {
        kind: "line",
        seq: add({ author: speaker.name, isPersona: true, text }),
      });
    }
  }
  for (const request of naiveRequests) {
    const said = await ask.naive(request);
    counts.naive.push(said.promptTokens - said.cachedTokens);
  }
  return counts;
}

function requestOf(
  segments: readonly PromptSegment[],
  { replyId, persona, stop }: {
    readonly replyId: string;
    readonly persona: string;
    readonly stop: readonly string[];
  },
): GenerateRequest {
  return {
    requestId: replyId,
    persona,
    segments,
    continueText: "",
    stop,
    seed: replyId.length + replyId.charCodeAt(0) * 31 + replyId.charCodeAt(2),
    temperature: 1,
    topP: 1,
    tokensMax: REPLY_TOKENS_MAX,
  };
}

const REPLY = "I would have them use less of it in the first part of the day, and more at the end.";

/** web-llm's rule of reuse as the adapter computes it, over four bytes a token; no engine. */
export function createRule(): Ask {
  let held: HeldConversation | undefined;
  return ({ segments }) => {
    const promptTokens = estimateTokens(segments);
    const cachedTokens = heldTokens(held, segments);
    const all = [...segments, { key: "", role: "assistant", text: REPLY } as const];
    held = { segments: all, tokens: estimateTokens(all) };
    return Promise.resolve({ text: REPLY, promptTokens, cachedTokens });
  };
}
