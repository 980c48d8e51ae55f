/** The picture of one turn: lanes as rows, budget lines, plan thin under actual. */

import type { JSX } from "preact";
import { t } from "../../messages/translate.ts";
import { hueProps } from "../../parts/avatar.tsx";
import { createScale, listTicks, type TimeScale } from "./time-scale.ts";
import type { Timeline, TimelineRow } from "./timeline-geometry.ts";

const WIDTH = 320;
const NAME_WIDTH = 64;
const RIGHT = 8;
const ROW_HEIGHT = 34;
const TOP = 6;

export function TurnChart({ timeline, label, nameOf, hueOf }: {
  readonly timeline: Timeline;
  readonly label: string;
  readonly nameOf: (persona: string) => string;
  readonly hueOf: (persona: string) => number;
}): JSX.Element {
  const scale = createScale(timeline.lastMs, WIDTH - NAME_WIDTH - RIGHT);
  const bottom = TOP + timeline.rows.length * ROW_HEIGHT;
  return (
    <svg
      class="turn-chart"
      viewBox={`0 0 ${WIDTH} ${bottom + 20}`}
      role="img"
      aria-label={label}
    >
      {listTicks(scale).map(({ ms, x, budget }) => (
        <g key={ms} class={budget ? "tick tick-budget" : "tick"}>
          <path d={`M${NAME_WIDTH + x} ${TOP}V${bottom}`} />
          <text x={NAME_WIDTH + x} y={bottom + 14} text-anchor={ms === 0 ? "start" : "middle"}>
            {t("turn.seconds", { count: ms / 1000 })}
          </text>
        </g>
      ))}
      {timeline.rows.map((row, index) => (
        <Bars
          key={row.persona}
          row={row}
          y={TOP + index * ROW_HEIGHT}
          scale={scale}
          name={nameOf(row.persona)}
          hue={hueOf(row.persona)}
        />
      ))}
    </svg>
  );
}

function Bars({ row, y, scale, name, hue }: {
  readonly row: TimelineRow;
  readonly y: number;
  readonly scale: TimeScale;
  readonly name: string;
  readonly hue: number;
}): JSX.Element {
  const shown = [...name].length > 9 ? `${[...name].slice(0, 8).join("")}…` : name;
  return (
    <g class={`bars bars-${row.outcome}`} {...hueProps(hue)}>
      <text class="bars-name" x={0} y={y + 17}>{shown}</text>
      {row.diverges && <path class="bars-diverge" d={`M${NAME_WIDTH - 6} ${y + 8}l4 8h-8z`} />}
      {row.spans.map(({ kind, fromMs, toMs }) => {
        const x = NAME_WIDTH + scale.x(fromMs);
        const width = Math.max(2, scale.x(toMs) - scale.x(fromMs));
        const thin = kind === "queue";
        return (
          <rect
            key={kind}
            class={`span span-${kind}`}
            x={x}
            y={thin ? y + 11 : y + 5}
            width={width}
            height={thin ? 2 : 14}
            rx={thin ? 1 : Math.min(4, width / 2)}
          />
        );
      })}
      {row.plan !== undefined && (
        <rect
          class="span-plan"
          x={NAME_WIDTH + scale.x(row.plan.fromMs)}
          y={y + 23}
          width={Math.max(2, scale.x(row.plan.toMs) - scale.x(row.plan.fromMs))}
          height={3}
          rx={1.5}
        />
      )}
    </g>
  );
}
