/**
 * The personas of a host's configuration in a room: which of them the room lacks. Pure.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO94  A configured persona is put into a room that does not know her, once; one that it knows
 *         stays as people made her there, removed ones included.
 */

import { stableKey } from "#shared/base/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { PlannedPersona } from "./config/read-config.ts";

/** Her id in every room where this device put her: the same after a restart. */
export function personaIdOf(device: string, key: string): string {
  return `ps_${stableKey(["headless-host", device, key])}`;
}

/** Empty until the room has its beginning. */
export function personasToPut(
  state: RoomState,
  device: string,
  planned: readonly PlannedPersona[],
): readonly (RoomEvent & { readonly kind: "persona" })[] {
  if (state.roomId === "" || state.readerOnly !== undefined) return [];
  return planned.flatMap(({ key, card, requirement }) => {
    const persona = personaIdOf(device, key);
    if (state.personas.has(persona)) return [];
    return [{ kind: "persona", persona, card, requirement, hosts: "any", removed: false }];
  });
}
