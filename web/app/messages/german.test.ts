import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { starterProfile } from "#shared/inference/mod.ts";
import { onnxModels } from "../../models/onnx-models.ts";
import { webLlmModels } from "../../models/web-llm-models.ts";
import { messages as german } from "./de.ts";
import { goodFor } from "./english/good-for.ts";
import { directionOf, languages } from "./languages.ts";

const HERE = import.meta.dirname;

type Part = Readonly<Record<string, string>>;

/** Every file of a language's folder: its name and its texts, in their order. */
async function readParts(folder: string): Promise<readonly (readonly [string, Part])[]> {
  const files = readdirSync(join(HERE, folder)).sort();
  return await Promise.all(files.map(async (file) => {
    const exports = Object.values(await import(`./${folder}/${file}`) as Record<string, Part>);
    return [file, exports[0] ?? {}] as const;
  }));
}

const english = await readParts("english");
const englishByKey = new Map(english.flatMap(([, part]) => Object.entries(part)));
const germanByKey = new Map<string, string>(Object.entries(german));

function holesOf(text = ""): readonly string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).sort();
}

/** Texts that are the same in both languages: names, units, commands, words of both. */
const SAME: readonly string[] = [
  "app.name",
  "msg.code",
  "attention.words",
  // Said to the ready-made personas, whose starter model knows only English.
  ...["log.opener-1", "log.opener-2", "log.opener-3", "check.question"],
  ...["lane.webgpu", "lane.cpu", "lane.unknown", "turn.seconds", "turn.milliseconds"],
  ...["turn.budget-first", "turn.budget-all", "turn.persona", "cast.hosted"],
  ...["cards.part", "cards.lore-kept", "cards.field-name", "persona.name", "endpoints.name"],
  ...["models.size", "facts.webgpu", "outlook.need-webgpu"],
  ...["restarts.entry", "services.starts", "msg.label"],
  ...["reach.start-ollama", "reach.start-lm-studio", "reach.cors-ollama", "reach.cors-lm-studio"],
  "reach.cors-llama-server",
  ...["keys.name-down", "keys.name-up", "keys.name-escape"],
];

test("[SY196] German has exactly the keys of English, file by file and in the same order", async () => {
  const parts = await readParts("german");
  expect(parts.map(([file, part]) => [file, Object.keys(part)])).toEqual(
    english.map(([file, part]) => [file, Object.keys(part)]),
  );
  expect([...germanByKey.keys()].sort()).toEqual([...englishByKey.keys()].sort());
});

test("[SY196] a German text has the placeholders of the English one", () => {
  const differing = [...englishByKey].filter(([key, text]) =>
    holesOf(text).join() !== holesOf(germanByKey.get(key)).join()
  );
  expect(differing).toEqual([]);
});

test("[SY196] German has both forms of every plural", () => {
  const forms = [...germanByKey.keys()].filter((key) => /\.(one|other)$/.test(key));
  expect(forms.length).toBeGreaterThan(40);
  const missing = forms.filter((key) =>
    !germanByKey.has(key.replace(/one$/, "other")) || !germanByKey.has(key.replace(/other$/, "one"))
  );
  expect(missing).toEqual([]);
});

test("[SY196] no German text is empty, and none is English but those that are the same", () => {
  const same = [...germanByKey].filter(([key, text]) => text === englishByKey.get(key))
    .map(([key]) => key);
  expect(same.sort()).toEqual([...SAME].sort());
  expect([...germanByKey].filter(([, text]) => text.trim() === "")).toEqual([]);
});

test("German quotes as Germans do, and says du", () => {
  const texts = [...germanByKey].filter(([key]) => !key.startsWith("reach."));
  expect(texts.filter(([, text]) => /["“]\w|\w"|'/.test(text))).toEqual([]);
  expect(texts.filter(([, text]) => text.split("„").length !== text.split("“").length)).toEqual([]);
  expect(texts.filter(([, text]) => /[\wäöüß,] (Sie|Ihnen|Ihre[nmrs]?)\b/.test(text))).toEqual([]);
});

test("[SY196] what a model is good for is a text of the catalogue", () => {
  for (const profile of [starterProfile, ...onnxModels, ...webLlmModels]) {
    expect(Object.keys(goodFor)).toContain(profile.goodFor);
  }
});

test("[SY282] each language has a manifest: the same app, said in that language", () => {
  const read = (file: string): Record<string, unknown> =>
    JSON.parse(readFileSync(join(HERE, "../../public", file), "utf8"));
  const said = ["lang", "dir", "description", "shortcuts", "screenshots"];
  const own = read("manifest.webmanifest");
  const unsaid = (list: unknown) =>
    (list as readonly Record<string, unknown>[]).map((one) => ({ ...one, name: "", label: "" }));
  const rest = (manifest: Record<string, unknown>) =>
    Object.entries(manifest).filter(([key]) => !said.includes(key));
  for (const tag of languages.filter((one) => one !== "en")) {
    const other = read(`manifest.${tag}.webmanifest`);
    expect(rest(other)).toEqual(rest(own));
    expect([other["lang"], other["dir"]]).toEqual([tag, directionOf(tag)]);
    expect(other["description"]).not.toBe(own["description"]);
    for (const list of ["shortcuts", "screenshots"]) {
      expect(unsaid(other[list])).toEqual(unsaid(own[list]));
    }
  }
});

test("the page is offered in German, and each language has its direction", () => {
  expect(languages).toEqual(["en", "de"]);
  expect(["de", "en", "ar", "he"].map(directionOf)).toEqual(["ltr", "ltr", "rtl", "rtl"]);
  expect(readFileSync(join(HERE, "de.ts"), "utf8")).not.toContain("english/");
});
