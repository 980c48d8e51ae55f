/**
 * A room that is only thought of, as it will be once it is made on this device. Pure.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY244 The dialog of a new room tells what the chosen recipe does with the chosen cast, as fold
 *         and planner would.
 */

import { toRoomMs } from "#shared/base/mod.ts";
import { foundingEntries } from "#shared/hosting/mod.ts";
import { emptyState, foldEntries, type RoomState } from "#shared/room/mod.ts";
import type { NewPersona } from "../../../client/app-client.ts";
import { DEFAULT_RECIPE } from "../../start/ready-made.ts";

export const DRAFT_DEVICE = "dv_draft";

/** Hosted by one device with one lane; how many it serves at once is not known before. */
export function draftRoom(personas: readonly NewPersona[]): RoomState {
  const cast = personas.map((one, index) => ({ ...one, id: `pe_${index + 1}` }));
  const entries = foundingEntries("rm_draft", "draft", DEFAULT_RECIPE, cast, {
    device: DRAFT_DEVICE,
    name: "draft",
    hostsForOthers: true,
    lanes: [{ engine: "draft", modelId: "draft", lane: "unknown", contextTokens: 512, slots: 1 }],
  });
  return foldEntries(
    emptyState(),
    entries.map((entry, index) => ({ ...entry, seq: index + 1, ts: toRoomMs(index + 1) })),
  );
}
