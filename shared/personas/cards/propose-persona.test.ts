import { expect, test } from "vitest";
import { protocolLimits as room } from "../../protocol/limits.ts";
import { decodeRoomEvent } from "../../protocol/decode-event.ts";
import { type CharacterCard, decodeCard } from "./decode-card.ts";
import { personaToCard } from "./edit-card.ts";
import type { Json, JsonObject } from "./json.ts";
import { cardLimits as limits } from "./limits.ts";
import { proposePersona } from "./propose-persona.ts";

function cardOf(data: JsonObject): CharacterCard {
  const card = decodeCard({ spec: "chara_card_v3", spec_version: "3.0", data });
  if (!card.ok) throw new Error(JSON.stringify(card.error));
  return card.value;
}

const full: JsonObject = {
  name: "Ada Lane",
  nickname: "Ada",
  description: "{{char}} is a gardener of few words. She waits.",
  personality: "Ada is calm and slow. Likes moss.",
  scenario: "A garden.",
  first_mes: "Good day.",
  mes_example: "<START>\n{{char}}: Hm.",
  system_prompt: "{{original}} Be brief.",
  post_history_instructions: "Stay calm.",
  creator_notes: "SECRET NOTE",
  tags: ["SECRET TAG"],
  creator: "SECRET MAKER",
  character_version: "9.9",
  alternate_greetings: ["SECRET GREETING"],
  group_only_greetings: [],
  assets: [{ type: "icon", uri: "https://elsewhere.example/SECRET.png" }],
  extensions: { regex_scripts: [{ x: "SECRET" }, {}], risuai: { customScripts: [{}] }, fav: true },
  odd: "SECRET ODD",
};

test("[PL47] the fields that a model reads enter, and nothing else", () => {
  const { card, enters, leftOut } = proposePersona(cardOf(full), 40);
  expect(card).toEqual({
    name: "Ada",
    gist: "calm and slow.",
    description: [
      "{{original}} Be brief.",
      "{{char}} is a gardener of few words. She waits.",
      "Personality: Ada is calm and slow. Likes moss.",
      "Scenario: A garden.",
      "How {{char}} talks: <START>\n{{char}}: Hm.",
      "Stay calm.",
    ].join("\n\n"),
    greeting: "Good day.",
    hue: 40,
  });
  expect(JSON.stringify(card)).not.toMatch(/SECRET|9\.9/);
  expect(enters.map(({ field }) => field)).toHaveLength(6);
  expect(leftOut).toEqual([
    { kind: "first-line", chars: 9 },
    { kind: "greetings", count: 1 },
    { kind: "assets", count: 1 },
    { kind: "scripts", count: 3 },
    { kind: "remote", count: 1 },
    { kind: "about", fields: ["creator_notes", "tags", "creator", "character_version"] },
    { kind: "extensions", names: ["regex_scripts", "risuai", "fav"], more: 0 },
    { kind: "unknown", names: ["odd"], more: 0 },
  ]);
});

test("[PL48] what does not fit is left out whole and named, the description last", () => {
  const scenario = "s".repeat(5_000);
  const { card, leftOut } = proposePersona(
    cardOf({
      name: "A",
      description: "d".repeat(5_000),
      scenario,
      personality: "p",
      first_mes: "g".repeat(2_001),
    }),
    0,
  );
  expect(card.description).toBe(`${"d".repeat(5_000)}\n\nPersonality: p`);
  expect(card.greeting).toBe("");
  expect(leftOut).toEqual([
    { kind: "middle", chars: 3_016 },
    { kind: "part", field: "scenario", chars: 5_000 },
    { kind: "part", field: "first_mes", chars: 2_001 },
  ]);
});

test("[PL48] a name that does not fit is none, and is never written into the words about her", () => {
  const name = "n".repeat(room.nameCharsMax + 1);
  const { card, leftOut } = proposePersona(
    cardOf({ name, description: "", personality: "{{char}} hums." }),
    0,
  );
  expect(card).toMatchObject({ name: "", gist: "{{char}} hums." });
  expect(leftOut).toContainEqual({ kind: "part", field: "name", chars: name.length });
});

test("[PL47] of members that nobody knows some are named, each in few letters, and all counted", () => {
  const [few, letters] = [limits.namesToldMax, limits.nameCharsToldMax];
  const odd = Array.from({ length: few + 3 }, (_, at) => [`${at}${"x".repeat(letters)}`, at]);
  const { leftOut } = proposePersona(
    cardOf({ name: "A", description: "d", ...Object.fromEntries(odd) as JsonObject }),
    0,
  );
  const names = odd.slice(0, few).map(([name]) => String(name).slice(0, letters));
  expect(leftOut).toEqual([{ kind: "unknown", names, more: 3 }]);
});

const lore = (entries: readonly Json[], book: JsonObject = {}): JsonObject => ({
  name: "A",
  description: "d",
  character_book: { extensions: {}, ...book, entries },
});
const entry = (more: JsonObject = {}): JsonObject => ({
  keys: ["sea"],
  content: "Grey.",
  enabled: true,
  insertion_order: 5,
  extensions: {},
  ...more,
});

test.each<[title: string, entry: JsonObject, is: object | undefined]>([
  ["its keys", entry(), { keys: ["sea"], text: "Grey.", order: 5, isConstant: false }],
  ["second keys where it is selective", entry({ selective: true, secondary_keys: ["b"] }), {
    keysToo: ["b"],
  }],
  ["no second keys where it is not", entry({ secondary_keys: ["b"] }), { keysToo: [] }],
  ["whole words", entry({ extensions: { match_whole_words: true } }), { isWholeWord: true }],
  ["a pattern", entry({ use_regex: true }), { isPattern: true }],
  ["no decorators", entry({ content: "@@depth 4\n@@activate\n@@@else\nGrey." }), {
    text: "Grey.",
    isConstant: true,
  }],
  ["keys of a decorator", entry({ content: "@@additional_keys foam, surf\nGrey." }), {
    keys: ["sea", "foam", "surf"],
  }],
  ["nothing when switched off", entry({ enabled: false }), undefined],
  ["nothing when its decorator says so", entry({ content: "@@dont_activate\nGrey." }), undefined],
  ["nothing without keys", entry({ keys: [] }), undefined],
  ["nothing without text", entry({ content: " " }), undefined],
  ["nothing with a bad pattern only", entry({ use_regex: true, keys: ["(?=a)"] }), undefined],
])("[PL39] of a lore entry enters %s", (_title, one, is) => {
  const { card, leftOut } = proposePersona(cardOf(lore([one])), 0);
  if (is === undefined) {
    expect(card.lore).toBeUndefined();
    expect(leftOut[0]?.kind).toMatch(/^lore-(off|patterns)$/);
  } else expect(card.lore?.entries[0]).toMatchObject(is);
});

test("[PL39] a large lorebook enters by its priorities, and what it becomes the log takes", () => {
  const many = Array.from(
    { length: 90 },
    (_, at) => entry({ content: `${at} `.padEnd(700, "x"), priority: at, insertion_order: -at }),
  );
  const { card, leftOut } = proposePersona(
    cardOf(lore(many, { scan_depth: 900, token_budget: 90_000, recursive_scanning: true })),
    0,
  );
  const priorities = card.lore?.entries.map(({ priority }) => priority) ?? [];
  expect(priorities).toHaveLength(Math.floor(room.loreCharsMax / 703));
  expect(Math.min(...priorities)).toBe(90 - priorities.length);
  expect(leftOut).toContainEqual({ kind: "lore-over", count: 90 - priorities.length });
  expect(card.lore).toMatchObject({
    scanLines: room.loreScanLinesMax,
    tokensMax: room.loreTokensMax,
    isRecursive: true,
  });
  const event = {
    kind: "persona",
    persona: "p",
    card,
    requirement: { contextTokensMin: 0 },
    hosts: "any",
    removed: false,
  };
  expect(decodeRoomEvent(event)).toEqual({ ok: true, value: event });
  const heavy = {
    ...card.lore,
    entries: [...card.lore?.entries ?? [], ...card.lore?.entries ?? []],
  };
  expect(decodeRoomEvent({ ...event, card: { ...card, lore: heavy } })).toMatchObject({
    error: { kind: "event-malformed", path: "card.lore.entries" },
  });
});

test("[PL39] [PL46] of a lorebook so many patterns are looked into, and no more", () => {
  const keys = Array.from({ length: room.loreKeysMax }, () => "((x{12}){12}){14}");
  const looked = limits.lorePatternsReadMax / keys.length;
  const odd = Array.from({ length: looked }, () => entry({ use_regex: true, keys, priority: 2 }));
  const good = [entry({ use_regex: true, priority: 1 }), entry()];
  const { card, leftOut } = proposePersona(cardOf(lore([...odd, ...good])), 0);
  expect(card.lore?.entries.map(({ isPattern }) => isPattern)).toEqual([false]);
  expect(leftOut).toEqual([
    { kind: "lore-over", count: 1 },
    { kind: "lore-patterns", count: looked },
  ]);
  const fewer = proposePersona(cardOf(lore([...odd.slice(1), ...good])), 0);
  expect(fewer.card.lore?.entries).toHaveLength(2);
});

test("[PL41] an unchanged persona is written as she came, with our extension besides", () => {
  for (const data of [full, lore([entry()])]) {
    const original = cardOf({ group_only_greetings: [], ...data });
    const { card } = proposePersona(original, 40);
    const written = personaToCard(card, original);
    expect(written).toMatchObject(original.json);
    const back = decodeCard(written);
    expect(back.ok && proposePersona(back.value, 0).card).toEqual(card);
  }
});

test("[PL41] what was changed is written, in the fields that it came from", () => {
  const original = cardOf(full);
  const { card } = proposePersona(original, 40);
  const written = personaToCard(
    { ...card, name: "Eda", description: "Anew.", greeting: "Hey." },
    original,
  );
  expect(written["data"]).toMatchObject({
    name: "Ada Lane",
    nickname: "Eda",
    description: "Anew.",
    personality: "",
    system_prompt: "",
    first_mes: "Hey.",
    creator_notes: "SECRET NOTE",
    odd: "SECRET ODD",
  });
  const stale = decodeCard({
    spec: "chara_card_v2",
    name: "A",
    data: { name: "A", description: "" },
  });
  if (!stale.ok) throw new Error("stale");
  const renamed = personaToCard({ ...proposePersona(stale.value, 0).card, name: "B" }, stale.value);
  expect(renamed["name"]).toBe("B");
});

test("[PL41] a persona made here becomes a card that brings her back", () => {
  const card = {
    ...proposePersona(cardOf(lore([entry(), entry({ constant: true })])), 77).card,
    gist: "calm",
  };
  const back = decodeCard(personaToCard(card, undefined));
  expect(back.ok && proposePersona(back.value, 0).card).toEqual(card);
});
