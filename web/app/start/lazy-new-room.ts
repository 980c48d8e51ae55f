/** The dialog of a new room, its code fetched when a person asks for one. */

import { lazyPart } from "../parts/lazy.tsx";

export const NewRoomDialog = lazyPart(
  async () => (await import("./new-room-dialog.tsx")).NewRoomDialog,
);
