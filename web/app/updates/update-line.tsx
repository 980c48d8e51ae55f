/**
 * A new version that waits: taken when the person says so, and not before every answer of this
 * device is over (SY192). All tabs reload together.
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { handedIn } from "../messages/english/handed-in.ts";
import { addEnglish, t } from "../messages/translate.ts";

addEnglish(handedIn);

export function UpdateLine(): JSX.Element | null {
  const app = useApp();
  const [wish, setWish] = useState<"none" | "take" | "later">("none");
  const isAnswering = app.part.answering.value;
  const isDue = wish === "take" && !isAnswering;
  useEffect(() => {
    if (isDue) void app.updates.apply();
  }, [app, isDue]);
  if (wish === "later") return null;
  return (
    <div class="note update-line" role="status">
      <div class="note-text">
        <p>
          <b>{wish === "take" ? t("update.waits") : t("update.ready")}</b> {t("update.ready-text")}
        </p>
        <span class="row-buttons">
          <button
            type="button"
            class="button button-key"
            onClick={() => wish === "take" ? void app.updates.apply() : setWish("take")}
          >
            {wish === "take" ? t("update.now") : t("update.take")}
          </button>
          <button type="button" class="button" onClick={() => setWish("later")}>
            {t("update.later")}
          </button>
        </span>
      </div>
    </div>
  );
}
