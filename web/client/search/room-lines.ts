/**
 * What of rooms can be found: the texts of their messages, ready for comparing, as long as a search
 * is open.
 *
 * Owns how much is kept. Does not own reading (room-reader.ts) nor what is shown.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY216 A search stores nothing: what it read is in memory, bounded, and gone when it is closed.
 *   SY219 A message is found as the room shows it now: as edited or picked, set aside or not.
 */

import type { Message, RoomState } from "#shared/room/mod.ts";
import { type FindQuery, holdsAll, parseQuery, snippetOf } from "./find-query.ts";
import { foldText } from "./fold-text.ts";
import { searchLimits } from "./limits.ts";
import type { RoomFound, RoomHit } from "./room-search.ts";

export interface RoomLine {
  readonly seq: number;
  readonly at: number;
  readonly kind: Message["kind"];
  readonly author: string;
  readonly turn: number;
  readonly aside: boolean;
  /** Its words, and those of its pictures each on a line of its own. */
  readonly text: string;
  readonly folded: string;
}

/** One room as it was read. */
export interface RoomLines {
  readonly head: number;
  /** The id of the log's newest entry when it was read: by that it is known again. */
  readonly newest?: string | undefined;
  readonly name: string;
  readonly lines: readonly RoomLine[];
  readonly names: ReadonlyMap<string, string>;
}

/** The texts of `state`; those that `before` has already are not folded again. */
export function linesOf(state: RoomState, before?: RoomLines): RoomLines {
  const known = new Map(before?.lines.map((line) => [line.seq, line]));
  const names = new Map<string, string>();
  const lines = state.messages.map((message): RoomLine => {
    const { seq, at, kind, author, turn, aside } = message;
    const key = speakerKey(kind, author);
    if (!names.has(key)) names.set(key, nameOf(state, message));
    const text = [message.text, ...(message.images ?? []).map(({ alt }) => alt)].join("\n").trim();
    const old = known.get(seq);
    const isSame = old !== undefined && old.text === text && old.aside === aside;
    // Another message of these words has its place where the log was replaced.
    return isSame && old.at === at && old.author === author
      ? old
      : { seq, at, kind, author, turn, aside, text, folded: foldText(text) };
  });
  return { head: state.head, name: state.name, lines, names };
}

function nameOf({ personas, devices }: RoomState, { kind, author }: Message): string {
  const name = kind === "persona" ? personas.get(author)?.card.name : devices.get(author)?.name;
  return name ?? "";
}

/** Who said it, as one key: a device and a persona may have the same id. */
export function speakerKey(kind: Message["kind"], author: string): string {
  return `${kind}/${author}`;
}

/** The newest first; `speaker` undefined is everybody. */
export function findInLines(
  roomId: string,
  { name, lines, names }: RoomLines,
  text: string,
  options: {
    readonly speaker?: string | undefined;
    readonly hitsMax: number;
    readonly withSnippets: boolean;
  },
): RoomFound {
  const query = parseQuery(text);
  const hits: RoomHit[] = [];
  let count = 0;
  for (let index = query.length === 0 ? -1 : lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] as RoomLine;
    const speaker = speakerKey(line.kind, line.author);
    if (options.speaker !== undefined && options.speaker !== speaker) continue;
    if (!holdsAll(query, line.folded, line.text)) continue;
    count += 1;
    if (hits.length >= options.hitsMax) continue;
    hits.push(hitOf(line, names.get(speaker) ?? "", options.withSnippets ? query : undefined));
  }
  return { roomId, name, count, hits };
}

function hitOf(line: RoomLine, name: string, query: FindQuery | undefined): RoomHit {
  const { seq, at, kind, author, turn, aside } = line;
  const hit = { seq, at, kind, author, turn, aside, name };
  return query === undefined ? hit : { ...hit, snippet: snippetOf(query, line.text) };
}

export interface KeptLines {
  get(roomId: string): RoomLines | undefined;
  keep(roomId: string, lines: RoomLines): void;
}

/** Keeps what was read of the rooms that were searched last, within `charsMax` (SY216). */
export function createKeptLines(charsMax: number = searchLimits.keptCharsMax): KeptLines {
  const kept = new Map<string, { readonly lines: RoomLines; readonly chars: number }>();
  let chars = 0;
  const drop = (roomId: string): void => {
    chars -= kept.get(roomId)?.chars ?? 0;
    kept.delete(roomId);
  };
  return {
    get(roomId) {
      const found = kept.get(roomId);
      if (found === undefined) return undefined;
      kept.delete(roomId);
      kept.set(roomId, found);
      return found.lines;
    },
    keep(roomId, lines) {
      drop(roomId);
      const own = lines.lines.reduce((sum, { text }) => sum + text.length, 0);
      if (own > charsMax) return;
      kept.set(roomId, { lines, chars: own });
      chars += own;
      for (const oldest of kept.keys()) {
        if (chars <= charsMax) return;
        drop(oldest);
      }
    },
  };
}
