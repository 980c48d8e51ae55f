/** All hostile messages, and the room file that holds them. */

import { writeRoomFile } from "#shared/hosting/mod.ts";
import { FixtureRoom, OWN_DEVICE } from "../ui/fixture-room.ts";
import type { HostileCase } from "./hostile-case.ts";
import { linkCases } from "./link-cases.ts";
import { markdownCases } from "./markdown-cases.ts";
import { markupCases } from "./markup-cases.ts";
import { textCases } from "./text-cases.ts";

/** Each family fits one room's file. */
export const families: Readonly<Record<string, readonly HostileCase[]>> = {
  markdown: markdownCases,
  links: linkCases,
  markup: markupCases,
  text: textCases,
};

const OTHER = "dv_other";
const PERSONA = "pe_other";

/** A room of these texts: another person says one and a persona answers with the next, in turn. */
export function roomFileOf(texts: readonly string[]): Buffer {
  const room = new FixtureRoom("rm_hostile", "Hostile", Date.UTC(2026, 0, 1));
  room.addDevice(OTHER, "Other", false);
  const card = { name: "Echo", gist: "says it again", description: "", greeting: "", hue: 200 };
  room.addPersona(PERSONA, card);
  room.append({ kind: "recipe", recipe: { kind: "addressed", followUpsMax: 0 } });
  for (let index = 0; index < texts.length; index += 2) {
    const turn = room.say(texts[index] ?? "", [PERSONA], 1_000, OTHER);
    room.reply(turn, PERSONA, texts[index + 1] ?? "The end");
  }
  const file = writeRoomFile(room.state, OWN_DEVICE, OWN_DEVICE, new Map());
  if (!file.ok) throw new Error(file.error.kind);
  if (file.value.messagesLeftOut > 0) throw new Error("The corpus is too large for one room");
  return Buffer.from(file.value.bytes);
}

/** Direction controls are shown as marks, not kept as text (web/app/text/bidi.ts). */
const CONTROLS = /[\u202A-\u202E\u2066-\u2069]/g;

/**
 * What must be left of a text on the screen: its letters and everything outside ASCII, in order.
 * Punctuation and digits of ASCII may be markdown's; what else it takes away a case names.
 */
function lettersOf(text: string): string {
  return text.replace(CONTROLS, "").replace(/[\0-@[-`{-\x7F\s\x80-\x9F]/g, "");
}

/** The first letters of `hostile` that `shown` lacks; undefined when all are there, in order. */
export function missingLetters({ text, hides = [] }: HostileCase, shown: string) {
  let rest = text;
  for (const hidden of hides) {
    const at = rest.indexOf(hidden);
    if (at < 0) throw new Error(`Nothing to hide: ${hidden}`);
    rest = rest.slice(0, at) + rest.slice(at + hidden.length);
  }
  const wanted = lettersOf(rest);
  const given = lettersOf(shown);
  let found = 0;
  for (let index = 0; index < given.length && found < wanted.length; index += 1) {
    if (given[index] === wanted[found]) found += 1;
  }
  return found === wanted.length ? undefined : wanted.slice(found, found + 40);
}
