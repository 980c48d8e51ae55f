/** Above the composer: whom nobody can host, what would be needed, and the next step. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { useRoom } from "../room-context.ts";
import { listHostless, type OutlookContext } from "./outlook-words.ts";

/** What words about missing hosts depend on. */
export function useOutlook(): OutlookContext {
  const { state, ownDevice, canWrite } = useRoom();
  const { models, facts } = useApp().part;
  return {
    state: state.value,
    ownDevice: ownDevice.value,
    canWrite: canWrite.value,
    models: models.value,
    isDeviceKnown: facts.value !== undefined,
  };
}

export function HostlessLine(): JSX.Element | null {
  const { view } = useRoom();
  const app = useApp();
  const context = useOutlook();
  const groups = listHostless(context);
  // What this device can do is known once its engine runs, and the list was read before that.
  const isToAsk = groups.length > 0 && !context.isDeviceKnown &&
    app.part.engine.value.phase === "ready";
  useEffect(() => {
    if (isToAsk) void app.act({ kind: "list-models" });
  }, [app, isToAsk]);
  // A log that is behind tells of hosts that were, and a device that just came has yet to say what
  // it can do.
  const { shared } = view.value;
  const isBehind = shared !== undefined && shared.link.phase !== "live";
  const isArriving = context.canWrite &&
    context.state.devices.get(context.ownDevice)?.announced === undefined;
  if (isBehind || isArriving || groups.length === 0) return null;
  return (
    <div class="foot-line">
      {groups.map(({ personas, happened, step, devices }) => (
        <div class="note note-warn hostless" key={personas.join()} role="status">
          <Icon name="warn" />
          <div class="note-text">
            <p>
              <strong>{happened}.</strong> {step} <a href="#/models">{t("out.open-models")}</a>
            </p>
            {devices.length > 0 && (
              <details class="hostless-devices">
                <summary>{t("outlook.devices")}</summary>
                <ul>
                  {devices.map((line) => <li key={line} dir="auto">{line}</li>)}
                </ul>
              </details>
            )}
          </div>
        </div>
      ))}
    </div>
  );
}
