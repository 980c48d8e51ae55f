/** Files that the system opens with the installed page (`file_handlers` of the manifest). */

import { keepHandedIn } from "../../pwa/handed-in.ts";
import { goTo } from "../route.ts";

interface LaunchQueue {
  setConsumer(take: (params: { readonly files?: readonly FileSystemFileHandle[] }) => void): void;
}

/** Keeps what is opened and shows the list of it, now and whenever more comes. */
export function takeLaunchFiles(): void {
  const { launchQueue } = window as unknown as { readonly launchQueue: LaunchQueue };
  launchQueue.setConsumer(({ files = [] }) => void (files.length > 0 && takeFiles(files)));
}

async function takeFiles(handles: readonly FileSystemFileHandle[]): Promise<void> {
  const files = await Promise.all(handles.map((handle) => handle.getFile()));
  const left = await keepHandedIn(files).catch((error: unknown) => {
    if (!(error instanceof DOMException)) throw error;
    return -1; // No space: the list says so.
  });
  const trouble = left < 0 ? "failed" : left > 0 ? "full" : undefined;
  goTo({ kind: "handed-in", trouble });
  // The list may be shown already: then the address does not change.
  dispatchEvent(new Event("handed-in"));
}
