/** Texts that once broke something, with what they broke; each is tried in every run. */

export const corpus: readonly { readonly broke: string; readonly text: string }[] = [];
