/**
 * English: every text that a person can read, by key, but those of screens that bring their own
 * (`english/cards.ts` and others). `{name}` is filled in by `t`; keys that end
 * in `.one` and `.other` are the plural forms of one text and are chosen by `plural`.
 *
 * Another language is a file beside this one with the same export and all keys, those of the other
 * parts too (`de.ts`, SY196); no other code changes (languages.ts).
 */

import { engine } from "./english/engine.ts";
import { room } from "./english/room.ts";
import { shared } from "./english/shared.ts";
import { shell } from "./english/shell.ts";

export const messages = { ...shell, ...room, ...shared, ...engine } as const;
