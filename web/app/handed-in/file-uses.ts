/** What a file could be, by its name and type: its reader has the last word. Pure. */

export type FileUse = "card" | "picture" | "import";

const USES: readonly (readonly [FileUse, RegExp, RegExp])[] = [
  ["card", /\.(png|apng|json|charx)$/i, /^(image\/(png|apng)|application\/json)$/],
  ["picture", /\.(png|jpe?g|webp|gif)$/i, /^image\/(png|jpeg|webp|gif)$/],
  ["import", /\.(conclave|zip|jsonl|ndjson)$/i, /^application\/(zip|jsonl|x-ndjson)$/],
];

/** Most likely first; empty for what the page has no reader for. */
export function usesOf(
  { name, type }: { readonly name: string; readonly type: string },
): readonly FileUse[] {
  return USES
    .filter(([, names, types]) => names.test(name) || (!/\.\w+$/.test(name) && types.test(type)))
    .map(([use]) => use);
}
