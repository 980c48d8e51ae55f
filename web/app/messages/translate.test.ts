import { expect, test } from "vitest";
import { messages } from "./en.ts";
import { cards } from "./english/cards.ts";
import { check } from "./english/check.ts";
import { hosting } from "./english/hosting.ts";
import { people } from "./english/people.ts";
import { roomFile } from "./english/room-file.ts";
import { roomOptions } from "./english/room-options.ts";
import { session } from "./english/session.ts";
import { matchLanguage } from "./languages.ts";
import { addEnglish, formatList, plural, setCatalogue, t, tData } from "./translate.ts";

test("a text has its placeholders filled", () => {
  expect(t("run.queued", { name: "Ada" })).toBe("Ada is next");
});

test("a plural chooses its form by the count", () => {
  expect(plural("aside.count", 1)).toBe("1 message set aside");
  expect(plural("aside.count", 12)).toBe("12 messages set aside");
});

test("a hole without a value stays visible instead of becoming 'undefined'", () => {
  expect(tData("run.queued", {})).toBe("{name} is next");
});

test("every plural has both of its English forms", () => {
  const parts = [messages, session, cards, hosting, people, roomFile, roomOptions];
  const keys = new Set(parts.flatMap((part) => Object.keys(part)));
  const singles = [...keys].filter((key) => key.endsWith(".one"));
  const others = [...keys].filter((key) => key.endsWith(".other"));
  expect(singles.map((key) => key.replace(/one$/, "other"))).toEqual(others);
});

test("a second language is a catalogue alone, and English stands in for what it lacks", () => {
  setCatalogue("de", { "nav.models": "Modelle", "aside.count.other": "{count} beiseite" });
  try {
    expect(t("nav.models")).toBe("Modelle");
    expect(t("nav.settings")).toBe("Settings");
    expect(plural("aside.count", 1_234)).toBe("1.234 beiseite");
    expect(formatList(["Ada", "Bo"])).toBe("Ada und Bo");
  } finally {
    setCatalogue("en", messages);
  }
});

test("a screen brings its English along, and no key of the page is in it", () => {
  const brought = [
    ...Object.keys(cards),
    ...Object.keys(check),
    ...Object.keys(session),
    ...Object.keys(hosting),
    ...Object.keys(people),
  ];
  expect(brought.filter((key) => Object.hasOwn(messages, key))).toEqual([]);
  expect(t("check.title")).toBe("check.title");
  addEnglish(check);
  expect(t("check.title")).toBe("Check this device");
  expect(t("nav.settings")).toBe("Settings");
});

test("the best language is the first wish that exists, by tag, then by language", () => {
  expect(matchLanguage(["de-AT", "en"], ["en", "de"])).toBe("de");
  expect(matchLanguage(["pt-BR", "pt"], ["en", "pt-BR"])).toBe("pt-BR");
  expect(matchLanguage(["fi"], ["en", "de"])).toBe("en");
});
