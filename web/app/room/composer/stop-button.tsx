/** Stop, in sight for as long as anything generates; Escape does the same. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import { ESCAPE_KEY } from "../../keys/bound-keys.ts";
import { t } from "../../messages/translate.ts";
import { useRoom } from "../room-context.ts";

export function StopButton(): JSX.Element | null {
  const app = useApp();
  const { roomId, view } = useRoom();
  const count = view.value.running.filter((attempt) => attempt.roomId === roomId).length;
  const isRunning = count > 0;
  const stop = (): void => {
    void app.act({ kind: "stop", roomId, scope: { kind: "all" } });
  };
  useEffect(() => {
    if (!isRunning) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === ESCAPE_KEY && document.querySelector("dialog[open]") === null) stop();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [isRunning, roomId]);
  if (!isRunning) return null;
  return (
    <button type="button" class="stop" aria-keyshortcuts={ESCAPE_KEY} onClick={stop}>
      {count === 1 ? t("composer.stop") : t("composer.stop-all")}
    </button>
  );
}
