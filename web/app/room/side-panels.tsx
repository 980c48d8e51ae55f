/** What stands beside the log: cast, turn and people. Fetched by `side-parts.tsx`. */

import type { JSX } from "preact";
import { CastPanel } from "./cast/cast-panel.tsx";
import { PeoplePanel } from "./cast/people-panel.tsx";
import { ThisTurn } from "./turn/turn-view.tsx";

export function SidePanels(): JSX.Element {
  return (
    <>
      <CastPanel />
      <ThisTurn />
      <PeoplePanel />
    </>
  );
}
