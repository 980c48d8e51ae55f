/** Pins a message, or takes its pin away, and says so when the room shows it. */

import "./talk-text.ts";
import type { App } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { type ShownRoom, untilShown } from "./until-shown.ts";

export async function togglePin(
  app: Pick<App, "act" | "tell">,
  room: ShownRoom,
  of: number,
  pinned: boolean,
): Promise<void> {
  const done = await app.act({ kind: "pin", roomId: room.roomId, of, pinned });
  if (done === undefined) return;
  const isShown = await untilShown(
    room,
    ({ pins = [] }) => pins.some((pin) => pin.of === of) === pinned || undefined,
  );
  if (isShown === undefined) return app.tell(t("undo.under-way"));
  app.tell(pinned ? t("pins.pinned") : t("pins.unpinned"));
}
