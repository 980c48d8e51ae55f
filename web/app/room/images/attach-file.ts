/** From a file to an image that is kept for the next message; arrives with the first file. */

import { unreachable } from "#shared/base/mod.ts";
import type { AttachError, ImageClient, ImageDraft } from "../../../client/app-client.ts";
import { images } from "../../messages/english/images.ts";
import { addEnglish, formatNumber, t } from "../../messages/translate.ts";
import { formatBytes } from "../../parts/format.ts";
import { encodeImage, type EncodeRefusal } from "./encode-image.ts";

addEnglish(images);

export type Attached =
  | { readonly kind: "attached"; readonly draft: ImageDraft }
  /** In words for people. */
  | { readonly kind: "refused"; readonly why: string };

export async function attachFile(
  client: Pick<ImageClient, "attach">,
  roomId: string,
  file: Blob,
): Promise<Attached> {
  const encoded = await encodeImage(file);
  if (!encoded.ok) return { kind: "refused", why: refusalWords(encoded.error) };
  const attached = await client.attach(roomId, encoded.value);
  return attached.ok
    ? { kind: "attached", draft: attached.value }
    : { kind: "refused", why: refusalWords(attached.error) };
}

function refusalWords(error: AttachError | EncodeRefusal): string {
  switch (error.kind) {
    case "image-file-kind":
      return t("image.bad-kind");
    case "image-file-large":
      return t("image.bad-large", { max: formatBytes(error.bytesMax) });
    case "image-file-pixels":
      return t("image.bad-pixels", { max: formatNumber(error.pixelsMax / 1e6) });
    case "image-file-unreadable":
      return t("image.bad-unreadable");
    case "image-wont-fit":
    case "image-unfit":
      return t("image.bad-fit");
    case "images-full":
      return t("image.bad-full", { max: formatNumber(error.imagesMax) });
    case "storage-full":
    case "storage-denied":
    case "storage-corrupt":
    case "storage-failed":
    case "storage-lost":
      return t("image.bad-store");
    default:
      return unreachable(error);
  }
}
