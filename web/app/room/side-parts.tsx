/** What stands beside the log on a wide screen and in a sheet on a narrow one. */

import type { JSX } from "preact";
import { CastPanel } from "./cast/cast-panel.tsx";
import { PeoplePanel } from "./cast/people-panel.tsx";
import { ThisTurn } from "./turn/turn-view.tsx";

export function SideParts(): JSX.Element {
  return (
    <>
      <CastPanel />
      <ThisTurn />
      <PeoplePanel />
    </>
  );
}
