/**
 * Images of messages in one tab: attached, offered to a room, and read out of it again. The code
 * arrives with the first image.
 *
 * Owns the way of an image between a composer and a log. Does not own encoding (app), what counts
 * (shared/room) nor whether bytes are right (shared/hosting).
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM53  An attached image is kept on this device until its message is with its log or outbox,
 *         also over a reload; more than a message may have, or the device keeps, is refused.
 *   RM54  An image's bytes go to the log before the message that shows it.
 *   RM55  An image on its way is read from the outbox.
 */

import { err, ok, type Result, sha256HexOf } from "#shared/base/mod.ts";
import { encodeBase64Url } from "#shared/crypto/mod.ts";
import { checkImage, type ImageError, readRoomImage } from "#shared/hosting/mod.ts";
import type { IdSource, PeerStore, RoomLog, StorageError } from "#shared/ports/mod.ts";
import {
  decodeRoomEvent,
  IMAGE_RULES_MIN,
  protocolLimits as limits,
  readJpegSize,
  type RoomEvent,
  type SaidImage,
} from "#shared/protocol/mod.ts";
import type { BlobState, MessageImage, RoomState } from "#shared/room/mod.ts";
import type { ImageDraft, ImageDraftRows } from "../../adapters/idb-image-drafts.ts";
import type { CommandError } from "../app-client.ts";
import { clientLimits } from "../limits.ts";

export type AttachError =
  | StorageError
  | { readonly kind: "images-full"; readonly imagesMax: number }
  /** Not as the encoder has to make it. */
  | { readonly kind: "image-unfit" };

export interface ImageStores {
  readonly ids: IdSource;
  readonly drafts: ImageDraftRows;
  /** Ids of images that belong to a message on its way to the log. */
  readonly inFlight: () => readonly string[];
}

/** What is attached to the message that is being written, oldest first (RM53). */
export async function listDrafts(
  { drafts, inFlight }: ImageStores,
  roomId: string,
  signal: AbortSignal,
): Promise<Result<readonly ImageDraft[], StorageError>> {
  const kept = await drafts.list(roomId, clientLimits.imageDraftsMax, signal);
  if (!kept.ok) return kept;
  const away = inFlight();
  return ok(kept.value.filter(({ id }) => !away.includes(id)));
}

/** Keeps a JPEG that the app encoded. */
export async function attachImage(
  stores: ImageStores,
  roomId: string,
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<Result<ImageDraft, AttachError>> {
  const before = await listDrafts(stores, roomId, signal);
  if (!before.ok) return before;
  const full = { kind: "images-full", imagesMax: limits.imagesMax } as const;
  if (before.value.length >= limits.imagesMax) return err(full);
  const size = readJpegSize(bytes);
  const isFit = size !== undefined && bytes.length <= limits.imageBytesMax &&
    Math.max(size.width, size.height) <= limits.imageEdgeMax;
  if (!isFit) return err({ kind: "image-unfit" });
  const said: SaidImage = {
    ...{ sha256: sha256HexOf(bytes), mimeType: "image/jpeg", bytes: bytes.length },
    ...{ ...size, alt: "" },
  };
  const place = (before.value.at(-1)?.place ?? 0) + 1;
  const draft: ImageDraft = { id: stores.ids.next("im"), place, said, bytes };
  const put = await stores.drafts.put(roomId, draft, clientLimits.imageDraftsMax, signal);
  if (!put.ok) return put;
  return put.value ? ok(draft) : err({ ...full, imagesMax: clientLimits.imageDraftsMax });
}

/** In whichever of `rooms` it is by now; one that is sent or removed meanwhile stays away. */
export async function describeImage(
  { drafts }: Pick<ImageStores, "drafts">,
  rooms: readonly string[],
  draft: ImageDraft,
  alt: string,
  signal: AbortSignal,
): Promise<Result<ImageDraft, AttachError>> {
  const imagesMax = clientLimits.imageDraftsMax;
  const described = { ...draft, said: { ...draft.said, alt } };
  for (const room of rooms) {
    const kept = await drafts.list(room, imagesMax, signal);
    if (!kept.ok) return kept;
    const row = kept.value.find(({ id }) => id === draft.id);
    if (row === undefined) continue;
    const put = await drafts.put(room, { ...described, place: row.place }, imagesMax, signal);
    if (!put.ok) return put;
    return put.value ? ok(described) : err({ kind: "images-full", imagesMax });
  }
  return ok(described);
}

/** From all of `rooms`. */
export async function detachImages(
  { drafts }: Pick<ImageStores, "drafts">,
  rooms: readonly string[],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  for (const room of rooms) {
    const removed = await drafts.remove(room, ids, signal);
    if (!removed.ok) return removed;
  }
  return ok(undefined);
}

export interface OfferDeps {
  readonly drafts: ImageDraftRows;
  readonly state: Pick<RoomState, "rules">;
  readonly append: (event: RoomEvent) => Promise<Result<unknown, CommandError>>;
}

/** Brings the bytes of these attachments to the log (RM54); resolves to what the message says. */
export async function offerImages(
  { drafts, state, append }: OfferDeps,
  roomId: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Result<readonly SaidImage[], CommandError>> {
  // More than can be attached: a room that became this one brought some along.
  const { imagesMax } = limits;
  if (ids.length > imagesMax) return err({ kind: "images-full", imagesMax });
  const kept = await drafts.list(roomId, clientLimits.imageDraftsMax, signal);
  if (!kept.ok) return kept;
  const found = ids.flatMap((id) => kept.value.find((one) => one.id === id) ?? []);
  if (found.length < ids.length) return err({ kind: "not-found", what: "image" });
  if (state.rules < IMAGE_RULES_MIN) { // RM46
    const raised = await append({ kind: "rules", rules: IMAGE_RULES_MIN });
    if (!raised.ok) return raised;
  }
  const offered = new Set<string>();
  for (const { said: { sha256 }, bytes } of found) {
    if (offered.has(sha256)) continue;
    const sent = await append({ kind: "blob", sha256, data: encodeBase64Url(bytes) });
    if (!sent.ok) return sent;
    offered.add(sha256);
  }
  return ok(found.map(({ said }) => said));
}

export interface ReadDeps {
  readonly log: Pick<RoomLog, "read">;
  readonly store: Pick<PeerStore, "outbox">;
  readonly blobs: readonly BlobState[];
}

/** The bytes of a message's image, from the log or on their way to it (RM55). */
export async function readImage(
  { log, store, blobs }: ReadDeps,
  roomId: string,
  image: MessageImage,
  signal: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>, ImageError>> {
  const read = await readRoomImage(log, image, blobs, signal);
  if (read.ok || read.error.kind !== "image-gone") return read;
  const rows = await store.outbox(roomId, clientLimits.unsentRowsMax, signal);
  for (const { entry } of rows.ok ? rows.value : []) {
    const event = decodeRoomEvent(entry.body);
    const isIt = event.ok && event.value.kind === "blob" && event.value.sha256 === image.sha256;
    if (isIt) return checkImage(image, event.value.data);
  }
  return read;
}
