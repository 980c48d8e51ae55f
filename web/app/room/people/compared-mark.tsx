/** Beside a name: this device was compared, or one that is new behind a name that was. */

import "./people-text.ts";
import type { JSX } from "preact";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { deviceName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { comparedIn } from "./compared.ts";
import { isNewBehindName } from "./new-device.ts";

export function ComparedMark({ device }: { readonly device: string }): JSX.Element | null {
  const app = useApp();
  const { roomId, state } = useRoom();
  const compared = comparedIn(app.client, roomId).value;
  if (compared[device]?.kind === "same") {
    return (
      <span class="compared-mark" title={t("words.mark")}>
        <Icon name="check" size={14} />
        <span class="sr-only">{t("words.mark")}</span>
      </span>
    );
  }
  if (!isNewBehindName(state.value, compared, device)) return null;
  const words = t("words.new-device", { name: deviceName(state.value, device) });
  return (
    <span class="compared-mark warn" title={words}>
      <Icon name="warn" size={14} />
      <span class="sr-only">{words}</span>
    </span>
  );
}
