import { fc } from "../testing/properties.ts";
import { describe, expect, test } from "vitest";
import {
  type ChoiceNode,
  choiceOptions,
  type ChoicePath,
  type ChoiceTrie,
  createChoiceTrie,
} from "./choice-trie.ts";

const END = 0;
const ends = new Set([END]);

/** One token a letter. */
const spell = (choice: string): ChoicePath => ({
  choice,
  tokens: [...choice].map((char) => char.codePointAt(0) ?? -1),
});

function trieOf(paths: readonly ChoicePath[]): ChoiceTrie {
  const trie = createChoiceTrie(paths, ends);
  if (!trie.ok) throw new Error(JSON.stringify(trie.error));
  return trie.value;
}

/** Every reply that the trie lets through: the tokens up to each allowed end. */
function repliesOf(node: ChoiceNode, said: readonly number[] = []): (readonly number[])[] {
  const { tokens, mayEnd } = choiceOptions(node);
  const longer = tokens.flatMap((token) => {
    const next = node.next.get(token);
    return next === undefined ? [] : repliesOf(next, [...said, token]);
  });
  return mayEnd ? [said, ...longer] : longer;
}

const key = (tokens: readonly number[]): string => tokens.join(" ");

describe("[IN15] a trie over any choices", () => {
  /** Few letters, so that most choices begin others. */
  const choices = fc.uniqueArray(fc.stringMatching(/^[abc]{1,6}$/), { minLength: 1 });

  test("lets through exactly the choices, each once", () => {
    fc.assert(fc.property(choices, (names) => {
      const replies = repliesOf(trieOf(names.map(spell)).root);
      expect(replies.map(key).toSorted()).toEqual(
        names.map((n) => key(spell(n).tokens)).toSorted(),
      );
    }));
  });

  test("names at each allowed end the choice that was spelt, and nowhere else", () => {
    fc.assert(fc.property(choices, (names) => {
      const walk = (node: ChoiceNode, said: string): void => {
        expect(node.choice).toBe(names.includes(said) ? said : undefined);
        const { tokens, mayEnd } = choiceOptions(node);
        expect(mayEnd).toBe(names.includes(said));
        expect(mayEnd || tokens.length > 0).toBe(true);
        for (const [token, next] of node.next) walk(next, said + String.fromCodePoint(token));
      };
      walk(trieOf(names.map(spell)).root, "");
    }));
  });

  test("knows its longest path", () => {
    fc.assert(fc.property(choices, (names) => {
      const longest = Math.max(...names.map((name) => name.length));
      expect(trieOf(names.map(spell)).pathTokensMax).toBe(longest);
    }));
  });
});

test("[IN15] every spelling of a choice leads to it", () => {
  const paths = [{ choice: "Ann", tokens: [7, 8] }, { choice: "Ann", tokens: [9] }, {
    choice: "Ann",
    tokens: [7, 8],
  }];
  const { root } = trieOf(paths);
  expect(repliesOf(root)).toEqual([[7, 8], [9]]);
  expect(root.next.get(9)?.choice).toBe("Ann");
  expect(root.next.get(7)?.next.get(8)?.choice).toBe("Ann");
});

test("[IN15] behind Ann the reply may end or become Anna; before it neither", () => {
  const { root } = trieOf([spell("Anna"), spell("Ann")]);
  const [A, n, a] = spell("Ana").tokens as [number, number, number];
  const an = root.next.get(A)?.next.get(n);
  expect(an && choiceOptions(an)).toEqual({ tokens: [n], mayEnd: false });
  const ann = an?.next.get(n);
  expect(ann && choiceOptions(ann)).toEqual({ tokens: [a], mayEnd: true });
});

test.each<[title: string, paths: readonly ChoicePath[], error: object]>([
  ["nothing", [], { kind: "choice-unspelt", choice: "" }],
  ["no token", [{ choice: "Ann", tokens: [] }], { kind: "choice-unspelt", choice: "Ann" }],
  ["an end token", [{ choice: "Ann", tokens: [4, END] }], {
    kind: "choice-unspelt",
    choice: "Ann",
  }],
  ["one spelling for two", [{ choice: "Ann", tokens: [4] }, { choice: "ann", tokens: [4] }], {
    kind: "choices-alike",
    choices: ["Ann", "ann"],
  }],
])("[IN15] %s is refused", (_title, paths, error) => {
  expect(createChoiceTrie(paths, ends)).toEqual({ ok: false, error });
});
