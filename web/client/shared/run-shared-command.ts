/** The way of a command about shared rooms in one tab: to the code that is fetched for it. */

import type { DeviceOffer } from "#shared/hosting/mod.ts";
import type { ClientDeps } from "../client-deps.ts";
import type { PeerStatus } from "../peer-status.ts";
import type { TabContext } from "../tab-context.ts";
import type { TabLeader } from "../tab-leader.ts";
import type { TabRooms } from "../tab-rooms.ts";
import type { SharedAnswer, SharedCommand, SharedCommandDeps } from "./shared-command.ts";
import { createLogOf } from "./shared-log.ts";

interface SharedTab {
  readonly deps: ClientDeps;
  readonly context: TabContext;
  readonly rooms: TabRooms;
  readonly leader: TabLeader;
  readonly status: () => PeerStatus;
  readonly onStatus: (observer: () => void) => Disposable;
  readonly offer: () => DeviceOffer;
}

export async function runSharedCommand(
  tab: SharedTab,
  command: SharedCommand,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const { deps, context, rooms } = tab;
  const kit = await context.shared.kit();
  if (!kit.ok) return kit;
  const given: Omit<SharedCommandDeps, "crypto"> = {
    ...context.storage(),
    clock: deps.clock,
    ids: deps.ids,
    feeds: rooms.feeds,
    rooms: context.shared,
    follow: context.storage().openFollow(kit.value),
    logOf: createLogOf(context),
    links: {
      of: (roomId) => tab.status().links.find((one) => one.roomId === roomId)?.link,
      subscribe: tab.onStatus,
    },
    offer: tab.offer,
    pageUrl: deps.pageUrl(),
    relist: rooms.list,
    hideRoom: rooms.hide,
    restartLink: (roomId) => restartLink(tab, roomId, signal),
  };
  return await kit.value.run(command, given, signal);
}

/** The leader has the link; here or in another tab, it reads the keys anew. */
async function restartLink(tab: SharedTab, roomId: string, signal: AbortSignal): Promise<void> {
  const peer = tab.leader.peer();
  if (peer !== undefined) return peer.restartLink(roomId);
  await tab.deps.tabs.send({ kind: "reconnect", roomId }, signal);
}
