import { expect, test } from "vitest";
import type { Card } from "../protocol/events.ts";
import { roomScript } from "../testing/fakes/room-script.ts";
import { hostingLimits } from "./limits.ts";
import { privateWindow, promptWindow } from "./prompt-window.ts";

const lore = {
  scanLines: 4,
  tokensMax: 4_000,
  isRecursive: false,
  entries: [{
    keys: ["sea"],
    keysToo: [],
    isConstant: false,
    isPattern: false,
    isCaseSensitive: false,
    isWholeWord: false,
    order: 0,
    priority: 0,
    text: "{{user}} fears the sea.",
  }],
};

function setup() {
  const room = roomScript({ kind: "panel", followUpsMax: 0 }, []);
  room.add({ kind: "device", name: "Noa" }, "dv_noa");
  const card: Card = {
    name: "Ada",
    gist: `{{char}} with {{user}}`,
    description: "{{random:a,b,c,d,e,f,g,h}}{{pick:a,b,c,d,e,f,g,h}}".repeat(4),
    greeting: "",
    hue: 0,
    lore,
  };
  room.add({
    kind: "persona",
    persona: "a",
    card,
    requirement: { contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  });
  room.add({ kind: "assign", persona: "a" });
  const first = room.say("What of the sea?");
  const second = room.say("And the moor?", [], "dv_noa");
  const made = (turn: number) => promptWindow(room.state(), turn, "a", "chat", 1_000);
  return { room, first, second, made };
}

test("[PL36] a card's words name whom the turn answers, and its lore is what was talked of", () => {
  const { first, second, made, room } = setup();
  expect(made(first)?.speaker.gist).toBe("Ada with Mika");
  expect(made(second)?.speaker.gist).toBe("Ada with Noa");
  expect(made(first)?.lore).toEqual({
    tokensMax: 1_000 * hostingLimits.loreShare,
    texts: [{ text: "Mika fears the sea.", rank: 0 }],
  });
  expect(privateWindow(room.state(), "a", "chat", 1_000)?.speaker.gist).toBe("Ada with Noa");
});

test("[PL37] the same turn gives the same words, another turn others, and a pick stays", () => {
  const { first, second, made } = setup();
  const words = (turn: number) => made(turn)?.speaker.description ?? "";
  expect(words(first)).toBe(words(first));
  const every = (text: string, from: number) => [...text].filter((_, at) => at % 2 === from);
  expect(every(words(first), 0)).not.toEqual(every(words(second), 0));
  expect(every(words(first), 1)).toEqual(every(words(second), 1));
});

test("[PL61] the window's beginning moves by whole blocks, whatever was set aside in between", () => {
  const room = roomScript(undefined, ["a"]);
  const firsts: (string | undefined)[] = [];
  for (let line = 0; line < 520; line += 1) {
    const turn = room.say(`line ${line}`);
    if (line < 190 || line % 7 !== 0) continue;
    const lines = promptWindow(room.state(), turn, "a", "chat", 2_000)?.lines ?? [];
    expect(lines.at(-1)?.text).toBe(`line ${line}`);
    expect(lines.length).toBeLessThan(
      hostingLimits.windowLinesMax + hostingLimits.windowBlockLines,
    );
    expect(lines.length).toBeGreaterThanOrEqual(Math.min(line + 1, hostingLimits.windowLinesMax));
    firsts.push(lines[0]?.text);
  }
  expect(new Set(firsts)).toEqual(
    new Set([0, 50, 100, 150, 200, 250, 300].map((line) => `line ${line}`)),
  );
});
