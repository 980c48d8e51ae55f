/**
 * What ephemerals carry, and which are believed: pure, from texts and the room's state (D33).
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO24  One ephemeral carries what is new of every attempt that runs here, within its limits;
 *         what does not fit follows in the next.
 *   HO25  A received part counts only while its attempt is open, from the holder of the assignment
 *         that it cites, and when it leaves no gap.
 */

import type { Ephemeral, EphemeralPart } from "../protocol/ephemeral.ts";
import { protocolLimits } from "../protocol/limits.ts";
import type { RoomState } from "../room/room-state.ts";
import { hostingLimits } from "./limits.ts";

/** One running attempt of this peer. */
export interface SpokenText {
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  readonly assign: number;
  readonly text: string;
  /** UTF-16 code units of `text` that were sent. */
  readonly sentChars: number;
}

/** By {@link textKey}, the one that was sent longest ago first. */
export type SpokenTexts = ReadonlyMap<string, SpokenText>;

type AttemptOf = Pick<EphemeralPart, "turn" | "persona" | "attempt">;

export function textKey({ turn, persona, attempt }: AttemptOf): string {
  return `${turn}/${persona}/${attempt}`;
}

/** The text after `part`, or undefined when something before it is missing. */
export function textAfter(
  known: string,
  part: Pick<EphemeralPart, "offset" | "text">,
): string | undefined {
  return part.offset > known.length ? undefined : known.slice(0, part.offset) + part.text;
}

/** Takes what an attempt of this peer said. A part that begins at 0 makes its whole text news. */
export function takePart(texts: SpokenTexts, part: EphemeralPart): SpokenTexts {
  const key = textKey(part);
  const known = texts.get(key);
  const text = textAfter(known?.text ?? "", part);
  if (text === undefined) return texts;
  const sentChars = Math.min(known?.sentChars ?? 0, part.offset);
  const { turn, persona, attempt, assign } = part;
  return new Map(texts).set(key, { turn, persona, attempt, assign, text, sentChars });
}

/** The next ephemeral and what is left after it; `body` is undefined when nothing is new. */
export function packTexts(
  texts: SpokenTexts,
  state: RoomState,
  device: string,
): { readonly body: Ephemeral | undefined; readonly texts: SpokenTexts } {
  const waiting = new Map<string, SpokenText>();
  const sent = new Map<string, SpokenText>();
  const frames: EphemeralPart[] = [];
  let charsLeft: number = protocolLimits.ephemeralCharsMax;
  for (const [key, one] of texts) {
    // Settled, or not ours any more: forgotten.
    if (openAssignment(state, one, device) !== one.assign) continue;
    const text = one.text.slice(one.sentChars, one.sentChars + charsLeft);
    if (text === "" || frames.length >= protocolLimits.ephemeralPartsMax) {
      waiting.set(key, one);
      continue;
    }
    const { turn, persona, attempt, assign, sentChars } = one;
    frames.push({ turn, persona, attempt, assign, offset: sentChars, text }); // HO24
    charsLeft -= text.length;
    sent.set(key, { ...one, sentChars: sentChars + text.length });
  }
  return {
    body: frames.length === 0 ? undefined : { frames },
    texts: new Map([...waiting, ...sent]),
  };
}

/** Takes what `device` sent; `heard` is what of it is to be shown. */
export function hearEphemeral(
  texts: ReadonlyMap<string, string>,
  state: RoomState,
  device: string,
  ephemeral: Ephemeral,
): { readonly texts: ReadonlyMap<string, string>; readonly heard: readonly EphemeralPart[] } {
  const next = new Map([...texts].filter(([key]) => isOpenKey(state, key)));
  const heard: EphemeralPart[] = [];
  for (const part of ephemeral.frames) {
    const assign = openAssignment(state, part, device);
    const key = textKey(part);
    const known = next.get(key) ?? "";
    const text = textAfter(known, part);
    if (assign !== part.assign || text === undefined) continue; // HO25
    if (part.offset === 0 && known.startsWith(text)) continue; // The whole text again, or a piece.
    next.delete(key);
    next.set(key, text);
    heard.push(part);
  }
  const oldest = [...next.keys()].slice(0, -hostingLimits.ephemeralTextsMax);
  for (const key of oldest) next.delete(key);
  return { texts: next, heard };
}

/** Seq of the assignment under which `device` performs an open attempt. */
function openAssignment(
  state: RoomState,
  { turn, persona, attempt }: AttemptOf,
  device: string,
): number | undefined {
  const entry = state.turns.get(turn)?.entries.find((one) => one.persona === persona);
  const isOpen = entry !== undefined && entry.settled === undefined && entry.attempt === attempt;
  const assignment = state.personas.get(persona)?.assignment;
  return isOpen && assignment?.device === device ? assignment.seq : undefined;
}

function isOpenKey(state: RoomState, key: string): boolean {
  return state.openTurns.some((number) => {
    const turn = state.turns.get(number);
    return turn?.entries.some((entry) =>
      entry.settled === undefined && textKey({ ...entry, turn: number }) === key
    );
  });
}
