/**
 * One image of a message inside its frame: on its way, there, or why it is not.
 *
 *   SY279 A picture whose bytes are gone says so beside its description.
 */

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MessageImage as Image } from "#shared/room/mod.ts";
import type { ImageError } from "../../../client/app-client.ts";
import { useApp } from "../../app-context.ts";
import { images } from "../../messages/english/images.ts";
import { addEnglish, t } from "../../messages/translate.ts";
import { Modal } from "../../parts/modal.tsx";
import { dropBidi } from "../../text/bidi.ts";
import { useRoom } from "../room-context.ts";
import { imageUrlOf, knownUrl } from "./image-urls.ts";

addEnglish(images);

type Shown =
  | { readonly kind: "loading" }
  | { readonly kind: "there"; readonly url: string }
  | { readonly kind: "missing"; readonly error: ImageError["kind"] };

export function MessageImage({ image }: { readonly image: Image }): JSX.Element {
  const shown = useImage(image);
  const [isOpen, setOpen] = useState(false);
  const alt = dropBidi(image.alt) || t("image.unnamed");
  switch (shown.kind) {
    case "loading":
      return <span class="sr-only">{t("image.loading")}</span>;
    case "missing":
      return (
        <span class="image-missing">
          {missingWords(shown.error)}
          {image.alt !== "" && <q dir="auto">{alt}</q>}
        </span>
      );
    case "there":
      return (
        <>
          <button
            type="button"
            class="image-open"
            aria-label={t("image.open", { alt })}
            onClick={() => setOpen(true)}
          >
            <img src={shown.url} alt={alt} width={image.width} height={image.height} />
          </button>
          {isOpen && (
            <Modal title={alt} kind="wide" onClose={() => setOpen(false)}>
              <img
                class="image-large"
                src={shown.url}
                alt={alt}
                width={image.width}
                height={image.height}
              />
            </Modal>
          )}
        </>
      );
  }
}

/** Asks again when somebody offers the image anew. */
function useImage(image: Image): Shown {
  const { images: client } = useApp().client;
  const { roomId, state } = useRoom();
  const { sha256, seq } = image;
  const [shown, setShown] = useState<Shown>(() => {
    const url = knownUrl(sha256);
    return url === undefined ? { kind: "loading" } : { kind: "there", url };
  });
  const offers = state.value.blobs.filter((one) => one.sha256 === sha256).map((one) => one.seq);
  useEffect(() => {
    if (shown.kind === "there") return;
    let isHere = true;
    void client.read(roomId, image).then((read) => {
      if (!isHere) return;
      setShown(
        read.ok
          ? { kind: "there", url: imageUrlOf(image, read.value) }
          : { kind: "missing", error: read.error.kind },
      );
    });
    return () => {
      isHere = false;
    };
  }, [roomId, sha256, seq, offers.join(" ")]);
  return shown;
}

function missingWords(error: ImageError["kind"]): string {
  if (error === "image-gone") return t("image.gone");
  return error === "image-wrong" ? t("image.wrong") : t("image.unread");
}
