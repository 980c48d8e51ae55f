import { expect, test } from "vitest";
import type { Card } from "../protocol/events.ts";
import { type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { hostingLimits } from "./limits.ts";
import { privateWindow, promptWindow } from "./prompt-window.ts";
import { foldDue } from "./sessions/fold-job.ts";

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

const replyText = (room: RoomScript, replyTo: number, reader = "a"): string => {
  const turn = room.add({ kind: "say", text: "really?", addressed: [], replyTo });
  return promptWindow(room.state(), turn, reader, "chat", 2_000)?.lines.at(-1)?.text ?? "";
};

test("[PL85] [RM62] a line says what it answers, unless that is set aside, unknown or behind it", () => {
  const room = roomScript(undefined, ["a"]);
  const first = room.say("Plant the beans in May.");
  expect(replyText(room, first)).toBe('(in reply to Mika: "Plant the beans in May.") really?');
  room.settle(first, "a", "I would wait.");
  expect(replyText(room, room.state().head)).toBe('(in reply to A: "I would wait.") really?');
  room.add({ kind: "edit", of: first, text: "Plant the peas in April." });
  expect(replyText(room, first)).toContain("peas in April");
  for (const strange of [1, -5, 999]) expect(replyText(room, strange)).toBe("really?");
  const tail = room.state().messages.at(-1)?.seq ?? 0;
  room.add({ kind: "rewind", to: first, expect: tail });
  expect(replyText(room, tail)).toBe("really?");
});

test("[PL85] [RM41] who has not heard what is answered reads nothing of it, not even whose it was", () => {
  const room = roomScript(undefined, ["a"]);
  room.add({ kind: "knowledge", scope: "present" });
  const secret = room.say("The key is under the pot.");
  room.persona("b");
  room.add({ kind: "assign", persona: "b" });
  expect(replyText(room, secret, "b")).toBe("really?");
  expect(replyText(room, secret, "a")).toContain("under the pot");
  expect(privateWindow(room.state(), "b", "chat", 2_000)?.lines.at(-1)?.text).toBe("really?");
});

test("[PL85] [HO173] what is summed up for several quotes nothing", () => {
  const room = roomScript(undefined, ["a"]);
  const first = room.say("Plant the beans in May.");
  replyText(room, first);
  const due = foldDue(room.state(), "a", [], 20);
  expect(due?.request.lines.map(({ text }) => text)).not.toEqual([]);
  expect(JSON.stringify(due)).not.toContain("in reply to");
});
