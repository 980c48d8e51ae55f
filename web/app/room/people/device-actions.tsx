/** What can be done about a device. */

import "./people-text.ts";
import type { JSX } from "preact";
import { t } from "../../messages/translate.ts";
import { MuteButton } from "../../attention/mute-button.tsx";
import { MoveAction } from "../move/move-action.tsx";

export function DeviceActions({ device, name, isOwn }: {
  readonly device: string;
  readonly name: string;
  readonly isOwn: boolean;
}): JSX.Element {
  if (isOwn) return <a class="link-button" href="#/settings">{t("device.rename")}</a>;
  return (
    <>
      <MuteButton author={device} name={name} />
      <MoveAction device={device} />
    </>
  );
}
