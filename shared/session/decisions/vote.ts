/**
 * Vote: reads from a director's words whom it chose.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC20  A vote is the name it consists of; where the engine could not be held to the names, the
 *         one that comes first in the text as a word of its own, of several there the longest.
 *         Words that name nobody are no vote.
 */

import type { Decision } from "./decision.ts";
import { isPass } from "./pass-rule.ts";

/** Someone who can be chosen, under the name by which the prompt calls her. */
export interface BallotChoice {
  readonly name: string;
  readonly speaker: string;
}

/** Whom a director chooses: the speaker's id. A PASS declines. */
export function voteDecision(ballot: readonly BallotChoice[]): Decision<string> {
  const choices = ballot.map((choice) => choice.name);
  return {
    answers: { kind: "choices", choices },
    read(text) {
      const choice = readBallot(text, ballot);
      if (choice !== undefined) return { kind: "chosen", choice };
      if (isPass(text)) return { kind: "declined" };
      const problem = `It names none of ${choices.join(", ")}`;
      return { kind: "unreadable", raw: text, problem };
    },
  };
}

function readBallot(text: string, ballot: readonly BallotChoice[]): string | undefined {
  const said = text.trim();
  const exact = ballot.find((choice) => choice.name === said);
  if (exact !== undefined) return exact.speaker;
  const found = ballot
    .map((choice) => ({ choice, at: indexOfWord(said, choice.name) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.choice.name.length - a.choice.name.length);
  return found[0]?.choice.speaker;
}

/** Where `word` stands in `text` with nothing of a word before or behind it; -1 for nowhere. */
function indexOfWord(text: string, word: string): number {
  const isInWord = (character: string | undefined): boolean =>
    character !== undefined && /[\p{L}\p{M}\p{N}_]/u.test(character);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isInWord(text[at - 1]) && !isInWord(text[at + word.length])) return at;
  }
  return -1;
}
