/** Whether this browser notifies at all: the button that asks for it, or why it cannot. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { attention } from "../messages/english/attention.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { keepAttention } from "./keep-attention.ts";
import { askPermission, lookAtPermission, permission } from "./notifier.ts";

addEnglish(attention);

export function TurnOn(): JSX.Element {
  const app = useApp();
  const { isOn } = app.attention.value;
  useEffect(lookAtPermission, []);
  const set = (next: boolean): void => {
    if (!keepAttention(app.attention, (now) => ({ ...now, isOn: next }))) {
      app.tell(t("attention.not-kept"));
    }
  };
  const turnOn = async (): Promise<void> => {
    if (await askPermission() === "granted") set(true);
  };
  switch (permission.value) {
    case "unsupported":
      return <p class="hint">{t("attention.unsupported")}</p>;
    case "denied":
      return <p class="hint warn" role="status">{t("attention.denied")}</p>;
    case "default":
    case "granted":
      return isOn && permission.value === "granted"
        ? (
          <div class="row-buttons">
            <p role="status">{t("attention.on")}</p>
            <button type="button" class="button" onClick={() => set(false)}>
              {t("attention.turn-off")}
            </button>
          </div>
        )
        : (
          <div>
            <button type="button" class="button" onClick={() => void turnOn()}>
              {t("attention.turn-on")}
            </button>
          </div>
        );
  }
}
