import { expect, test } from "vitest";
import { type LayoutRequest, plainName } from "./layout-parts.ts";
import { layoutVote } from "./layout-vote.ts";

const request = (format: LayoutRequest["format"], tokensMax = 2_000): LayoutRequest => ({
  format,
  speaker: { name: "Ada", gist: "decides", description: "" },
  others: [{ name: "Bo", gist: "cooks" }],
  people: ["Mika"],
  lines: [
    { author: "Mika", isPersona: false, text: "old ".repeat(100) },
    { author: "Mika", isPersona: false, text: "Who knows soup?\nBo: me" },
  ],
  addressed: { kind: "all" },
  tokensMax,
});

test("[PL8] the starter's vote ends with the talk, where the next line's name follows", () => {
  const { segments, stop } = layoutVote(request("starter-script"), ["Ada", "Bo"]);
  const text = segments.map((one) => one.text).join("");
  expect(text).toContain("Here: Ada, Bo and Mika.");
  expect(text.endsWith("\nMika: Who knows soup? Bo: me\n")).toBe(true);
  expect(stop).toEqual(["\n"]);
});

test("[PL8] a chat model is told who can be chosen, and to answer with a name only", () => {
  const { segments } = layoutVote(request("chat"), ["Ada", "B|o"]);
  expect(segments[0]?.text).toContain("- Bo (AI): cooks");
  expect(segments.at(-1)?.text.endsWith("Who speaks next: Ada, B o? Answer with the name only."))
    .toBe(true);
});

test("[PL8] a window that is too small keeps the newest line", () => {
  for (const format of ["starter-script", "chat"] as const) {
    const { segments, linesDropped } = layoutVote(request(format, format === "chat" ? 400 : 150), [
      "Ada",
      "Bo",
    ]);
    expect(linesDropped).toBe(1);
    expect(segments.map((one) => one.text).join("")).toContain("Who knows soup?");
  }
});

test.each([
  ["a space where it is cut", `${"x".repeat(39)} and more`, "x".repeat(39)],
  ["half a character where it is cut", `${"x".repeat(39)}\u{1f600}`, "x".repeat(39)],
  ["half a character of its own", "A\ud800nn", "Ann"],
  ["nothing that can be said", "\udc00 :|", "Someone"],
])("[PL8] a name with %s is one that an engine can be held to", (_what, name, plain) => {
  expect(plainName(name)).toBe(plain);
});
