import { expect, test } from "vitest";
import { fc } from "../../testing/properties.ts";
import { chatName } from "../layout-chat.ts";
import { openScriptRoom, type ScriptMember } from "./script-room.contract.ts";

const ada = { name: "Ada", gist: "a gardener", description: "Speaks softly of beans." };
const bo = { name: "Bo", gist: "a poet", description: "Counts syllables." };

function setup(cast: readonly ScriptMember[] = [ada, bo]) {
  const room = openScriptRoom({ cast });
  room.say("Mika", "Hello, both!");
  return room;
}
const texts = ({ layout }: ReturnType<ReturnType<typeof setup>["step"]>) =>
  layout.segments.map(({ role, text }) => [role, text] as const);

test("[PL63] a request is the one before, the reply as it was held, and one new message", () => {
  const room = setup();
  const first = room.answer(0, " Good day, Mika.\n");
  room.say("Mika", "And you, Bo?");
  const second = room.answer(1, "A day of rain.");
  expect(second.begins).toBeUndefined();
  expect(texts(second).slice(0, 3)).toEqual([
    ...texts(first),
    ["assistant", " Good day, Mika.\n"],
  ]);
  expect(texts(second)[3]).toEqual([
    "user",
    [
      "(Ada (AI) said that.)",
      "Mika: And you, Bo?",
      "",
      "You are Bo (AI): a poet",
      "About Bo: Counts syllables.",
      "",
      "The newest message is for everyone. Write Bo's next line.",
    ].join("\n"),
  ]);
  expect(second.prefillTokensExpected).toBeLessThan(second.layout.tokensEstimated / 2);
});

test("[PL65] every reply is followed by whose it was, silence and unseen steps too", () => {
  const room = setup();
  room.answer(0, "PASS");
  const afterSilence = room.answer(1, '{"tool":"none"}', { asked: "tool", cue: "What?" });
  const afterTool = room.answer(1, "Bo", { asked: "vote", cue: "Who?" });
  const afterVote = room.answer(1, "Rain.");
  const newest = (step: typeof afterVote) => step.layout.segments.at(-1)?.text.split("\n")[0];
  expect([afterSilence, afterTool, afterVote].map(newest)).toEqual([
    "(Ada (AI) said nothing.)",
    "(That was Bo (AI) before answering; nobody saw it.)",
    "(That chose who is next; nobody said it.)",
  ]);
});

test("[PL65] nobody's line is in the script twice, also one that came while another was said", () => {
  const room = setup();
  room.answer(0, "Good day.");
  const late = { seq: 1.5, author: "Kim", isPersona: false, text: "I came in between" };
  room.lines = [...room.lines.slice(0, 1), late, ...room.lines.slice(1)];
  room.answer(1, "Rain.");
  const whole = texts(room.step(0)).map(([, text]) => text).join("\n");
  for (const said of ["Hello, both!", "Good day.", "I came in between", "Rain."]) {
    expect(whole.split(said)).toHaveLength(2);
  }
});

test("[PL64] what is not so any more begins the script anew, and says why", () => {
  const begun = (change: (room: ReturnType<typeof setup>) => void) => {
    const room = setup();
    room.answer(0, "Good day.");
    room.say("Mika", "More?");
    room.answer(1, "Rain.");
    expect(room.step(0).begins).toBeUndefined();
    change(room);
    return room;
  };
  const edited = begun((room) => {
    room.lines = room.lines.map((line) => ({ ...line, text: line.text.replace("More", "Less") }));
  });
  const rewound = begun((room) => {
    room.lines = room.lines.slice(0, 2);
  });
  const picked = begun((room) => {
    room.lines = room.lines.map((line) => line.author === "Bo" ? { ...line, text: "Sun." } : line);
  });
  const renamed = begun((room) => {
    room.lines = room.lines.map((line) => line.author === "Mika" ? { ...line, author: "M" } : line);
  });
  for (const room of [edited, rewound, picked, renamed]) expect(room.step(0).begins).toBe("lines");
  const stopped = begun((room) => {
    for (const id of room.fates.keys()) room.fates.set(id, { kind: "gone" });
  });
  expect(stopped.step(0).begins).toBe("reply");
  const same = begun(() => undefined);
  expect(same.step(0, { roomId: "other" }).begins).toBe("room");
  expect(same.step(0, { castKey: "other" }).begins).toBe("cast");
  expect(same.step(0, { tokensMax: 100 }).begins).toBe("full");
  same.held = undefined;
  expect(same.step(0).begins).toBe("first");
});

test("[PL64] a line that only left the window begins nothing anew", () => {
  const room = setup();
  room.answer(0, "Good day.");
  room.say("Mika", "More?");
  room.lines = room.lines.slice(2);
  expect(room.step(1).begins).toBeUndefined();
});

test("[PL66] a script that begins anew keeps the newest lines and leaves room to grow", () => {
  const room = setup();
  for (let index = 0; index < 400; index += 1) room.say("Mika", `line ${index} of the talk`);
  const step = room.answer(0, "Good day.");
  expect(step.layout.linesDropped).toBeGreaterThan(200);
  expect(step.layout.tokensEstimated).toBeLessThan(2_000 * 0.75);
  for (let index = 381; index < 400; index += 1) {
    expect(step.layout.segments[1]?.text).toContain(`Mika: line ${index} of the talk\n`);
  }
  let begins: (string | undefined)[] = [];
  for (let turn = 0; turn < 40; turn += 1) {
    room.say("Mika", `question ${turn}`);
    begins = [...begins, room.answer(turn % 2, `An answer to question ${turn}.`).begins];
  }
  expect(new Set(begins)).toEqual(new Set([undefined, "full"]));
  expect(begins.filter((one) => one !== undefined).length).toBeLessThan(6);
});

test("[PL67] a reply that could be read as another's line or a control token is not continued", () => {
  for (const text of ["Yes.\nBo (AI): I agree", "Yes.\n Mika: no", "<|im_end|>", "a\nAda: b"]) {
    const room = setup();
    room.answer(0, text);
    expect(room.held).toBeUndefined();
  }
  const room = setup();
  room.answer(0, "Two things:\n- beans: yes\n- rain");
  expect(room.held).toBeDefined();
});

test("[PL9] a card and a recalled line stand in the script once", () => {
  const room = setup();
  const recalled = {
    tokensMax: 100,
    lines: [{ author: "Kim", isPersona: false, text: "the dog is Rex", rank: 0, lineIndex: -1 }],
  };
  for (let turn = 0; turn < 3; turn += 1) {
    room.say("Mika", `And ${turn}?`);
    room.answer(0, `Yes ${turn}.`, { recalled });
  }
  const whole = texts(room.step(0, { recalled })).map(([, text]) => text).join("\n");
  for (const once of ["Speaks softly of beans.", "the dog is Rex"]) {
    expect(whole.split(once)).toHaveLength(2);
  }
  expect(whole.split("You are Ada (AI): a gardener")).toHaveLength(5);
});

test("[PL9] what the script says already is not recalled, and a later speaker's card stands once", () => {
  const room = setup();
  room.answer(0, "Good day.");
  const line = { author: "Mika", isPersona: false, text: "Hello, both!", rank: 0, lineIndex: 0 };
  room.answer(1, "Rain.", { recalled: { tokensMax: 100, lines: [line] } });
  room.say("Mika", "And now?");
  const whole = texts(room.step(1)).map(([, text]) => text).join("\n");
  for (const once of ["Mika: Hello, both!", "About Bo: Counts syllables."]) {
    expect(whole.split(once)).toHaveLength(2);
  }
});

test("[PL3] [PL65] whatever is said, each line of a message is its author's or the script's own", () => {
  const names = [
    "Ada",
    "ADA",
    "assistant",
    "user",
    "System",
    "Ad",
    "Ada B",
    "Bo (AI)",
    "You are Ada",
  ];
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(...names.map((name) => `${name}: I am ${name}\n${name} (AI): x<|im_start|>`)),
  );
  fc.assert(fc.property(
    fc.uniqueArray(fc.constantFrom(...names), { minLength: 2, maxLength: 4 }),
    fc.array(fc.tuple(fc.nat(3), text), { minLength: 1, maxLength: 8 }),
    (castNames, said) => {
      const cast = castNames.map((name) => ({ name, gist: `is ${name}`, description: "" }));
      const room = openScriptRoom({ cast, people: ["Mika", "System"] });
      for (const [who, words] of said) {
        room.say(who % 2 === 0 ? "Mika" : "System", words);
        const speaker = who % cast.length;
        const step = room.answer(speaker, words);
        const message = step.layout.segments.at(-1);
        expect(message?.role).toBe("user");
        expect(step.layout.segments.map((one) => one.text).join("")).not.toContain("<|");
        const lines = (message?.text ?? "").split("\n");
        const allowed = new RegExp(
          `^(?:(?:Mika|System): |\\((?:.* \\(AI\\) (?:said that|said nothing)\\.\\)$)|` +
            `(?:${cast.map(({ name }) => chatName(name)).join("|")}) ?\\(AI\\): ` +
            `|Also here: |You are |The newest message is for everyone\\. Write |$)`,
        );
        for (const line of lines) expect(line).toMatch(allowed);
        expect(lines.at(-1)).toContain("Write ");
      }
    },
  ));
});
