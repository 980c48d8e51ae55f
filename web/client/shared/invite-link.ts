/**
 * The invite link of a shared room, made when a person asks for it and kept nowhere.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY93  An invite gives at most the access that its maker has, and leads to the same room.
 */

import { assert, err, ok } from "#shared/base/mod.ts";
import { deriveRoom, formatRoomLink } from "#shared/crypto/mod.ts";
import type { Bytes, SharedRoomKeys } from "#shared/ports/mod.ts";
import { ownRelayUrl } from "./relay-url.ts";
import type { CommandOf, SharedAnswer, SharedCommandDeps } from "./shared-command.ts";

export async function inviteLink(
  deps: Pick<SharedCommandDeps, "crypto" | "rooms" | "pageUrl">,
  { roomId, access }: CommandOf<"invite-link">,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const loaded = await deps.rooms.load(roomId, signal);
  if (!loaded.ok) return loaded;
  const keys = loaded.value;
  if (keys === undefined) return err({ kind: "room-not-shared" });
  if (access === "write" && keys.access === "read") return err({ kind: "link-read-only" }); // SY93
  const relayHint = keys.relayUrl === ownRelayUrl(deps.pageUrl) ? undefined : keys.relayUrl;
  const fragment = access === "write"
    ? formatRoomLink({ access, secret: keys.secret, relayHint })
    : formatRoomLink({ access, ...await readOnly(deps, keys), relayHint });
  return ok({ kind: "invite", address: deps.pageUrl, fragment });
}

/** The read secret follows from the write secret; who has only the former passes it on. */
async function readOnly(
  { crypto }: Pick<SharedCommandDeps, "crypto">,
  keys: SharedRoomKeys,
): Promise<{ readonly secret: Bytes; readonly writePublicKey: Bytes }> {
  const room = await deriveRoom(crypto, keys);
  assert(room.roomId === keys.roomId, `Cannot invite to ${keys.roomId}: its keys are another's`);
  return { secret: room.readSecret, writePublicKey: room.writePublicKey };
}
