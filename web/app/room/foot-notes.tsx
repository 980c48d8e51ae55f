/** What is wrong with hosts or engine, and where the room or its words go, above the composer. */

import type { JSX } from "preact";
import { HostlessLine } from "./cast/hostless-line.tsx";
import { EngineBanner } from "./engine-banner.tsx";
import { MoveLine } from "./move/move-line.tsx";
import { LeavesLine } from "./reads/leaves-line.tsx";

export function FootNotes(): JSX.Element {
  return (
    <>
      <HostlessLine />
      <EngineBanner />
      <MoveLine />
      <LeavesLine />
    </>
  );
}
