/** The time to the next try. Its own component: only these words are drawn as seconds pass. */

import "./hosting-text.ts";
import type { JSX } from "preact";
import { formatNumber, t } from "../messages/translate.ts";
import { nowMs } from "../parts/clock.ts";

export function Countdown({ untilMs }: {
  /** Epoch ms. */
  readonly untilMs: number;
}): JSX.Element {
  const seconds = Math.ceil((untilMs - nowMs.value) / 1000);
  return (
    <span class="countdown">
      {seconds <= 0
        ? t("restarts.now")
        : t("restarts.in", { time: t("turn.seconds", { count: formatNumber(seconds) }) })}
    </span>
  );
}
