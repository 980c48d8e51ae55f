/** Speaks each finished message once, whole, with its speaker's name; never a half sentence. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Message, RoomState } from "#shared/room/mod.ts";
import { t } from "../../messages/translate.ts";
import { dropBidi } from "../../text/bidi.ts";
import { deviceName, personaName } from "../room-names.ts";
import { describeChoice, describeOutcome } from "./outcome-line.ts";

/** Kept in the region: readers speak additions, and a long history there helps nobody. */
const LINES_MAX = 4;

interface Line {
  readonly key: string;
  readonly text: string;
}

export function Announcer({ state, ownDevice, isUnheard }: {
  readonly state: RoomState;
  readonly ownDevice: string;
  /** Whose messages are folded here. */
  readonly isUnheard: (author: string) => boolean;
}): JSX.Element {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const spokenUntil = useRef(state.head);
  useEffect(() => {
    const fresh = linesSince(
      state,
      spokenUntil.current,
      (author) => author === ownDevice || isUnheard(author),
    );
    spokenUntil.current = state.head;
    if (fresh.length > 0) setLines((before) => [...before, ...fresh].slice(-LINES_MAX));
  }, [state, ownDevice]);
  return (
    <div class="sr-only" role="status" aria-live="polite" aria-label={t("log.announcements")}>
      {lines.map((line) => <p key={line.key}>{line.text}</p>)}
    </div>
  );
}

/** Settlements, and messages of all but those `isUnheard`, after `seq` in log order. */
export function linesSince(
  state: RoomState,
  seq: number,
  isUnheard: (author: string) => boolean,
): readonly Line[] {
  const lines: (Line & { readonly seq: number })[] = [];
  for (let index = state.messages.length - 1; index >= 0; index--) {
    const message = state.messages[index];
    // An answer given again keeps its place, so only the newest messages can be fresh.
    if (message === undefined || message.seq <= seq) break;
    if (isUnheard(message.author)) continue;
    const name = message.kind === "person"
      ? deviceName(state, message.author)
      : personaName(state, message.author);
    const said = message.text === "" ? t("log.shows", { name }) : saidWords(state, message, name);
    lines.push({ key: `m${message.seq}`, seq: message.seq, text: said });
  }
  for (const turn of recentTurns(state, seq)) {
    for (const { persona, settled } of turn.entries) {
      if (settled === undefined || settled.settledSeq <= seq) continue;
      const nameOf = (id: string): string => personaName(state, id);
      const describe = turn.vote === undefined ? describeOutcome : describeChoice;
      const line = describe(settled.outcome, persona, nameOf);
      if (line === undefined || ("text" in settled.outcome && settled.outcome.text !== "")) {
        continue;
      }
      const text = `${line.text} ${line.advice}`.trim();
      lines.push({ key: `q${turn.turn}${persona}`, seq: settled.settledSeq, text });
    }
  }
  return lines.sort((a, b) => a.seq - b.seq);
}

/** With whom it answers, where that is known. */
function saidWords(state: RoomState, message: Message, name: string): string {
  const text = dropBidi(message.text);
  const { replyTo } = message;
  const said = replyTo === undefined
    ? undefined
    : state.messages.findLast(({ seq }) => seq === replyTo);
  if (said === undefined) return t("log.says", { name, text });
  const nameOf = said.kind === "person" ? deviceName : personaName;
  return t("log.replies", { name, to: nameOf(state, said.author), text });
}

function recentTurns(state: RoomState, seq: number) {
  const all = [...state.turns.values()];
  return all.filter((turn) => turn.settledSeq === undefined || turn.settledSeq > seq);
}
