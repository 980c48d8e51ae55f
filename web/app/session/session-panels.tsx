/** The parts of a session: the log beside the rest where both fit, one at a time where not. */

import { useSignal } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent } from "preact";
import { useId } from "preact/hooks";
import { formatNumber, plural, t } from "../messages/translate.ts";
import { Detail } from "../parts/detail.tsx";
import { formatTime } from "../parts/format.ts";
import { watchMedia } from "../parts/media.ts";
import { AskCard } from "./ask-card.tsx";
import { HelpersPanel } from "./helpers-panel.tsx";
import { MemoryPanel } from "./memory-panel.tsx";
import { PrivateBox } from "./private-box.tsx";
import { RulesPanel } from "./rules-panel.tsx";
import { useSession } from "./session-context.ts";
import { SessionLog } from "./session-log.tsx";
import { WorkPanel } from "./work-panel.tsx";

const isRoomy = watchMedia("(min-width: 900px)");

const ALL = ["log", "work", "memory", "rules", "helpers"] as const;
type Panel = (typeof ALL)[number];

export function SessionPanels(): JSX.Element {
  const id = useId();
  const wanted = useSignal<Panel>("log");
  const panels = isRoomy.value ? ALL.slice(1) : ALL;
  const shown = panels.includes(wanted.value) ? wanted.value : panels[0] ?? "work";
  return (
    <div class="insp-cols">
      {isRoomy.value && (
        <section class="insp-main" aria-label={t("panel.log")}>
          <Talk />
        </section>
      )}
      <section class="insp-side">
        <Alerts />
        <div
          class="insp-tabs"
          role="tablist"
          aria-label={t("panel.list")}
          onKeyDown={(event) => moveTab(event, panels, shown, (next) => wanted.value = next)}
        >
          {panels.map((panel) => (
            <button
              key={panel}
              type="button"
              role="tab"
              id={`${id}-${panel}`}
              aria-selected={panel === shown}
              aria-controls={`${id}-panel`}
              tabIndex={panel === shown ? 0 : -1}
              onClick={() => {
                wanted.value = panel;
              }}
            >
              {t(`panel.${panel}`)}
              <Count panel={panel} />
            </button>
          ))}
        </div>
        <div
          class={`insp-panel insp-panel-${shown}`}
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${shown}`}
          tabIndex={shown === "log" ? undefined : 0}
        >
          <PanelOf panel={shown} />
        </div>
      </section>
    </div>
  );
}

function PanelOf({ panel }: { readonly panel: Panel }): JSX.Element {
  switch (panel) {
    case "log":
      return <Talk />;
    case "work":
      return <WorkPanel />;
    case "memory":
      return <MemoryPanel />;
    case "rules":
      return <RulesPanel />;
    case "helpers":
      return <HelpersPanel />;
  }
}

/** The log, what waits for a word, and the box under it. */
function Talk(): JSX.Element {
  const { session, snapshot } = useSession();
  return (
    <div class="insp-talk">
      <SessionLog />
      {snapshot.value.asks.map((ask) => (
        <AskCard key={ask.callId} session={session} ask={ask} place="session" />
      ))}
      <PrivateBox />
    </div>
  );
}

/** How much waits there: work that has no end yet, and notes. */
function Count({ panel }: { readonly panel: Panel }): JSX.Element | null {
  const { inputs, memory } = useSession().snapshot.value;
  const count = panel === "work"
    ? inputs.filter(({ phase }) => phase === "queued" || phase === "staged").length
    : panel === "memory"
    ? memory.length
    : 0;
  return count === 0 ? null : <span class="insp-count">{formatNumber(count)}</span>;
}

function Alerts(): JSX.Element | null {
  const { alerts, alertsDropped } = useSession().snapshot.value;
  if (alerts.length === 0) return null;
  const newest = alerts.slice(-ALERTS_SHOWN).toReversed();
  const isBad = newest.some(({ level }) => level === "error");
  return (
    <details class={`note insp-alerts ${isBad ? "note-bad" : "note-warn"}`} open={isBad}>
      <summary>{plural("alert.title", alerts.length + alertsDropped)}</summary>
      <ul class="insp-list">
        {newest.map((alert, index) => (
          <li key={`${alert.at}/${index}`}>
            <span>
              <time>{formatTime(alert.at)}</time> {t(`alert.${alert.source}`)}
            </span>
            <Detail text={[alert.code, alert.detail].filter((part) => part !== "").join(": ")} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Newest alerts in the list; all are counted, also those that the session let go. */
const ALERTS_SHOWN = 20;

function moveTab(
  event: TargetedKeyboardEvent<HTMLElement>,
  panels: readonly Panel[],
  shown: Panel,
  choose: (panel: Panel) => void,
): void {
  const at = panels.indexOf(shown);
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  const next = event.key === "Home"
    ? 0
    : event.key === "End"
    ? panels.length - 1
    : (at + step + panels.length) % panels.length;
  const panel = panels[next];
  if (panel === undefined || next === at) return;
  event.preventDefault();
  choose(panel);
  event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
}
