import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { encodeCheckpoint, logCheckpointOf } from "./checkpoint.ts";
import { foldEntries } from "./fold.ts";
import { roomLimits } from "./limits.ts";
import { entriesBehind, longRoom, type Step, stepsBehind } from "./long-room.contract.ts";
import { decodeRecent, encodeRecent, recentState } from "./recent-state.ts";
import type { RoomState } from "./room-state.ts";

const KEPT = 210;

function stored(state: RoomState, messagesMax: number): RoomState {
  const recent = recentState(state, messagesMax);
  if (recent === undefined) throw new Error("the room is too short");
  const decoded = decodeRecent(encodeRecent(recent));
  if (!decoded.ok) throw new Error(decoded.error.detail);
  expect(decoded.value).toEqual(recent);
  return decoded.value;
}

/** What both have, of the whole state. */
function sharedPart(whole: RoomState, recent: RoomState) {
  const messages = whole.messages.slice(-recent.messages.length);
  const turns = new Map([...whole.turns].filter(([number]) => recent.turns.has(number)));
  return { ...whole, messages, turns };
}

const again = { turn: 164, persona: "a", attempt: 0, assign: 5 } as const;
/** The turn's messages are in reach of the whole state alone. Found by this property. */
const lateForATurnAskedAgain: readonly Step[] = [
  [{ kind: "again", turn: again.turn, persona: again.persona }, "dv_me", 10],
  [{ kind: "stop", scope: { kind: "turn", turn: 418 } }, "dv_me", 10],
  [{ kind: "partial", ...again, turn: 166, text: "p" }, "dv_me", roomLimits.staleMs + 1],
];

test.each([["with", true], ["without", false]])(
  "[SY138] the newest messages fold on as all of them do, in a log %s a checkpoint",
  (_, hasCheckpoint) => {
    const base = longRoom(hasCheckpoint);
    const baseState = base.state();
    const counts = { missed: 0, used: 0 };
    const check = (more: readonly Step[], cut: number, messagesMax: number): void => {
      const entries = entriesBehind(base, more);
      const covered = foldEntries(baseState, entries.slice(0, cut));
      const whole = foldEntries(covered, entries.slice(cut));
      const recent = foldEntries(stored(covered, messagesMax), entries.slice(cut));
      if (recent.earlier?.isMissed === true) {
        counts.missed += 1;
        return;
      }
      counts.used += 1;
      const { earlier, ...state } = recent;
      expect(state).toEqual(sharedPart(whole, recent));
      expect(earlier?.messages).toBe(whole.messages.length - recent.messages.length);
      if (messagesMax >= KEPT) expect(logCheckpointOf(recent)).toBe(logCheckpointOf(whole));
    };
    const messagesMax = fc.constantFrom(3, 30, KEPT);
    check(lateForATurnAskedAgain, 2, 3);
    fc.assert(fc.property(stepsBehind(base), fc.nat(40), messagesMax, check), { numRuns: 450 });
    expect(counts.missed).toBeGreaterThan(10);
    expect(counts.used).toBeGreaterThan(10);
  },
);

test("[SY138] what is said, answered and stopped in a long room needs none of its older messages", () => {
  const base = longRoom(false);
  const from = base.entries.length;
  const recent = stored(base.state(), KEPT);
  const turn = base.say("and now?");
  const settle = { turn, attempt: 0, seenSeq: 1, fingerprint: "f" } as const;
  const outcome = { kind: "replied", text: "so", finish: "stop" } as const;
  base.add({ kind: "settle", ...settle, persona: "a", assign: 5, outcome });
  base.add({ kind: "stop", scope: { kind: "all" } });
  base.add({ kind: "again", turn, persona: "b" });
  const folded = foldEntries(recent, base.entries.slice(from));
  expect(folded.earlier).toMatchObject({ isMissed: false });
  expect(folded.messages.slice(-2)).toEqual(base.state().messages.slice(-2));
});

test("[SY138] a stored text without its count, or damaged, is refused", () => {
  const text = encodeRecent(stored(longRoom(false).state(), KEPT));
  const state = text.slice(text.indexOf(" "));
  for (const bad of [state, `0${state}`, `x${text}`, `-3${state}`, text.slice(0, -1), "", "9"]) {
    expect(decodeRecent(bad).ok).toBe(false);
  }
});

test("[RM21] a state of others says nothing of what is not at hand here", () => {
  const state = stored(longRoom(true).state(), KEPT);
  expect(encodeCheckpoint(state)).not.toContain("earlier");
});
