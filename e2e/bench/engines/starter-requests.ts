/** What the starter is asked: one prompt at a time, and four personas over one talk. */

import type { GenerateRequest } from "../../../shared/inference/engine.ts";

const ROOM = "<|room|>Here: Rhoda, Mirko and Ulrike.\n";
const PEOPLE = ["Ulrike", "Mirko", "Ulrike", "Mirko"];
const SAID = [
  "good morning to you all, what did you do today?",
  "I got up early today and drank a cup of tea by the window.",
  "tell me, do you like a long walk in the old garden?",
  "yes, I like the garden and the tall trees that stand there.",
];
const CAST = [
  "Rhoda: a household robot that blinks a lot",
  "Tansy: a gardener who counts everything twice",
  "Orin: an old sailor who fears the water",
  "Vera: a baker who sings to her bread",
];
const TURNS = ["what do you think?", "and what then?", "is there more?"];

const request = (
  segments: GenerateRequest["segments"],
  overrides: Partial<GenerateRequest>,
): GenerateRequest => ({
  requestId: "rq",
  persona: "ps",
  segments,
  continueText: "",
  stop: [],
  seed: 3,
  temperature: 0,
  topP: 1,
  tokensMax: 24,
  ...overrides,
});

/** A prompt that nothing of an earlier one fits to. */
export function aloneRequest(round: number): GenerateRequest {
  const talk = SAID.map((text, at) => `${PEOPLE[at]}: ${text}\n`).join("");
  const text = `${ROOM}Mirko: this is day ${round}.\n${talk}` +
    `<|cue|>${CAST[round % CAST.length]} | for all\n<|reply|>`;
  return request([{ key: `alone ${round}`, role: "script", text }], {
    seed: round,
    temperature: 0.3,
    topP: 0.8,
    tokensMax: 60,
  });
}

/** Three turns of four personas, each prompt the room's part and her own; rounds share nothing. */
export function forkRequests(round: number): readonly GenerateRequest[] {
  const begin = [
    `${ROOM}Mirko: this is talk ${round}.\n`,
    ...[0, 1].flatMap((day) => SAID.map((text, at) => `${PEOPLE[(at + day) % 4]}: ${text}\n`)),
  ].join("");
  return TURNS.flatMap((_, turn) => {
    const talk = [begin, ...TURNS.slice(0, turn + 1).map((text) => `Ulrike: ${text}\n`)];
    return CAST.map((card) =>
      request([
        ...talk.map((text) => ({ key: text, role: "script" as const, text })),
        { key: card, role: "script", text: `<|cue|>${card} | for all\n<|reply|>` },
      ], { tokensMax: 8 })
    );
  });
}
