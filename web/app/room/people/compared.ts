/**
 * Which devices of a room were compared, as the marks beside their names show it: asked when the
 * first mark appears and after every look at a device.
 */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AppClient, Comparison } from "../../../client/app-client.ts";

type ByDevice = Readonly<Record<string, Comparison>>;

const known = new Map<string, Signal<ByDevice>>();

/** By device; whoever is not in it was never compared. */
export function comparedIn(client: AppClient, roomId: string): ReadonlySignal<ByDevice> {
  const found = known.get(roomId);
  if (found !== undefined) return found;
  void refreshCompared(client, roomId);
  return signalOf(roomId);
}

/** A mark that cannot be read is not shown; the dialog of a device says why. */
export async function refreshCompared(client: AppClient, roomId: string): Promise<void> {
  const shown = signalOf(roomId);
  const done = await client.send({ kind: "people", roomId, ask: { kind: "compared" } });
  if (!done.ok || done.value.kind !== "people-replied") return;
  const { reply } = done.value;
  if (reply.kind === "compared") shown.value = reply.devices;
}

function signalOf(roomId: string): Signal<ByDevice> {
  const found = known.get(roomId) ?? signal<ByDevice>({});
  known.set(roomId, found);
  return found;
}
