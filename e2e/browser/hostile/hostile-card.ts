/** A hostile card file, made when it is asked for: none lies here. */

import { textBytes } from "#shared/personas/cards/bytes.ts";

export interface HostileCard {
  readonly title: string;
  /** Whether the page has to read it; otherwise it has to refuse it by name. */
  readonly isCard: boolean;
  readonly bytes: () => Uint8Array;
}

export const reads = (title: string, bytes: () => Uint8Array): HostileCard => ({
  ...{ title, isCard: true, bytes },
});

export const refused = (title: string, bytes: () => Uint8Array): HostileCard => ({
  ...{ title, isCard: false, bytes },
});

export function withData(data: object): object {
  const own = { name: "Ada", description: "keeps a garden.", personality: "", extensions: {} };
  return { spec: "chara_card_v3", spec_version: "3.0", data: { ...own, ...data } };
}

export function jsonCard(card: object | string): Uint8Array {
  return textBytes(typeof card === "string" ? card : JSON.stringify(card));
}
