/** From any message to a new room with the talk up to it. */

import type { JSX } from "preact";
import { t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { useRoom } from "../room-context.ts";

export function BranchAction({ seq }: { readonly seq: number }): JSX.Element {
  const { opened } = useRoom();
  return (
    <button
      type="button"
      class="action"
      aria-label={t("msg.branch")}
      title={t("msg.branch")}
      onClick={() => {
        opened.value = { kind: "branch", seq };
      }}
    >
      <Icon name="branch" size={16} />
    </button>
  );
}
