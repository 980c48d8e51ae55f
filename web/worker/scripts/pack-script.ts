/**
 * Decides, on the page, what of a prompt must be sent: only what no script holds that the worker is
 * believed to have.
 *
 * Pure. Greedy: at each piece the longest run of a kept script that begins there, the newest
 * script's of equally long ones, as in the dictionary coders after Lempel and Ziv (1977), but at
 * line boundaries. A room's next prompt is then a run of its last prompt, the new lines and a cue,
 * also when old lines left the window, a line was edited or the room was forked.
 *
 * Rules (shared/SPEC.md, section IN): IN18 (nothing is sent twice).
 */

import type { PromptSegment } from "#shared/inference/mod.ts";
import type { ScriptLimits } from "./limits.ts";
import type { CopyPart, PackedScript } from "./packed-script.ts";
import { createScript, cutScript, type Script } from "./script.ts";
import { keepScript, scriptBytes, type ScriptStore, touchScripts } from "./script-store.ts";

/** A script that was sent, with the places of its pieces. */
export interface SentScript extends Script {
  /** Of pieces that occur twice the first place. */
  readonly fromByPiece: ReadonlyMap<string, number>;
}

export interface PackStep {
  readonly packed: PackedScript;
  readonly sent: SentScript;
}

/** Packs a prompt against what is in `store`; an empty store packs it in full. */
export function packScript(
  store: ScriptStore<SentScript>,
  segments: readonly PromptSegment[],
  limits: ScriptLimits,
): PackStep {
  const pieces = cutScript(segments);
  const script = createScript(pieces.join(""));
  const { key, text } = script;
  const isTooLong = scriptBytes(text.length) > limits.scriptBytesMax;
  const runs = isTooLong ? [text] : findRuns(store.scripts, pieces, limits.copyCharsMin);
  const bases = [...new Set(runs.flatMap((run) => (typeof run === "string" ? [] : run.base.key)))];
  const parts = runs.map((run): string | CopyPart =>
    typeof run === "string" ? run : [bases.indexOf(run.base.key), run.from, run.chars]
  );
  return {
    packed: { key, chars: text.length, bases, parts },
    sent: { ...script, fromByPiece: placePieces(pieces) },
  };
}

/** What the worker holds once the packed script has arrived. */
export function keepSent(
  store: ScriptStore<SentScript>,
  { packed, sent }: PackStep,
  limits: ScriptLimits,
): ScriptStore<SentScript> {
  return keepScript(touchScripts(store, packed.bases), sent, limits);
}

interface Run {
  readonly base: SentScript;
  readonly from: number;
  readonly chars: number;
  /** How many pieces the run covers. */
  readonly pieceCount: number;
}

function findRuns(
  scripts: readonly SentScript[],
  pieces: readonly string[],
  copyCharsMin: number,
): readonly (string | Run)[] {
  const runs: (string | Run)[] = [];
  let fresh = "";
  for (let index = 0; index < pieces.length;) {
    const run = longestRun(scripts, pieces, index);
    if (run === undefined || run.chars < copyCharsMin) {
      fresh += pieces[index] ?? "";
      index += 1;
      continue;
    }
    if (fresh !== "") runs.push(fresh);
    fresh = "";
    runs.push(run);
    index += run.pieceCount;
  }
  return fresh === "" ? runs : [...runs, fresh];
}

/** Newest first, so that of equally long runs the newest script's wins. */
function longestRun(
  scripts: readonly SentScript[],
  pieces: readonly string[],
  index: number,
): Run | undefined {
  let best: Run | undefined;
  for (const base of scripts.toReversed()) {
    const from = base.fromByPiece.get(pieces[index] ?? "");
    if (from === undefined) continue;
    // What the best run lacks. Most scripts of a room do not have it either: one look tells.
    const beyond = pieces[index + (best?.pieceCount ?? 0)];
    if (beyond === undefined) break;
    if (!base.text.startsWith(beyond, from + (best?.chars ?? 0))) continue;
    const run = measureRun(base, from, pieces, index);
    if (run.chars > (best?.chars ?? 0)) best = run;
  }
  return best;
}

function measureRun(
  base: SentScript,
  from: number,
  pieces: readonly string[],
  index: number,
): Run {
  let chars = 0;
  let next = index;
  for (; next < pieces.length; next += 1) {
    const piece = pieces[next] ?? "";
    if (!base.text.startsWith(piece, from + chars)) break;
    chars += piece.length;
  }
  return { base, from, chars, pieceCount: next - index };
}

function placePieces(pieces: readonly string[]): ReadonlyMap<string, number> {
  const fromByPiece = new Map<string, number>();
  let from = 0;
  for (const piece of pieces) {
    if (!fromByPiece.has(piece)) fromByPiece.set(piece, from);
    from += piece.length;
  }
  return fromByPiece;
}
