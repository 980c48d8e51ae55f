/**
 * Deeds in a room that can be taken back for a while, each with what takes it back exactly.
 *
 *   SY209 A persona who was removed comes back with her card, her requirement and her card's file.
 */

import "./talk-text.ts";
import type { App } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { goTo } from "../../route.ts";
import type { RoomUi } from "../room-context.ts";
import { personaName } from "../room-names.ts";

export async function rewindRoom(app: App, roomId: string, to: number): Promise<void> {
  const done = await app.act({ kind: "rewind", roomId, to });
  if (done === undefined) return;
  app.tell(t("undo.rewound"), {
    run: () => void bringBack(app, roomId),
  });
}

/** Takes the newest rewind of the room back. */
export async function bringBack(app: App, roomId: string): Promise<void> {
  const done = await app.act({ kind: "restore", roomId });
  if (done !== undefined) app.tell(t("undo.restored"));
}

export async function removePersona(
  app: App,
  { roomId, state }: Pick<RoomUi, "roomId" | "state">,
  persona: string,
): Promise<void> {
  const known = state.peek().personas.get(persona);
  const name = personaName(state.peek(), persona);
  const files = await import("../../persona/keep-card-file.ts");
  const file = await files.readCardFile(persona);
  const done = await app.act({ kind: "remove-persona", roomId, persona });
  if (done === undefined || known === undefined) return;
  await files.forgetCardFile(persona);
  const comeBack = async (): Promise<void> => {
    const { card, requirement } = known;
    const put = await app.act({ kind: "put-persona", roomId, persona, card, requirement });
    if (put === undefined) return;
    if (file !== undefined) await files.keepCardFile(persona, file);
    app.tell(t("undo.persona-back", { name }));
  };
  app.tell(t("undo.removed", { name }), { run: () => void comeBack() });
}

/** A local room leaves every list, and is gone when the offer ends (SY207). */
export async function deleteLocalRoom(
  app: App,
  { roomId, state }: Pick<RoomUi, "roomId" | "state">,
): Promise<void> {
  const { name, openTurns } = state.peek();
  if (openTurns.length > 0) await app.act({ kind: "stop", roomId, scope: { kind: "all" } });
  const held = await app.act({ kind: "hold-room", roomId, held: true });
  if (held === undefined) return;
  goTo({ kind: "start" });
  const comeBack = async (): Promise<void> => {
    const kept = await app.act({ kind: "hold-room", roomId, held: false });
    if (kept !== undefined) app.tell(t("undo.room-back", { name }));
  };
  app.tell(t("undo.deleted", { name }), {
    run: () => void comeBack(),
    onEnd: () => void app.act({ kind: "delete-room", roomId }),
  });
}
