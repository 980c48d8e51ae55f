/** The open room's connection, as a signal that changes only when a person should hear of it. */

import { type ReadonlySignal, useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { RoomView } from "../../../client/app-client.ts";
import { type Connection, followLink, nameLoss, QUIET } from "./connection.ts";

export function useConnection(view: ReadonlySignal<RoomView>): ReadonlySignal<Connection> {
  const last = useRef(QUIET);
  return useComputed(() => {
    const link = nameLoss(view.value.shared?.link, navigator.onLine);
    last.current = followLink(last.current, link, Date.now());
    return last.current;
  });
}
