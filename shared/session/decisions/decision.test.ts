import { expect, test } from "vitest";
import { choiceTokensMin } from "../../inference/check-choices.ts";
import { toolOf } from "../../testing/fakes/run-kit.ts";
import { toolLimits } from "../tools/limits.ts";
import { askUntilRead, type Decided, decisionLimits, holdTo } from "./decision.ts";
import { readSpeech } from "./pass-rule.ts";
import { toolDecision } from "./tool-choice.ts";
import { voteDecision } from "./vote.ts";

const vote = voteDecision([{ name: "Ann", speaker: "ps_1" }, { name: "Bo Li", speaker: "ps_2" }]);
const tools = [toolOf("search_room")];
const tool = toolDecision(tools, tools, toolLimits);
const plain = { tokensMax: 4, stop: ["\n"] };
const able = (constrainsChoice: boolean, constrainsJson: boolean) => ({
  constrainsChoice,
  constrainsJson,
});

test("[IN96] an engine is held to the answers as far as it promises that", () => {
  const tokensMax = choiceTokensMin(["Ann", "Bo Li"]);
  const choices = ["Ann", "Bo Li"];
  expect(holdTo(vote.answers, able(true, false), plain)).toEqual({ ...plain, choices, tokensMax });
  const roomy = { tokensMax: 900, stop: [] };
  expect(holdTo(vote.answers, able(true, true), roomy)).toEqual({ ...roomy, choices });
  expect(holdTo(vote.answers, able(false, true), plain)).toEqual(plain);
  const held = holdTo(tool.answers, able(false, true), plain);
  expect(held).toMatchObject({ tokensMax: 4, stop: [], json: { schema: expect.any(String) } });
  expect(holdTo(tool.answers, able(true, false), plain)).toEqual(plain);
  // Who may be silent may say anything: nothing is held.
  expect(holdTo(undefined, able(true, true), plain)).toEqual(plain);
});

test.each<[text: string, spoken: string, voted: string, called: string]>([
  ["PASS", "declined", "declined", "unreadable"],
  [" pass. \n", "declined", "declined", "unreadable"],
  ["PASS..", "chosen", "unreadable", "unreadable"],
  ["", "unreadable", "unreadable", "unreadable"],
  [" \n", "unreadable", "unreadable", "unreadable"],
  ["Ann", "chosen", "chosen", "unreadable"],
  ["I pass to Ann", "chosen", "chosen", "unreadable"],
  ['{"choice": "Bo Li"}', "chosen", "chosen", "unreadable"],
  ['{"tool":"none"}', "chosen", "unreadable", "declined"],
  ['{"tool":"search_room","args":{"about":"x"}}', "chosen", "unreadable", "chosen"],
])("[IN96] %j is %s as words, %s as a vote, %s as a call", (text, spoken, voted, called) => {
  expect(readSpeech(text).kind).toBe(spoken);
  expect(vote.read(text).kind).toBe(voted);
  expect(tool.read(text).kind).toBe(called);
});

test("[IN96] what cannot be read is told as it came, with one line for the next try", () => {
  expect(vote.read("Carl\nor Dora")).toEqual({
    kind: "unreadable",
    raw: "Carl\nor Dora",
    problem: "It names none of Ann, Bo Li",
  });
});

async function ask(replies: readonly string[]) {
  const problems: (string | undefined)[] = [];
  const decided = await askUntilRead<Decided<string> | undefined>((problem) => {
    const reply = replies[problems.length];
    problems.push(problem);
    return Promise.resolve(reply === undefined ? undefined : vote.read(reply));
  }, (answer) => answer);
  return { decided, problems };
}

test("[IN96] an answer that cannot be read is asked for again with what was wrong, so often", async () => {
  const wrong = "It names none of Ann, Bo Li";
  expect(await ask(["Ann"])).toMatchObject({ decided: { choice: "ps_1" }, problems: [undefined] });
  expect(await ask(["Carl", "Bo Li"])).toMatchObject({
    decided: { choice: "ps_2" },
    problems: [undefined, wrong],
  });
  const never = await ask(["Carl", "Dora", "Ann"]);
  expect(never.decided).toMatchObject({ kind: "unreadable", raw: "Dora" });
  expect(never.problems).toHaveLength(decisionLimits.triesMax);
});

test("[IN96] a choice of nothing, and an end without an answer, are not asked for again", async () => {
  expect(await ask(["PASS", "Ann"])).toMatchObject({ decided: { kind: "declined" } });
  expect((await ask([])).problems).toEqual([undefined]);
});
