/** Images for the screens of one tab; what they need arrives when the first is met. */

import { err, type Result } from "#shared/base/mod.ts";
import type { IdSource, StorageError } from "#shared/ports/mod.ts";
import type { BlobState } from "#shared/room/mod.ts";
import type { ImageClient } from "../app-client.ts";
import type { ClientStorage } from "../client-storage.ts";
import type { ImageStores } from "./image-commands.ts";

export interface ImageClientDeps {
  readonly ids: IdSource;
  readonly storage: () => Pick<ClientStorage, "imageDrafts" | "logOf" | "store">;
  readonly blobsOf: (roomId: string) => readonly BlobState[];
  /** Ids of images that belong to a message on its way to the log. */
  readonly inFlight: () => readonly string[];
  /** Something was written there; its room may be another one by now (SY276). */
  readonly onKept: (roomId: string) => void;
  /** The room that this one became, as far as this tab knows. */
  readonly movedTo: (roomId: string) => string | undefined;
  /** Of the client. */
  readonly signal: AbortSignal;
}

export function createImageClient(deps: ImageClientDeps): ImageClient {
  const { signal } = deps;
  const stores = (): ImageStores => ({ ...deps, drafts: deps.storage().imageDrafts });
  const roomsOf = (roomId: string) => [roomId, deps.movedTo(roomId) ?? roomId];
  const commands = () => import("./image-commands.ts");
  return {
    drafts: (roomId) =>
      answered(async () => (await commands()).listDrafts(stores(), roomId, signal)),
    attach: (roomId, bytes) =>
      answered(async () => {
        const attached = await (await commands()).attachImage(stores(), roomId, bytes, signal);
        deps.onKept(roomId);
        return attached;
      }),
    describe: (roomId, draft, alt) =>
      answered(async () => {
        const { describeImage } = await commands();
        const described = await describeImage(stores(), roomsOf(roomId), draft, alt, signal);
        deps.onKept(roomId);
        return described;
      }),
    detach: (roomId, ids) =>
      answered(async () => (await commands()).detachImages(stores(), roomsOf(roomId), ids, signal)),
    read: (roomId, image) =>
      answered(async () => {
        const { logOf, store } = deps.storage();
        const read = { log: logOf(roomId), store, blobs: deps.blobsOf(roomId) };
        return (await commands()).readImage(read, roomId, image, signal);
      }),
  };
}

/** Actor shell, as for commands: a screen gets an answer whatever happened, and shows it. */
async function answered<T, E>(
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | StorageError>> {
  try {
    return await work();
  } catch (error) {
    return err({ kind: "storage-failed", detail: String(error) });
  }
}
