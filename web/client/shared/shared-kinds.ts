/** Which commands are about shared rooms: known before the code that runs them is fetched. */

import type { AppCommand } from "../app-client.ts";
import type { SharedCommand } from "./shared-command.ts";

const sharedKinds: ReadonlySet<string> = new Set<SharedCommand["kind"]>([
  "share-room",
  "join-room",
  "invite-link",
  "people",
  "move-room",
  "forget-move",
  "follow-room",
]);

export function isSharedCommand(command: AppCommand): command is SharedCommand {
  return sharedKinds.has(command.kind);
}
