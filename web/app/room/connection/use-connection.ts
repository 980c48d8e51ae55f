/**
 * The open room's connection, as a signal that changes only when a person should hear of it.
 *
 * A room on this device only has none, and never asks for the code that speaks of one.
 */

import { type ReadonlySignal, signal, useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { RoomView } from "../../../client/app-client.ts";
import { lazyPart } from "../../parts/lazy.tsx";
import type { Connection } from "./connection.ts";
import type { ConnectionWords } from "./connection-words.ts";

const code = signal<typeof import("./connection-kit.ts") | undefined>(undefined);

/** Above the composer of a shared room; asked for before such a room opens, so that it is there. */
export const ConnectionLine = lazyPart(async () => {
  const kit = await import("./connection-kit.ts");
  code.value = kit;
  return kit.ConnectionLine;
});

export function useConnection(view: ReadonlySignal<RoomView>): ReadonlySignal<Connection> {
  const last = useRef<Connection>({ kind: "quiet" });
  return useComputed(() => {
    const kit = code.value;
    if (kit === undefined) return last.current;
    const link = kit.nameLoss(view.value.shared?.link, navigator.onLine);
    last.current = kit.followLink(last.current, link, Date.now());
    return last.current;
  });
}

/** Undefined when all is well. */
export function wordsOf(connection: Connection, canWrite: boolean): ConnectionWords | undefined {
  return connection.kind === "quiet"
    ? undefined
    : code.value?.connectionWords(connection, canWrite);
}
