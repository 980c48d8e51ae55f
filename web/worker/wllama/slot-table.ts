/**
 * Which persona's context stands in which slot of llama.cpp (IN51). Pure.
 *
 * Slots share nothing among each other, so a persona comes back to her own; when there are more
 * personas than slots, the one that was silent longest gives hers up.
 */

export interface SlotTable {
  /** By slot; the newest use is the largest number. */
  readonly holders: readonly { readonly persona: string | undefined; readonly usedAt: number }[];
  readonly uses: number;
}

export function emptySlotTable(slots: number): SlotTable {
  return {
    holders: Array.from({ length: slots }, () => ({ persona: undefined, usedAt: 0 })),
    uses: 0,
  };
}

export function takeSlot(
  table: SlotTable,
  persona: string,
): { readonly table: SlotTable; readonly slot: number } {
  const own = table.holders.findIndex((holder) => holder.persona === persona);
  const oldest = Math.min(...table.holders.map(({ usedAt }) => usedAt));
  const slot = own >= 0 ? own : table.holders.findIndex(({ usedAt }) => usedAt === oldest);
  const uses = table.uses + 1;
  const holders = table.holders.with(slot, { persona, usedAt: uses });
  return { table: { holders, uses }, slot };
}
