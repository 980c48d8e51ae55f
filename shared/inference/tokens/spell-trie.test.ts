import { expect, test } from "vitest";
import type { ChoicePath } from "../choice-trie.ts";
import { spellTrie } from "./spell-trie.ts";

const END = 0;

/** A token is a character; a space right behind token 1 is not shown, 0 and 1 show nothing. */
const model = {
  endTokens: new Set([END]),
  decode: (ids: readonly number[]): string =>
    ids.map((id, at) => {
      if (id <= 1 || (id === 32 && ids[at - 1] === 1)) return "";
      return String.fromCodePoint(id);
    }).join(""),
};

const codes = (text: string): number[] => [...text].map((char) => char.codePointAt(0) ?? 0);
const path = (choice: string, ...tokens: number[]): ChoicePath => ({ choice, tokens });
const prompt = { ids: [65, 1], sharedTokens: 0 };

test("[IN13] only spellings that show as their choice behind the prompt count", () => {
  const spellings = [
    path("Bo", ...codes("bo")),
    path("Bo", ...codes("Bo")),
    path("Bo", ...codes(" Bo")),
    path("Bo", ...codes("Bo"), END),
    path("Bo", ...codes("B")),
  ];
  const trie = spellTrie(model, prompt, ["Bo"], spellings);
  expect(trie.ok && trie.value.pathTokensMax).toBe(3);
  expect(trie.ok && [...trie.value.root.next.keys()]).toEqual(codes("B "));
  const shown = spellTrie(model, { ...prompt, ids: [65] }, ["Bo"], spellings);
  expect(shown.ok && [...shown.value.root.next.keys()]).toEqual(codes("B"));
});

test.each<[title: string, spellings: readonly ChoicePath[]]>([
  ["another text", [path("Bo", ...codes("Bo")), path("Éa", ...codes("Ea"))]],
  ["nothing", [path("Bo", ...codes("Bo")), path("Éa")]],
  ["the end inside", [path("Bo", ...codes("Bo")), path("Éa", ...codes("Éa"), END)]],
  ["no spelling", [path("Bo", ...codes("Bo"))]],
])("[IN13] a choice of which the tokeniser makes %s is refused", (_title, spellings) => {
  expect(spellTrie(model, prompt, ["Bo", "Éa"], spellings)).toEqual({
    ok: false,
    error: {
      kind: "request-invalid",
      field: "choices",
      detail: "choice 1 cannot be said exactly by this model",
    },
  });
});
