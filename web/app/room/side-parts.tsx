/**
 * What stands beside the log on a wide screen and in a sheet on a narrow one.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY245 What of a screen is fetched later has its place from the start: when it comes, nothing
 *         that stood there moves. (styles/waiting.css draws what stands there meanwhile.)
 */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { lazyPart } from "../parts/lazy.tsx";

const SidePanels = lazyPart(async () => (await import("./side-panels.tsx")).SidePanels);

/** The room can be typed in without it, so it comes after that (SY181). */
export function SideParts(): JSX.Element | null {
  return useApp().client.usable.value ? <SidePanels /> : null;
}
