import MarkdownIt from "markdown-it";
import { expect, test } from "vitest";
import { toRoomMs } from "../../base/brands.ts";
import type { RoomState } from "../../room/room-state.ts";
import { emptyState } from "../../room/draft.ts";
import { foldEntries } from "../../room/fold.ts";
import { fc } from "../../testing/properties.ts";
import { roomHistory } from "../../testing/fakes/room-histories.ts";
import { ME, roomScript } from "../../testing/fakes/room-script.ts";
import { importedFounding, type SavedRoom } from "../room-file/room-file.ts";
import { roomTextLimits } from "./limits.ts";
import { roomOfJsonl } from "./jsonl-room.ts";
import { factsOf } from "./message-facts.ts";
import { createJsonlReader, type JsonlMessage } from "./read-jsonl.ts";
import { jsonlLines } from "./write-jsonl.ts";
import { markdownParts } from "./write-markdown.ts";

const recipe = { kind: "panel", followUpsMax: 0 } as const;

function read(text: string): readonly JsonlMessage[] {
  const reader = createJsonlReader();
  for (const line of text.split("\n")) {
    const pushed = reader.push(line);
    if (!pushed.ok) throw new Error(JSON.stringify(pushed.error));
  }
  const all = reader.finish();
  if (!all.ok) throw new Error(all.error.kind);
  return all.value;
}

function refused(text: string): unknown {
  const reader = createJsonlReader();
  for (const line of text.split("\n")) {
    const pushed = reader.push(line);
    if (!pushed.ok) return pushed.error;
  }
  const all = reader.finish();
  return all.ok ? "read" : all.error;
}

function again(state: RoomState): RoomState {
  const made = roomOfJsonl(read([...jsonlLines(state, ME, ME)].join("")), ME, "Again", recipe);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return begun(made.value.saved);
}

/** The new room as it folds right after its import. */
function begun(saved: SavedRoom): RoomState {
  const offer = { device: ME, name: "Mika", lanes: [], hostsForOthers: true };
  const founding = importedFounding(saved, "rm_new", offer);
  if (!founding.ok) throw new Error(JSON.stringify(founding.error));
  return foldEntries(
    emptyState(),
    founding.value.map((entry, index) => ({ ...entry, seq: index + 1, ts: toRoomMs(9_000_000) })),
  );
}

/** What somebody who reads the talk sees of it; places by their order. */
function told(state: RoomState): unknown {
  const places = state.messages.map(({ seq }) => seq);
  return state.messages.map((message) => {
    const { at, kind, text, edited, stopped, aside, replyTo } = message;
    const { name, attempt, host } = factsOf(state, message);
    const answered = replyTo === undefined ? -1 : places.indexOf(replyTo);
    return [at, kind, name, text, edited, stopped, aside, answered, attempt?.modelId, host];
  });
}

/** People and personas talk, are edited, answered anew, stopped and set aside. */
const talks = fc.array(fc.tuple(fc.nat(6), fc.nat(9), fc.string()), { maxLength: 25 }).map(
  (moves) => {
    const room = roomScript();
    room.add({ kind: "device", name: "Jon" }, "dv_jon");
    for (const [move, which, text] of [[0, 0, "hello"] as const, ...moves]) {
      const { messages, openTurns, turns } = room.state();
      const said = messages[which % Math.max(1, messages.length)]?.seq ?? 1;
      const open = turns.get(openTurns[0] ?? 0);
      const persona = open?.entries.find(({ settled }) => settled === undefined)?.persona;
      if (move === 1) room.add({ kind: "edit", of: said, text: `changed ${text}` });
      else if (move === 2) room.add({ kind: "again", turn: messages[0]?.turn ?? 1, persona: "a" });
      else if (move === 3 && messages.length > 1) {
        room.add({ kind: "rewind", to: said, expect: messages.at(-1)?.seq ?? 0 });
      } else if (open === undefined || persona === undefined || move === 0) {
        const event = { kind: "say", text: `${text}.`, addressed: [], replyTo: said } as const;
        room.add(event, which > 6 ? "dv_jon" : ME);
      } else room.settle(open.turn, persona, `${text}!`, { modelId: `model-${which}` });
    }
    return room.state();
  },
);

const histories = fc.oneof(
  roomHistory.map((entries) => foldEntries(emptyState(), entries))
    .filter(({ messages }) => messages.length > 0),
  talks,
);

test("the talks of these properties have answers, models, changes and what was set aside", () => {
  const states = fc.sample(talks, { numRuns: 100, seed: 1 });
  const all = states.flatMap((state) => state.messages.map((message) => factsOf(state, message)));
  expect(all.some(({ attempt }) => attempt?.modelId !== undefined)).toBe(true);
  expect(all.some(({ message }) => message.edited)).toBe(true);
  expect(all.some(({ message }) => message.aside)).toBe(true);
  expect(all.some(({ message }) => message.replyTo !== undefined)).toBe(true);
});

test("[SY227] any talk that is written as JSON lines and read again says the same", () => {
  fc.assert(
    fc.property(histories, (state) => {
      const once = again(state);
      expect(told(once)).toEqual(told(state));
      expect(told(again(once))).toEqual(told(state));
    }),
    { numRuns: 60 },
  );
});

test("[SY223] each message is one line, with the documented fields alone", () => {
  const room = roomScript();
  const said = room.say("hello\u2028 there\n");
  const turn = room.add({ kind: "edit", of: said, text: "hello again" });
  room.settle(turn, "a", 'a "quote"', { modelId: "m-1" });
  const lines = [...jsonlLines(room.state(), ME, "dv_own")];
  expect(lines.every((line) => line.endsWith("\n") && line.split("\n").length === 2)).toBe(true);
  expect(lines.map((line) => JSON.parse(line))).toEqual([{
    id: said,
    at: new Date(room.state().messages[0]?.at ?? 0).toISOString(),
    author: expect.any(String),
    authorId: "dv_own",
    kind: "person",
    text: "hello again",
    turn,
    edited: true,
  }, {
    id: room.state().messages[1]?.seq,
    at: expect.stringMatching(/^1970-01-01T00:00:0\d\.\d{3}Z$/),
    author: "A",
    authorId: "a",
    kind: "persona",
    text: 'a "quote"',
    model: "m-1",
    host: expect.any(String),
    turn,
  }]);
});

const line = (change: object): string =>
  JSON.stringify({
    at: "2026-11-22T04:00:00Z",
    author: "Ada",
    kind: "person",
    text: "x",
    ...change,
  });
const good = line({});
const at = (number: number, problem: string, field?: string) => ({
  kind: "jsonl-line",
  line: number,
  problem,
  ...field === undefined ? {} : { field },
});

test.each<[title: string, text: string, error: object]>([
  ["nothing", "\n \n", { kind: "jsonl-empty" }],
  ["no JSON", `${good}\nhello`, at(2, "not-json")],
  ["half a line", `${good}\n${good.slice(0, -2)}`, at(2, "not-json")],
  ["a list", `${good}\n\n[1]`, at(3, "no-object")],
  ["null", "null", at(1, "no-object")],
  ["no time", line({ at: undefined }), at(1, "field", "at")],
  ["no such time", line({ at: "yesterday" }), at(1, "field", "at")],
  ["a time before all", line({ at: -1 }), at(1, "field", "at")],
  ["nobody", line({ author: "" }), at(1, "field", "author")],
  ["a name too long", line({ author: "x".repeat(81) }), at(1, "field", "author")],
  ["another kind", line({ kind: "system" }), at(1, "field", "kind")],
  ["no text", line({ text: 7 }), at(1, "field", "text")],
  ["a text too long", line({ text: "ü".repeat(17_000) }), at(1, "field", "text")],
  ["a model that is none", line({ model: {} }), at(1, "field", "model")],
  ["half true", line({ aside: "yes" }), at(1, "field", "aside")],
  ["no id", line({ id: [] }), at(1, "field", "id")],
  ["pictures that are none", line({ images: "x" }), at(1, "field", "images")],
  ["an id twice", `${line({ id: 1 })}\n${line({ id: "1" })}`, at(2, "id-twice", "id")],
  [
    "too many speakers",
    Array.from({ length: roomTextLimits.peopleMax + 1 }, (_, at) => line({ author: `${at}` }))
      .join("\n"),
    at(roomTextLimits.peopleMax + 1, "people"),
  ],
  ["a line too long", line({ more: "x".repeat(roomTextLimits.lineCharsMax) }), at(1, "too-long")],
])("[SY226] refused by line and name: %s", (_title, text, error) => {
  expect(refused(text)).toEqual(error);
});

test("[SY226] what others write is read: fields unknown, null or missing, a mark of order first", () => {
  const text = [
    `\ufeff${line({ id: "a", extra: { deep: true }, model: null })}`,
    "",
    line({ author: "Bo", kind: "persona", replyTo: "a", at: 1_700_000_000_000 }) + "\r",
    line({ author: "Bo", kind: "persona", replyTo: "gone" }),
    line({ author: "Cleo", text: "", images: [{ alt: "a rose" }] }),
  ].join("\n");
  const made = roomOfJsonl(read(text), ME, "Room", recipe);
  expect(made.ok ? "" : JSON.stringify(made.error)).toBe("");
  const { saved, picturesLeftOut } = made.ok
    ? made.value
    : { saved: undefined, picturesLeftOut: 0 };
  expect(saved?.state.messages.map(({ kind, text, replyTo }) => [kind, text, replyTo])).toEqual([
    ["person", "x", undefined],
    ["persona", "x", saved?.state.messages[0]?.seq],
    ["persona", "x", undefined],
    ["person", "a rose", undefined],
  ]);
  expect(picturesLeftOut).toBe(1);
  expect([...saved?.state.personas.values() ?? []].map(({ card }) => card.name)).toEqual(["Bo"]);
  expect([...saved?.state.devices.values() ?? []].every(({ gone }) => gone === true)).toBe(true);
});

test("[SY227] a talk of somebody whose name is blank is read again", () => {
  const room = roomScript();
  room.add({ kind: "device", name: " " }, "dv_jon");
  room.add({ kind: "say", text: "hello", addressed: [] }, "dv_jon");
  expect(told(room.state())).toMatchObject([{ 1: "person", 2: " ", 3: "hello" }]);
  expect(told(again(room.state()))).toEqual(told(room.state()));
});

test.each([
  ["by this device alone", { author: "Ada", authorId: ME }, 1],
  ["by others", { author: "Ada" }, 1],
  ["by a persona on a device that is unknown", { author: "Bo", kind: "persona", host: "Den" }, 1],
])("[SY227] a room of what was said %s begins with it", (_title, change, count) => {
  const made = roomOfJsonl(read(line(change)), ME, "Room", recipe);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const state = begun(made.value.saved);
  expect([state.roomId, state.messages.length, state.ignored]).toEqual(["rm_new", count, []]);
});

/** Of each message the place of the one that opened its turn; -1 where that is none of them. */
function turnsRead(lines: readonly string[]): readonly number[] {
  const made = roomOfJsonl(read(lines.join("\n")), ME, "Room", recipe);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const { messages, ignored } = begun(made.value.saved);
  expect([messages.length, ignored]).toEqual([lines.length, []]);
  return messages.map(({ turn }) => messages.findIndex(({ seq }) => seq === turn));
}

test("[SY226] a turn is named by its first message's id, by its answers, or follows from order", () => {
  const answer = (author: string, turn?: string) => line({ author, kind: "persona", turn });
  expect(turnsRead([line({ id: "q" }), line({ id: "p" }), answer("Bo", "q"), answer("Cy", "p")]))
    .toEqual([0, 1, 0, 1]);
  expect(turnsRead([line({}), answer("Bo"), answer("Cy"), answer("Bo")])).toEqual([0, 0, 0, 3]);
  expect(turnsRead([answer("Bo", "t"), line({}), answer("Cy", "t")])).toEqual([0, 1, 0]);
  // What comes later opened nothing; a message that was edited opened the turn that it names.
  expect(turnsRead([answer("Bo", "q"), line({ id: "q" })])).toEqual([0, 1]);
  expect(turnsRead([line({ id: 1, turn: 3 }), answer("Bo", "1"), answer("Bo", "3")]))
    .toEqual([0, 1, 0]);
});

test("[SY226] more personas than a turn takes answer in turns of their own", () => {
  const many = roomTextLimits.personasMax + 2;
  const answers = Array.from(
    { length: many },
    (_, at) => line({ author: `P${at}`, kind: "persona" }),
  );
  const turns = turnsRead([line({}), ...answers]);
  expect(turns.slice(-3)).toEqual([0, many - 1, many]);
});

test("[SY227] of a talk too long for one beginning the newest are read, the rest counted", () => {
  const text = Array.from(
    { length: 400 },
    (_, at) => line({ text: `${at} ${"x".repeat(30_000)}` }),
  );
  const made = roomOfJsonl(read(text.join("\n")), ME, "Room", recipe);
  const count = made.ok ? made.value.saved.state.messages.length : 0;
  expect(count).toBeGreaterThan(100);
  expect(made.ok && made.value.messagesLeftOut).toBe(400 - count);
  expect(made.ok && made.value.saved.state.messages.at(-1)?.text.slice(0, 4)).toBe("399 ");
});

const words = {
  about: "Saved from Conclave.",
  persona: "AI",
  edited: "edited",
  stopped: "stopped",
  aside: "set aside",
  picture: "Picture",
  nobody: "Somebody",
};
const markdown = new MarkdownIt({ html: true, linkify: false });
const cunning = fc.string({
  unit: fc.constantFrom(
    ..."#>-=*_`~<>[](){}:!\\&|+ \t\n\r\u2028\u0085\0a1".split(""),
    ..."## Bo · <h2>|</blockquote>|<!--|<script>|]: /x|[a]: /x|```|\n\n|\\<|---\n|===\n|1. |<a@b.c>"
      .split("|"),
  ),
  maxLength: 60,
});

test("[SY224] no words and no name make a heading, end a quotation, bring HTML or define a link", () => {
  fc.assert(
    fc.property(fc.array(cunning, { minLength: 1, maxLength: 4 }), cunning, (texts, name) => {
      const room = roomScript();
      room.add({ kind: "device", name: name.slice(0, 80) || "x" });
      room.add({ kind: "name", name: name.slice(0, 80) || "x" });
      const said = texts.filter((text) => text.trim() !== "");
      for (const text of said) room.say(text);
      const environment: { references?: Record<string, { title: string; href: string }> } = {};
      const text = [...markdownParts(room.state(), words)].join("");
      const tokens = markdown.parse(text, environment);
      const top = tokens.filter(({ level }) => level === 0).map(({ type, tag }) => `${type} ${tag}`)
        .filter((one) => one.includes("_open"));
      expect(top).toEqual([
        "heading_open h1",
        "paragraph_open p",
        ...said.flatMap(() => ["heading_open h2", "blockquote_open blockquote"]),
      ]);
      const all = tokens.flatMap((token) => [token, ...token.children ?? []]);
      expect(all.filter(({ type }) => type.startsWith("html"))).toEqual([]);
      expect(environment.references ?? {}).toEqual({});
      const heads = tokens.filter((token, at) => tokens[at - 1]?.type === "heading_open");
      const atTop = heads.filter(({ level }) => level === 1);
      // A name in bold, then our own words.
      for (const { children } of atTop.slice(1)) {
        expect(children?.map(({ type }) => type).filter((type) => type !== "text"))
          .toEqual(["strong_open", "strong_close"]);
      }
      expect(atTop[0]?.children?.every(({ type }) => type === "text")).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("[SY224] a person who is named like a persona's heading is none in a transcript", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "**Ada** (AI) · 2026-01-01 10:00:00 UTC\u202e\u{e0041}" });
  room.say("hello");
  expect([...markdownParts(room.state(), words)][1]?.split("\n")[1]).toBe(
    "## **\\*\\*Ada\\*\\* (AI) · 2026-01-01 10:00:00 UTC** · 1970-01-01 00:00:01 UTC",
  );
});

test("[SY224] a message of backslashes alone takes no longer than another", () => {
  const room = roomScript();
  room.say("\\".repeat(32 * 1024));
  const startedMs = performance.now();
  const text = [...markdownParts(room.state(), words)].join("");
  // Some 7 s if each is tried from every place in the line.
  expect(performance.now() - startedMs).toBeLessThan(500);
  expect(text.length).toBeGreaterThan(32 * 1024);
});

test("[SY224] a transcript says who spoke, when, with which model, and what became of it", () => {
  const room = roomScript();
  const turn = room.say("**Hello**\n\n- one");
  room.settle(turn, "a", "```py\nd[k]: int\n```", { modelId: "model_1" });
  expect([...markdownParts(room.state(), words)].join("")).toMatchInlineSnapshot(`
    "# Garden

    Saved from Conclave.

    ## **Mika** · 1970-01-01 00:00:01 UTC

    > **Hello**
    >
    > - one

    ## **A** (AI) · 1970-01-01 00:00:01 UTC · model\\_1 · Mika

    > \`\`\`py
    > d[k\\]: int
    > \`\`\`
    "
  `);
});
