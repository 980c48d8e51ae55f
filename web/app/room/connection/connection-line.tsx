/** Above the composer: why the room is not connected, what becomes of one's words, and a way on. */

import "../../messages/connection-text.ts";
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import type { WayOn } from "../../messages/refusal-words.ts";
import { formatNumber, t } from "../../messages/translate.ts";
import { ProgressBar } from "../../models/progress-bar.tsx";
import { nowMs } from "../../parts/clock.ts";
import { Detail } from "../../parts/detail.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useRoom } from "../room-context.ts";
import { type Connection, isBriefLoss, isFarBehind } from "./connection.ts";
import { announceChange, type ConnectionWords, connectionWords } from "./connection-words.ts";

/** What a loss looks like below the header until it has lasted. */
const CONNECTING: Connection = Object.freeze({ kind: "connecting" });

export function ConnectionLine(): JSX.Element {
  const { connection, canWrite } = useRoom();
  // Changes twice in a loss, however often the clock ticks.
  const isBrief = useComputed(() => isBriefLoss(connection.value, nowMs.value));
  const now = isBrief.value ? CONNECTING : connection.value;
  const words = connectionWords(now, canWrite.value);
  return (
    <>
      <Announced connection={now} canWrite={canWrite.value} />
      {now.kind === "catching-up" && isFarBehind(now) && <CatchingUp connection={now} />}
      {words !== undefined && words.tone !== "busy" && <Trouble connection={now} words={words} />}
    </>
  );
}

/** The bar is drawn for the eye; the header says the same in words. */
function CatchingUp({ connection }: {
  readonly connection: Extract<Connection, { kind: "catching-up" }>;
}): JSX.Element {
  const { seq, head } = connection;
  return (
    <div class="foot-line link-progress">
      <span>
        {t("link.catching-up", { done: formatNumber(seq), total: formatNumber(head) })}
      </span>
      <ProgressBar
        share={seq / Math.max(1, head)}
        label={t("link.catching-label")}
      />
    </div>
  );
}

function Trouble({ connection, words }: {
  readonly connection: Connection;
  readonly words: ConnectionWords;
}): JSX.Element {
  const isRefused = connection.kind === "refused";
  return (
    <div class="foot-line">
      <div class={`note link-note note-${words.tone}`}>
        <Icon name={isRefused ? "warn" : "offline"} />
        <div class="note-text">
          <p>
            <strong>{words.happened}{isRefused ? "." : ""}</strong> {words.advice}{" "}
            {connection.kind === "offline" && <Countdown retryAtMs={connection.retryAtMs} />}
            {isRefused && <HasUnsent />}
          </p>
          {words.detail !== "" && <Detail text={words.detail} />}
        </div>
        {words.way !== undefined && <WayButton way={words.way} />}
      </div>
    </div>
  );
}

/** Its own component: only these words are drawn again as the seconds pass. */
function Countdown({ retryAtMs }: { readonly retryAtMs: number | undefined }): JSX.Element {
  const leftMs = retryAtMs === undefined ? 0 : retryAtMs - nowMs.value;
  const seconds = Math.ceil(leftMs / 1000);
  return (
    <span class="link-countdown">
      {seconds <= 0
        ? t("link.again-now")
        : t("link.again-in", { time: t("turn.seconds", { count: formatNumber(seconds) }) })}
    </span>
  );
}

function HasUnsent(): JSX.Element | null {
  const { view } = useRoom();
  return view.value.unsent.length === 0 ? null : <>{t("link.kept-refused")}</>;
}

function WayButton({ way }: { readonly way: WayOn }): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  const go = (): void => {
    if (way === "reload") location.reload();
    else void app.act({ kind: "reconnect", roomId });
  };
  return (
    <button type="button" class="button" onClick={go}>
      {way === "reload"
        ? t("app.reload")
        : way === "take-over"
        ? t("link.take-over")
        : t("link.try-now")}
    </button>
  );
}

/** Speaks of a loss once and of the return once, never of another try. */
function Announced({ connection, canWrite }: {
  readonly connection: Connection;
  readonly canWrite: boolean;
}): JSX.Element {
  const lost = useRef(false);
  const [text, setText] = useState("");
  useEffect(() => {
    const change = announceChange(lost.current, connection, canWrite);
    lost.current = change.lost;
    if (change.text !== undefined) setText(change.text);
  }, [connection, canWrite]);
  return <p class="sr-only" role="status">{text}</p>;
}
