/** The way to a move without one device. */

import type { JSX } from "preact";
import { moving } from "../../messages/english/moving.ts";
import { addEnglish, t } from "../../messages/translate.ts";
import { deviceName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";

addEnglish(moving);

export function MoveAction({ device }: { readonly device: string }): JSX.Element | null {
  const { state, view, canWrite, opened } = useRoom();
  if (view.value.shared === undefined || view.value.move !== undefined || !canWrite.value) {
    return null;
  }
  return (
    <button
      type="button"
      class="link-button"
      onClick={() => {
        opened.value = { kind: "move", device };
      }}
    >
      {t("move.action", { name: deviceName(state.value, device) })}
    </button>
  );
}
