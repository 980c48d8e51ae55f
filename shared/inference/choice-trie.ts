/**
 * A prefix tree over the tokens of choices: what may follow while a reply is held to them.
 *
 *   IN15  On the way to a choice only tokens that lead to one can follow, and the end only behind a
 *         whole one.
 *
 * Pure. Knows tokens as numbers only; how a tokeniser spells a choice is the back end's matter, and
 * a choice may be spelt in several ways. "Ann" may be the beginning of "Anna": behind it both the
 * end and more can follow.
 */

import { err, ok, type Result } from "../base/result.ts";

/** One way in which a tokeniser spells a choice, without the end token. */
export interface ChoicePath {
  readonly choice: string;
  readonly tokens: readonly number[];
}

export interface ChoiceNode {
  /** The choice that the tokens up to here spell in full; undefined on the way to one. */
  readonly choice: string | undefined;
  readonly next: ReadonlyMap<number, ChoiceNode>;
}

export interface ChoiceOptions {
  readonly tokens: readonly number[];
  /** True behind a whole choice. */
  readonly mayEnd: boolean;
}

export interface ChoiceTrie {
  readonly root: ChoiceNode;
  /** Tokens of the longest path, without an end token. */
  readonly pathTokensMax: number;
}

export type ChoiceTrieError =
  /** No path at all, or one without tokens or with an end token in it. */
  | { readonly kind: "choice-unspelt"; readonly choice: string }
  /** Two choices that this tokeniser spells alike. */
  | { readonly kind: "choices-alike"; readonly choices: readonly [string, string] };

interface GrowingNode {
  choice: string | undefined;
  readonly next: Map<number, GrowingNode>;
}

/** Joins the paths; refuses what could not be told apart or never ends. */
export function createChoiceTrie(
  paths: readonly ChoicePath[],
  endTokens: ReadonlySet<number>,
): Result<ChoiceTrie, ChoiceTrieError> {
  if (paths.length === 0) return err({ kind: "choice-unspelt", choice: "" });
  const root: GrowingNode = { choice: undefined, next: new Map() };
  let pathTokensMax = 0;
  for (const { choice, tokens } of paths) {
    if (tokens.length === 0 || tokens.some((token) => endTokens.has(token))) {
      return err({ kind: "choice-unspelt", choice });
    }
    let node = root;
    for (const token of tokens) node = growInto(node, token);
    if (node.choice !== undefined && node.choice !== choice) {
      return err({ kind: "choices-alike", choices: [node.choice, choice] });
    }
    node.choice = choice;
    pathTokensMax = Math.max(pathTokensMax, tokens.length);
  }
  return ok({ root, pathTokensMax });
}

/** What can follow at `node`: never nothing. The tokens come in the order of the paths. */
export function choiceOptions(node: ChoiceNode): ChoiceOptions {
  return { tokens: [...node.next.keys()], mayEnd: node.choice !== undefined };
}

function growInto(node: GrowingNode, token: number): GrowingNode {
  const known = node.next.get(token);
  if (known !== undefined) return known;
  const grown: GrowingNode = { choice: undefined, next: new Map() };
  node.next.set(token, grown);
  return grown;
}
