/** Pins a message, or takes its pin away, and says so. */

import "./talk-text.ts";
import type { App } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";

export async function togglePin(
  app: App,
  roomId: string,
  of: number,
  pinned: boolean,
): Promise<void> {
  const done = await app.act({ kind: "pin", roomId, of, pinned });
  if (done !== undefined) app.tell(pinned ? t("pins.pinned") : t("pins.unpinned"));
}
