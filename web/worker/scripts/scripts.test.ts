import { expect, test } from "vitest";
import type { PromptSegment } from "#shared/inference/mod.ts";
import { scriptLimits } from "./limits.ts";
import { keepSent, packScript, type SentScript } from "./pack-script.ts";
import { decodePackedScript, type PackedScript } from "./packed-script.ts";
import { createScript, cutScript, parseScript } from "./script.ts";
import {
  dropScripts,
  emptyStore,
  keepScript,
  type ScriptStore,
  touchScripts,
} from "./script-store.ts";
import { unpackScript } from "./unpack-script.ts";

const segment = (text: string, key = "k"): PromptSegment => ({ key, role: "script", text });

function scriptOf(...segments: readonly PromptSegment[]): string {
  return cutScript(segments).join("");
}

function keysOf(store: ScriptStore): readonly string[] {
  return store.scripts.map(({ key }) => key);
}

/** The page's store after these prompts, and the last of them packed. */
function packAll(...prompts: readonly (readonly PromptSegment[])[]) {
  let store: ScriptStore<SentScript> = emptyStore;
  let packed: PackedScript | undefined;
  for (const prompt of prompts) {
    const step = packScript(store, prompt, scriptLimits);
    store = keepSent(store, step, scriptLimits);
    packed = step.packed;
  }
  if (packed === undefined) throw new Error("Cannot pack: no prompt was given");
  return { store, packed };
}

/** The worker's store once it holds these prompts. */
function holding(...prompts: readonly (readonly PromptSegment[])[]): ScriptStore {
  return prompts.reduce<ScriptStore>(
    (store, prompt) => keepScript(store, createScript(scriptOf(...prompt)), scriptLimits),
    emptyStore,
  );
}

test.each<[title: string, segments: readonly PromptSegment[]]>([
  ["no segment", []],
  ["an empty text", [segment("")]],
  ["lines", [segment("a\nb\n\nc"), { key: "", role: "user", text: "\n" }]],
  ["quotes and backslashes", [segment('say "n\\n" and \\\n', '"],["')]],
  ["control characters and halves of pairs", [segment("\u0000\ud800\n\udfff\u2028\u{1f600}")]],
])("[IN19] a script of %s parses to what it was made of", (_title, segments) => {
  expect(parseScript(scriptOf(...segments))).toStrictEqual({ ok: true, value: segments });
});

test("[IN19] what is no script is refused by name", () => {
  expect(parseScript("[[")).toMatchObject({ ok: false, error: { kind: "script-malformed" } });
  expect(parseScript("{}")).toMatchObject({ ok: false, error: { kind: "script-malformed" } });
  expect(parseScript("[1]")).toMatchObject({ ok: false, error: { kind: "script-malformed" } });
});

const room = "Ada: I planted three rows of beans.\nBo: The rain will be good for them.\n";

test("[IN18] the first prompt goes in full, the next as key, run and new text", () => {
  const first = [segment("Here: Ada and Bo.\n", "h"), segment(room, "r1")];
  const next = [segment("Here: Ada and Bo.\n", "h"), segment(`${room}Ada: And the cat?\n`, "r2")];
  const whole = scriptOf(...first);
  expect(packAll(first).packed).toMatchObject({ bases: [], parts: [whole] });
  const { packed } = packAll(first, next);
  const shared = whole.indexOf(",[", 3);
  const said = whole.indexOf("Ada: I planted");
  expect(packed).toEqual({
    key: createScript(scriptOf(...next)).key,
    chars: scriptOf(...next).length,
    bases: [createScript(whole).key],
    parts: [
      [0, 0, shared],
      ',["script","r2","',
      [0, said, JSON.stringify(room).length - 2],
      'Ada: And the cat?\\n"]]',
    ],
  });
});

test("[IN18] runs come from several scripts, the newest of equal ones; short ones are sent", () => {
  const card = segment(`You are Ada.\n${"You like beans. ".repeat(4)}\n`, "ada");
  const other = segment("You are Bo.\n", "bo");
  const more = `${room}Cy: One more line, from a person.\n`;
  const prompts = [[card, segment(room, "r1")], [other, segment(room, "r1")]];
  const { packed } = packAll(...prompts, [other, segment(more, "r2")], [card, segment(more, "r2")]);
  const keys = [0, 2].map((index) =>
    createScript(scriptOf(...[...prompts, [other, segment(more, "r2")]][index] ?? [])).key
  );
  expect(packed.bases).toEqual(keys);
  expect(packed.parts.every((part) => typeof part !== "string")).toBe(true);
});

test("[IN18] a run shorter than its name is sent again, a longer one is not", () => {
  const partsFor = (chars: number) => {
    const line = `${"x".repeat(chars - 2)}\n`; // its line break takes two
    return packAll([segment(`a\n${line}b`, "1")], [segment(`c\n${line}d`, "2")]).packed.parts;
  };
  expect(partsFor(scriptLimits.copyCharsMin - 1)).toHaveLength(1);
  expect(partsFor(scriptLimits.copyCharsMin)).toHaveLength(3);
});

test("[IN19] a script beyond a store's bytes is sent in full and kept on neither side", () => {
  const long = [segment("x".repeat(scriptLimits.scriptBytesMax / 2))];
  const { store, packed } = packAll([segment(room)], long, long);
  expect(packed.bases).toEqual([]);
  expect(store.scripts).toHaveLength(1);
  const worker = unpackScript(emptyStore, packed, scriptLimits);
  expect([worker.kind, worker.store.scripts.length]).toEqual(["whole", 0]);
});

test("[IN19] at either limit the least recently used scripts go", () => {
  const limits = { scriptsMax: 3, scriptBytesMax: 40, copyCharsMin: 1 };
  const script = (key: string, chars: number) => ({ key, text: "x".repeat(chars) });
  const keep = (store: ScriptStore, key: string, chars: number) =>
    keepScript(store, script(key, chars), limits);
  let store: ScriptStore = keep(keep(keep(emptyStore, "a", 5), "b", 5), "c", 5);
  store = touchScripts(store, ["a", "unknown"]);
  expect(keysOf(store)).toEqual(["b", "c", "a"]);
  store = keep(store, "d", 5);
  expect(keysOf(store)).toEqual(["c", "a", "d"]);
  expect(keysOf(keep(store, "c", 5))).toEqual(["a", "d", "c"]);
  expect(keysOf(keep(store, "e", 11))).toEqual(["d", "e"]);
  expect(keysOf(keep(store, "f", 20))).toEqual(["f"]);
  expect(keysOf(keep(store, "g", 21))).toEqual(keysOf(store));
  expect(keysOf(dropScripts(store, ["a", "x"]))).toEqual(["c", "d"]);
});

test("[IN19] a script that is not held is asked for by key, and nothing else changes", () => {
  const { packed } = packAll([segment(room, "1")], [segment(`${room}Cy: Hello there.\n`, "2")]);
  const held = holding([segment("Another room altogether.\n")]);
  const step = unpackScript(held, packed, scriptLimits);
  expect(step).toEqual({ kind: "missing", keys: packed.bases, store: held });
});

test("[IN19] a wrong base or run is never used: the bases go and are asked for", () => {
  const first = [segment(room, "1")];
  const { packed } = packAll(first, [segment(`${room}Cy: Hello there.\n`, "2")]);
  const held = holding(first);
  expect(unpackScript(held, packed, scriptLimits).kind).toBe("whole");
  const [base] = held.scripts;
  if (base === undefined) throw new Error("Cannot test: no base is held");
  const wrong = { scripts: [{ key: base.key, text: base.text.replace("Ada", "Eve") }] };
  const shifted = packed.parts.map((part) =>
    typeof part === "string" ? part : [part[0], part[1] + 1, part[2]] as const
  );
  const beyond = packed.parts.map((part) =>
    typeof part === "string" ? part : [part[0], base.text.length, part[2]] as const
  );
  const missing = { kind: "missing", keys: [base.key], store: emptyStore };
  expect(unpackScript(wrong, packed, scriptLimits)).toEqual(missing);
  expect(unpackScript(held, { ...packed, parts: shifted }, scriptLimits)).toEqual(missing);
  expect(unpackScript(held, { ...packed, parts: beyond }, scriptLimits)).toEqual(missing);
  const whole = { ...packAll(first).packed, parts: [base.text.replace("Ada", "Eve")] };
  expect(unpackScript(held, whole, scriptLimits)).toMatchObject({ kind: "missing", keys: [] });
});

const key = "0123456789abcdef".repeat(2);
const good = { key, chars: 5, bases: [key], parts: ["ab", [0, 7, 3]] };

test.each<[title: string, value: unknown, isOk: boolean]>([
  ["text and a run", good, true],
  ["text alone", { key, chars: 2, bases: [], parts: ["ab"] }, true],
  ["nothing", { key, chars: 0, bases: [], parts: [] }, true],
  ["a length that its parts have not", { ...good, chars: 6 }, false],
  ["a key that is none", { ...good, key: key.toUpperCase() }, false],
  ["a base that is no key", { ...good, bases: ["all"] }, false],
  ["a base beyond the list", { ...good, parts: ["ab", [1, 7, 3]] }, false],
  ["a negative place", { ...good, parts: ["ab", [0, -1, 3]] }, false],
  ["half a character", { ...good, parts: ["ab", [0, 1.5, 3]] }, false],
  ["a run of two numbers", { ...good, parts: ["ab", [0, 3]] }, false],
  ["a part that is neither", { ...good, parts: ["ab", null, [0, 7, 3]] }, false],
  ["more bases than a store holds", {
    ...good,
    bases: Array.from({ length: scriptLimits.scriptsMax + 1 }, () => key),
  }, false],
  ["a run beyond a store's bytes", {
    ...good,
    chars: scriptLimits.scriptBytesMax,
    parts: [[0, 0, scriptLimits.scriptBytesMax]],
  }, false],
  ["a segment list", [segment("a")], false],
  ["null", null, false],
])("[IN19] decodes a packed script with %s", (_title, value, isOk) => {
  expect(decodePackedScript(value, scriptLimits).ok).toBe(isOk);
});
