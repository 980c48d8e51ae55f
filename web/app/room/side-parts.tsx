/** What stands beside the log on a wide screen and in a sheet on a narrow one. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { lazyPart } from "../parts/lazy.tsx";

const SidePanels = lazyPart(async () => (await import("./side-panels.tsx")).SidePanels);

/** The room can be typed in without it, so it comes after that (SY181). */
export function SideParts(): JSX.Element | null {
  return useApp().client.usable.value ? <SidePanels /> : null;
}
