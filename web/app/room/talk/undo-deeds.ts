/**
 * Deeds in a room that can be taken back for a while, each with what takes it back exactly.
 *
 *   RM72  Undo of a rewind is offered to the device that rewound, even where others set the same
 *         aside.
 *   SY209 A persona who was removed comes back with her card, her requirement and her card's file.
 */

import "./talk-text.ts";
import type { RoomState } from "#shared/room/mod.ts";
import type { App } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { goTo } from "../../route.ts";
import { cleanName } from "../../text/clean-name.ts";
import { personaName } from "../room-names.ts";
import type { RoomUi } from "../room-context.ts";
import { type ShownRoom, untilShown } from "./until-shown.ts";

type Doer = Pick<App, "act" | "tell">;
type Rewinder = Doer & { readonly client: Pick<App["client"], "authorOf"> };
type OwnRoom = ShownRoom & Pick<RoomUi, "ownDevice">;

export async function rewindRoom(app: Rewinder, room: OwnRoom, to: number): Promise<void> {
  const { roomId, state } = room;
  const before = newestRewind(state.peek());
  const isEmpty = !state.peek().messages.some(({ seq, aside }) => seq > to && !aside);
  const done = await app.act({ kind: "rewind", roomId, to });
  if (done === undefined) return;
  if (isEmpty) return app.tell(t("undo.rewound"));
  const rewind = await untilShown(room, (now) => rewindTo(now, to, before));
  if (rewind === undefined) return app.tell(t("undo.under-way"));
  const author = await app.client.authorOf(roomId, rewind);
  if (author !== room.ownDevice.peek()) return app.tell(t("undo.rewound")); // RM72
  app.tell(t("undo.rewound"), { run: () => void bringBack(app, room, rewind) });
}

/** Takes this rewind back, and no other one (RM65). */
export async function bringBack(app: Doer, room: ShownRoom, rewind: number): Promise<void> {
  const done = await app.act({ kind: "restore", roomId: room.roomId, rewind });
  if (done === undefined) return;
  const isBack = await untilShown(
    room,
    ({ messages }) => messages.every(({ asideBy }) => asideBy !== rewind) || undefined,
  );
  app.tell(isBack === undefined ? t("undo.under-way") : t("undo.restored"));
}

function newestRewind({ messages }: RoomState): number {
  return messages.reduce((newest, { asideBy = 0 }) => Math.max(newest, asideBy), 0);
}

/** The newest rewind, where it came after `before` and set aside what stood behind `to`. */
function rewindTo(state: RoomState, to: number, before: number): number | undefined {
  const rewind = newestRewind(state);
  const isThis = rewind > before &&
    state.messages.every(({ seq, aside, asideBy }) =>
      seq <= to ? asideBy !== rewind : aside || seq > rewind
    );
  return isThis ? rewind : undefined;
}

export async function removePersona(
  app: Doer,
  { roomId, state }: ShownRoom,
  persona: string,
): Promise<void> {
  const known = state.peek().personas.get(persona);
  const name = personaName(state.peek(), persona);
  const done = await app.act({ kind: "remove-persona", roomId, persona });
  if (done === undefined || known === undefined) return;
  const comeBack = async (): Promise<void> => {
    const { card, requirement } = known;
    const put = await app.act({ kind: "put-persona", roomId, persona, card, requirement });
    if (put === undefined) return;
    app.tell(t("undo.persona-back", { name }));
  };
  app.tell(t("undo.removed", { name }), {
    run: () => void comeBack(),
    // Her file stays until nobody can want it back.
    onEnd: () => void forgetFile(persona),
  });
}

/** A file that cannot be forgotten now makes way when newer ones come (PL49). */
async function forgetFile(persona: string): Promise<void> {
  const files = await import("../../persona/keep-card-file.ts").catch(() => undefined);
  await files?.forgetCardFile(persona).catch(() => undefined);
}

/** A local room leaves every list, and is gone when the offer ends (SY207). */
export async function deleteLocalRoom(
  app: Doer,
  { roomId, state }: ShownRoom,
): Promise<void> {
  const { openTurns } = state.peek();
  const name = cleanName(state.peek().name);
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
