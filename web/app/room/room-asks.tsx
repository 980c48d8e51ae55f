/** Calls of this device's personas in this room that wait for a person; mostly there are none. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { lazyScreen } from "../parts/lazy.tsx";
import { useRoom } from "./room-context.ts";

const RoomAsksList = lazyScreen(
  async () => (await import("../session/room-asks-list.tsx")).RoomAsksList,
  null,
);

export function RoomAsks(): JSX.Element | null {
  const app = useApp();
  const { roomId } = useRoom();
  const asks = app.part.asks.value.filter((one) => one.roomId === roomId);
  return asks.length === 0 ? null : <RoomAsksList asks={asks} />;
}
