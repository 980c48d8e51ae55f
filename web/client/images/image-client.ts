/** Images for the screens of one tab; what they need arrives when the first is met. */

import { err, ok } from "#shared/base/mod.ts";
import type { IdSource } from "#shared/ports/mod.ts";
import type { BlobState } from "#shared/room/mod.ts";
import type { ImageClient } from "../app-client.ts";
import type { ClientStorage } from "../client-storage.ts";
import { clientLimits } from "../limits.ts";
import type { ImageStores } from "./image-commands.ts";

export interface ImageClientDeps {
  readonly ids: IdSource;
  readonly storage: () => Pick<ClientStorage, "imageDrafts" | "logOf" | "store">;
  readonly blobsOf: (roomId: string) => readonly BlobState[];
  /** Ids of images that belong to a message on its way to the log. */
  readonly inFlight: () => readonly string[];
  /** Of the client. */
  readonly signal: AbortSignal;
}

const commands = () => import("./image-commands.ts");

export function createImageClient(deps: ImageClientDeps): ImageClient {
  const { signal } = deps;
  const stores = (): ImageStores => ({ ...deps, drafts: deps.storage().imageDrafts });
  return {
    drafts: async (roomId) => await (await commands()).listDrafts(stores(), roomId, signal),
    attach: async (roomId, bytes) =>
      await (await commands()).attachImage(stores(), roomId, bytes, signal),
    async describe(roomId, draft, alt) {
      const described = { ...draft, said: { ...draft.said, alt } };
      const rows = deps.storage().imageDrafts;
      const put = await rows.put(roomId, described, clientLimits.imageDraftsMax, signal);
      if (!put.ok) return put;
      const full = { kind: "images-full", imagesMax: clientLimits.imageDraftsMax } as const;
      return put.value ? ok(described) : err(full);
    },
    detach: async (roomId, ids) => await deps.storage().imageDrafts.remove(roomId, ids, signal),
    async read(roomId, image) {
      const { logOf, store } = deps.storage();
      const read = { log: logOf(roomId), store, blobs: deps.blobsOf(roomId) };
      return await (await commands()).readImage(read, roomId, image, signal);
    },
  };
}
