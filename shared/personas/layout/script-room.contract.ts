/** A room in a few lines, for tests: who says what, and what each request of its script is. */

import { chatSpeakCue, chatStops } from "../layout-chat.ts";
import type { LayoutRequest } from "../layout-parts.ts";
import {
  keepReply,
  layoutScript,
  type ReplyFate,
  type ScriptLine,
  type ScriptRequest,
  type ScriptStep,
  type SharedScript,
} from "./shared-script.ts";

export interface ScriptMember {
  readonly name: string;
  readonly gist: string;
  readonly description: string;
}

export interface ScriptRoomOptions {
  readonly cast: readonly ScriptMember[];
  readonly people?: readonly string[];
  readonly tokensMax?: number;
}

export interface ScriptRoom {
  lines: ScriptLine[];
  held: SharedScript | undefined;
  readonly fates: Map<string, ReplyFate>;
  /** Adds a line of a person and returns its seq. */
  say(author: string, text: string): number;
  /** The request of the next line of this member of the cast. */
  request(speaker: number, overrides?: Partial<ScriptRequest>): ScriptRequest;
  /** Asks for it without taking a reply. */
  step(speaker: number, overrides?: Partial<ScriptRequest>): ScriptStep;
  /** Asks for it, takes this reply, and shows it in the room unless it is silence. */
  answer(speaker: number, text: string, overrides?: Partial<ScriptRequest>): ScriptStep;
  /** The same request of a prompt of her own. */
  own(speaker: number): LayoutRequest;
}

export function openScriptRoom(
  { cast, people = ["Mika"], tokensMax = 2_000 }: ScriptRoomOptions,
): ScriptRoom {
  let seq = 0;
  let replies = 0;
  const room: ScriptRoom = {
    lines: [],
    held: undefined,
    fates: new Map(),
    say(author, text) {
      seq += 1;
      room.lines = [...room.lines, { seq, author, isPersona: false, text }];
      return seq;
    },
    own(speaker) {
      const one = cast[speaker];
      if (one === undefined) throw new Error(`Cannot ask ${speaker}: the cast has ${cast.length}`);
      return {
        format: "chat",
        speaker: one,
        others: cast.filter((other) => other !== one),
        people,
        lines: room.lines,
        addressed: { kind: "all" },
        tokensMax,
      };
    },
    request(speaker, overrides = {}) {
      const own = room.own(speaker);
      replies += 1;
      return {
        ...own,
        roomId: "rm",
        lines: room.lines,
        castKey: cast.map(({ name, gist }) => `${name}/${gist}`).join(),
        replyId: String(replies),
        asked: "line",
        cue: chatSpeakCue(own),
        stop: chatStops(own),
        fateOf: ({ id }) => room.fates.get(id) ?? { kind: "open" },
        ...overrides,
      };
    },
    step: (speaker, overrides) => layoutScript(room.held, room.request(speaker, overrides)),
    answer(speaker, text, overrides = {}) {
      const step = room.step(speaker, overrides);
      const { awaited, tokens } = step.draft;
      room.held = keepReply(step.draft, text, tokens + Math.ceil(text.length / 4));
      if (text.trim() === "PASS") {
        room.fates.set(awaited.id, { kind: "silent" });
      } else if ((overrides.asked ?? "line") === "line") {
        seq += 1;
        room.lines = [
          ...room.lines,
          { seq, author: awaited.speaker, isPersona: true, text: text.trim() },
        ];
        room.fates.set(awaited.id, { kind: "line", seq });
      }
      return step;
    },
  };
  return room;
}
