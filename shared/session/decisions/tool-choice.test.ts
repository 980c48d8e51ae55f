import { expect, test } from "vitest";
import { fc } from "../../testing/properties.ts";
import { toolOf } from "../../testing/fakes/run-kit.ts";
import { checkArgs } from "../tools/check-args.ts";
import { toolLimits as limits } from "../tools/limits.ts";
import type { ToolArgument } from "../tools/tool.ts";
import { toolDecision } from "./tool-choice.ts";

const about: ToolArgument = {
  name: "about",
  type: "string",
  isRequired: true,
  about: "What.",
  max: 20,
};
const count: ToolArgument = {
  name: "count",
  type: "integer",
  isRequired: false,
  about: "How many.",
  max: 9,
};
const search = toolOf("search", { args: [about, count] });
const list = toolOf("list", { args: [] });
const tools = [search, list];
const decision = toolDecision(tools, tools, limits);

const read = (text: string): unknown => {
  const decided = decision.read(text);
  if (decided.kind === "unreadable") return decided.problem;
  return decided.kind === "declined" ? "none" : [decided.choice.tool.name, decided.choice.args];
};

test.each<[title: string, text: string, choice: unknown]>([
  ["a call", '{"tool":"search","args":{"about":"cats"}}', ["search", { about: "cats" }]],
  ["none", '{"tool":"none"}', "none"],
  ["none with empty arguments", '{"tool":"none","args":{}}', "none"],
  ["a call without arguments", '{"tool":"list"}', ["list", {}]],
  ["fences", '```json\n{"tool":"none"}\n```', "none"],
  ["prose around it", 'I think {"tool":"list"} is best.', ["list", {}]],
  ["the first of several", '{"tool":"list"} {"tool":"none"}', ["list", {}]],
  ["braces in prose before it", 'Well {hm} {"tool":"none"}', "none"],
  ["an outer brace too many", '{ {"tool":"none"} }', "none"],
  ["braces inside a text", '{"tool":"search","args":{"about":"a } { b"}}', [
    "search",
    { about: "a } { b" },
  ]],
  ["quotes inside a text", '{"tool":"search","args":{"about":"say \\"hi\\" }"}}', [
    "search",
    { about: 'say "hi" }' },
  ]],
  ["spaces and breaks", '\n\t{ "tool" :\n"none" }', "none"],
  ["the last of equal keys", '{"tool":"list","tool":"none"}', "none"],
  ["both arguments in any order", '{"args":{"count":3,"about":"x"},"tool":"search"}', [
    "search",
    { about: "x", count: 3 },
  ]],
  ["an optional null", '{"tool":"search","args":{"about":"x","count":null}}', [
    "search",
    { about: "x" },
  ]],
])("[SC93] %s is read", (_title, text, choice) => {
  expect(read(text)).toEqual(choice);
});

test.each<[title: string, text: string, detail: string]>([
  ["nothing", "", "There is no JSON object"],
  ["prose", "I would search for cats.", "There is no JSON object"],
  ["half an object", '{"tool":"search","args":{"about":"ca', "There is no JSON object"],
  ["a list", '["search"]', "There is no JSON object"],
  ["single quotes", "{'tool':'none'}", "There is no JSON object"],
  ["an empty object", "{}", '"tool" is not the name of a tool'],
  ["another object first", '{"thought":"hm"} {"tool":"none"}', 'Unknown field "thought"'],
  ["a tool that is not there", '{"tool":"fly"}', 'There is no tool "fly"'],
  ["another case", '{"tool":"Search"}', 'There is no tool "Search"'],
  ["a tool that is a number", '{"tool":1}', '"tool" is not the name of a tool'],
  ["a tool of an object's own", '{"tool":"constructor"}', 'There is no tool "constructor"'],
  ["an inherited name", '{"__proto__":{"tool":"list"}}', 'Unknown field "__proto__"'],
  ["a field more", '{"tool":"none","sudo":true}', 'Unknown field "sudo"'],
  ["arguments in a list", '{"tool":"list","args":[]}', '"args" is not an object'],
  ["arguments in a text", '{"tool":"list","args":"{}"}', '"args" is not an object'],
  ["a missing argument", '{"tool":"search","args":{}}', "about is missing"],
  ["no arguments", '{"tool":"search"}', "about is missing"],
  ["an unknown argument", '{"tool":"list","args":{"x":1}}', 'list has no argument "x"'],
  [
    "an inherited argument",
    '{"tool":"list","args":{"__proto__":{"about":"x"}}}',
    'list has no argument "__proto__"',
  ],
  ["an empty argument", '{"tool":"search","args":{"about":" "}}', "about is empty"],
  ["a number for a text", '{"tool":"search","args":{"about":3}}', "about is not a text"],
  [
    "too long an argument",
    '{"tool":"search","args":{"about":"xxxxxxxxxxxxxxxxxxxxx"}}',
    "about is longer than 20 characters",
  ],
  [
    "half a character",
    '{"tool":"search","args":{"about":"\\ud83d"}}',
    "about has half a character",
  ],
  [
    "a text for a number",
    '{"tool":"search","args":{"about":"x","count":"3"}}',
    "count is not a whole number from 0",
  ],
  [
    "a part of a number",
    '{"tool":"search","args":{"about":"x","count":1.5}}',
    "count is not a whole number from 0",
  ],
  [
    "too large a number",
    '{"tool":"search","args":{"about":"x","count":10}}',
    "count is above 9",
  ],
])("[SC92] [SC93] %s is told", (_title, text, detail) => {
  expect(read(text)).toBe(detail);
});

test("[SC92] an argument that every object inherits is missing unless it was given", () => {
  const tool = toolOf("odd", { args: [{ ...about, name: "constructor" }] });
  expect(checkArgs(tool, {})).toMatchObject({ error: { detail: "constructor is missing" } });
});

test("[SC93] a thousand braces, deep nesting and endless text are read in bounded time", () => {
  const started = performance.now();
  expect(read("{".repeat(100_000))).toBe("There is no JSON object");
  expect(read(`${"{x} ".repeat(1_000)}{"tool":"none"}`)).toBe("There is no JSON object");
  expect(read('{"tool":'.repeat(1_000))).toBe("There is no JSON object");
  expect(read(`{"tool":"list","args":${'{"a":'.repeat(700)}1${"}".repeat(700)}}`))
    .toBe('list has no argument "a"');
  expect(read(`${"x".repeat(limits.replyCharsMax)}{"tool":"none"}`))
    .toBe("There is no JSON object");
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("[SC93] whatever the reply, it is a decision of known tools or one line of what is wrong", () => {
  const part = fc.constantFrom(
    "{",
    "}",
    '"',
    "\\",
    ":",
    ",",
    "tool",
    "args",
    "none",
    "search",
    "\n",
  );
  const noise = fc.array(fc.oneof(part, fc.string()), { maxLength: 30 }).map((all) => all.join(""));
  const json = fc.json().map((text) => `{"tool":"search","args":${text}}`);
  fc.assert(fc.property(fc.oneof(noise, json), (text) => {
    const decided = decision.read(text);
    if (decided.kind === "unreadable") {
      expect(decided.raw).toBe(text);
      expect(decided.problem).not.toContain("\n");
      expect(decided.problem.length).toBeLessThan(120);
    } else if (decided.kind === "chosen") {
      const { tool, args } = decided.choice;
      expect(checkArgs(tool, args)).toEqual({ ok: true, value: args });
    }
  }));
});

test("[SC93] the schema allows a call of each tool, none, and nothing beside", () => {
  const { answers } = decision;
  if (answers.kind !== "json") throw new Error("not held to JSON");
  const schema = JSON.parse(answers.schema);
  expect(schema.anyOf.map((one: never) => one["properties"]["tool"]["const"]))
    .toEqual(["search", "list", "none"]);
  for (const one of schema.anyOf) expect(one.additionalProperties).toBe(false);
  expect(schema.anyOf[0].properties.args).toEqual({
    type: "object",
    properties: {
      about: { type: "string", minLength: 1, maxLength: 20 },
      count: { type: "integer", minimum: 0, maximum: 9 },
    },
    required: ["about"],
    additionalProperties: false,
  });
});
