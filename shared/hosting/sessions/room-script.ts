/**
 * A room as its shared script reads it: the cast, and what became of replies. Pure.
 *
 *   HO172 Only what a turn asks of its personas goes into a shared script: their lines, what they
 *         do before, and votes. Private work has prompts of its own, and so has everything in a
 *         room whose personas know only what they heard (RM40).
 */

import { stableKey } from "../../base/stable-key.ts";
import type { LoadedModel } from "../../inference/engine.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { chatSpeakCue, chatStops } from "../../personas/layout-chat.ts";
import { decideCue, type DecideQuestion } from "../../personas/layout-private.ts";
import { voteCue } from "../../personas/layout-vote.ts";
import type { ReplyFate, ScriptReply, ScriptRequest } from "../../personas/layout/shared-script.ts";
import type { InputRecord } from "../../ports/peer-store.ts";
import type { RoomState } from "../../room/room-state.ts";
import { parentOf } from "../../session/children/child-registry.ts";
import type { PromptWindow } from "../prompt-window.ts";

/** What is asked of the speaker of a window. */
export interface ScriptQuestion {
  readonly decide: Pick<DecideQuestion, "tools"> | undefined;
  /** Names of who can be chosen; undefined where personas speak. */
  readonly vote: readonly string[] | undefined;
  /** Why the last answer could not be read. */
  readonly problem?: string | undefined;
  /** Tells the questions of one attempt apart. */
  readonly call: number;
}

/** True where a prompt of this input continues a script of the whole room (HO172). */
export function isScripted(
  { presence }: Pick<RoomState, "presence">,
  model: Pick<LoadedModel, "promptLayout">,
  { promptFormat }: Pick<ModelProfile, "promptFormat">,
  { work, persona }: Pick<InputRecord, "work" | "persona">,
): boolean {
  return model.promptLayout === "shared-script" && promptFormat === "chat" &&
    presence === undefined && work === undefined && parentOf(persona) === undefined;
}

export function scriptRequest(
  state: RoomState,
  { turn, persona, attempt }: Pick<InputRecord, "turn" | "persona" | "attempt">,
  window: PromptWindow,
  { decide, vote, problem, call }: ScriptQuestion,
): ScriptRequest {
  const base = { ...window, roomId: state.roomId, castKey: castKeyOf(state) };
  const asked = decide !== undefined ? "tool" : vote !== undefined ? "vote" : "line";
  return {
    ...base,
    asked,
    replyId: [turn, attempt, call, persona].join("/"),
    cue: decide !== undefined
      ? decideCue(window, { ...decide, problem })
      : vote !== undefined
      ? voteCue(window, vote, problem)
      : chatSpeakCue(window),
    stop: asked === "line" ? chatStops(window) : asked === "vote" ? ["\n"] : [],
    fateOf: (reply) => fateOf(state, reply),
  };
}

function castKeyOf({ personas }: RoomState): string {
  return stableKey(
    [...personas.values()].filter((one) => !one.removed).flatMap(({ id, card }) => [
      id,
      card.name,
      card.gist,
      card.description,
    ]),
  );
}

/** What the room made of a reply: the newest line of its persona in its turn, or none. */
function fateOf(state: RoomState, { id, asked }: ScriptReply): ReplyFate {
  if (asked !== "line") return { kind: "open" };
  const [turn, attempt, _call, persona] = id.split("/");
  const number = Number(turn);
  const entry = state.turns.get(number)?.entries.find((one) => one.persona === persona);
  if (entry === undefined) return { kind: "gone" };
  const settled = entry.attempts.find((one) => one.attempt === Number(attempt)) ?? entry.settled;
  if (settled === undefined) return { kind: "open" };
  if (settled.attempt !== Number(attempt)) return { kind: "gone" };
  if (settled.outcome.kind === "silent") return { kind: "silent" };
  if (settled.outcome.kind !== "replied") return { kind: "gone" };
  const line = state.messages.findLast((one) => one.turn === number && one.author === persona);
  return line === undefined ? { kind: "gone" } : { kind: "line", seq: line.seq };
}
