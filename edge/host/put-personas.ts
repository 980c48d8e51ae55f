/**
 * The personas of a host's configuration in a room: what the room has to be told of them. Pure.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO94   A configured persona is put into a room that does not know her, once; one that differs
 *          there from her configuration, or was removed there, is put anew, once.
 *   HO163  A persona that the configuration says to remove is removed from the rooms that have her;
 *          one that it no longer names stays, and is told in the log and the status.
 */

import { canonicalJson, stableKey } from "#shared/base/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { PlannedPersona } from "./config/read-config.ts";

export type PersonaEvent = RoomEvent & { readonly kind: "persona" };

/** Her id in every room where this device put her: the same after a restart. */
export function personaIdOf(device: string, key: string): string {
  return `ps_${stableKey(["headless-host", device, key])}`;
}

/** Empty until the room has its beginning. `planned` are those of this room. */
export function personasToPut(
  state: RoomState,
  device: string,
  planned: readonly PlannedPersona[],
): readonly PersonaEvent[] {
  const isOver = state.readerOnly !== undefined || state.closed !== undefined;
  if (state.roomId === "" || isOver) return [];
  return planned.flatMap((one) => {
    const persona = personaIdOf(device, one.key);
    const known = state.personas.get(persona);
    if (one.wish === "remove") {
      if (known === undefined || known.removed || known.owner !== device) return [];
      const { card, requirement, hosts } = known;
      return [{ kind: "persona", persona, card, requirement, hosts, removed: true }];
    }
    const { card, requirement } = one;
    const hosts = one.hosts === "own" ? [device] : "any";
    const wanted: PersonaEvent = {
      ...{ kind: "persona", persona, card, requirement, hosts },
      removed: false,
    };
    if (known === undefined) return [wanted];
    if (known.owner !== device) return [];
    const is = { ...wanted, card: known.card, requirement: known.requirement, hosts: known.hosts };
    const isSame = !known.removed && canonicalJson(is) === canonicalJson(wanted);
    return isSame ? [] : [wanted];
  });
}

/** Personas that this device put into the room and whose keys are not of the plan any more. */
export function personasUnnamed(
  state: RoomState,
  device: string,
  planned: readonly PlannedPersona[],
): readonly string[] {
  const named = new Set(planned.map(({ key }) => personaIdOf(device, key)));
  return [...state.personas.values()]
    .filter(({ id, owner, removed }) => owner === device && !removed && !named.has(id))
    .map(({ id }) => id);
}
