/** The page's own line icons: 20 units, one stroke, drawn in the colour of the text beside them. */

import type { JSX } from "preact";

/** What each draws. */
export const PATHS = {
  key:
    "M11.2 7a4.2 4.2 0 1 1-8.4 0 4.2 4.2 0 0 1 8.4 0ZM10.2 10.2 17 17m-2.6-2.6-2 2m4.2-.2-1.4 1.4",
  plus: "M10 4v12M4 10h12",
  send: "M10 16V4M4.5 9.5 10 4l5.5 5.5",
  back: "M12 4 6 10l6 6",
  forward: "m8 4 6 6-6 6",
  down: "M10 4v12M4.5 10.5 10 16l5.5-5.5",
  open: "m5.5 8 4.5 4.5L14.5 8",
  again: "M15.5 6.5A6.5 6.5 0 1 0 16.5 10M16.5 3.5v3.6h-3.6",
  copy: "M7.5 7.5h8v8h-8zM12.5 7.5v-3h-8v8h3",
  why:
    "M7.6 7.6A2.5 2.5 0 1 1 10.6 10c-.5.2-.6.6-.6 1.2M10 14.2v.1M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0Z",
  edit: "M4 16h3l8.6-8.6a1.6 1.6 0 0 0 0-2.2l-.8-.8a1.6 1.6 0 0 0-2.2 0L4 13z",
  rewind: "M4 10a6 6 0 1 0 2-4.5L4 7.5M4 3.5v4h4",
  branch: "M6 3.5v13M6 13c0-4 8-2.5 8-7V3.5M11.5 6 14 3.5 16.5 6",
  close: "m5 5 10 10M15 5 5 15",
  gear:
    "M10 12.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM10 2.8v2M10 15.2v2M3.8 6.4l1.7 1M14.5 12.6l1.7 1M3.8 13.6l1.7-1M14.5 7.4l1.7-1",
  chip: "M6 6h8v8H6zM8 3v3M12 3v3M8 14v3M12 14v3M3 8h3M3 12h3M14 8h3M14 12h3",
  panel: "M3.5 4.5h13v11h-13zM12 4.5v11",
  more: "M4.3 9.7h.6v.6h-.6zM9.7 9.7h.6v.6h-.6zM15.1 9.7h.6v.6h-.6z",
  find: "M13 8.5a4.5 4.5 0 1 1-9 0 4.5 4.5 0 0 1 9 0ZM12 12l4.5 4.5",
  check: "m4.5 10.5 3.6 3.6 7.4-8",
  warn: "M10 3.5 17.5 16h-15zM10 8.5v3.5M10 14v.1",
  trash: "M4 6h12M8 6V4h4v2M5.5 6l.8 10h7.4l.8-10",
  people:
    "M10.5 7a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0ZM2.5 16.2c0-3 2.3-4.7 5.2-4.7s5.2 1.7 5.2 4.7M13 4.4a2.8 2.8 0 0 1 0 5.2M14.6 11.9c1.8.6 2.9 2.1 2.9 4.3",
  invite:
    "M10.8 7a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0ZM2.8 16.2c0-3 2.3-4.7 5.2-4.7 1.4 0 2.7.4 3.6 1.2M15 11v6M12 14h6",
  offline:
    "M3 8.4a10 10 0 0 1 4-2.4M10.6 5.4A10 10 0 0 1 17 8.4M5.7 11.4a6 6 0 0 1 3-1.6M12.6 10.4l1.7 1M10 15v.1M4 3.5l12 13",
  eye:
    "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5ZM12.2 10a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0Z",
  clock: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM10 6v4.2l2.6 1.6",
  lock: "M5 9.2h10v7H5zM7.2 9V6.6a2.8 2.8 0 0 1 5.6 0V9",
  pulse: "M2.5 10.5h3.2l2.3-5.6 3.6 10.4 2.5-6.9.9 2.1h2.5",
  picture: "M3.5 4.5h13v11h-13zM3.5 13l3.7-3.7 3.1 3.1 2-2 4.2 4.2M12.6 7.6v.1",
  reply: "M8 5 3.5 9.5 8 14M3.5 9.5H11a5.5 5.5 0 0 1 5.5 5.5v1",
  pin: "M7 3.5h6M8 3.5v5l-2.5 3h9L12 8.5v-5M10 11.5v5",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM13 7v4a2 2 0 0 0 4 0v-1a7 7 0 1 0-3 5.7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: {
  readonly name: IconName;
  readonly size?: number;
}): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
