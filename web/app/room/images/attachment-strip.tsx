/** What is attached to the message being written: seen, described, removed; and who will see it. */

import type { JSX } from "preact";
import { useComputed } from "@preact/signals";
import { seesImages } from "#shared/room/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import type { ImageDraft } from "../../../client/app-client.ts";
import { images } from "../../messages/english/images.ts";
import { addEnglish, formatList, t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { cleanName } from "../../text/clean-name.ts";
import { useRoom } from "../room-context.ts";
import { imageUrlOf } from "./image-urls.ts";
import type { Attachments } from "./use-attachments.ts";

addEnglish(images);

export function AttachmentStrip({ attachments }: {
  readonly attachments: Attachments;
}): JSX.Element {
  const { drafts, busyCount, refusal } = attachments;
  return (
    <div class="attachments" role="group" aria-label={t("image.strip")}>
      {drafts.length > 0 && (
        <ul class="attachment-list">
          {drafts.map((draft, index) => (
            <AttachedImage
              key={draft.id}
              draft={draft}
              number={index + 1}
              attachments={attachments}
            />
          ))}
        </ul>
      )}
      <p class="hint" role="status">
        {refusal !== "" && <span class="bad">{refusal}{" "}</span>}
        {busyCount > 0 ? t("image.busy") : drafts.length > 0 && <WhoSees />}
      </p>
    </div>
  );
}

function AttachedImage({ draft, number, attachments }: {
  readonly draft: ImageDraft;
  readonly number: number;
  readonly attachments: Attachments;
}): JSX.Element {
  const { said, bytes } = draft;
  return (
    <li class="attachment">
      <img src={imageUrlOf(said, bytes)} alt="" width={56} height={56} />
      <input
        class="input"
        type="text"
        dir="auto"
        aria-label={t("image.alt", { number })}
        placeholder={t("image.alt-placeholder")}
        maxLength={protocolLimits.altCharsMax}
        defaultValue={said.alt}
        onChange={(event) => attachments.describe(draft, event.currentTarget.value.trim())}
      />
      <button
        type="button"
        class="icon-button"
        aria-label={t("image.remove", { number })}
        title={t("image.remove", { number })}
        onClick={() => attachments.remove(draft)}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  );
}

/** From what their hosts announced; whom nobody hosts is not spoken of. */
function WhoSees(): JSX.Element {
  const { state } = useRoom();
  const words = useComputed(() => {
    const cast = [...state.value.personas.values()].filter(({ removed }) => !removed);
    const named = (sees: boolean): readonly string[] =>
      cast.filter((persona) => seesImages(state.value, persona) === sees)
        .map(({ card }) => cleanName(card.name));
    const [seers, others] = [named(true), named(false)];
    if (others.length === 0) {
      return seers.length === 0 ? "" : t("image.all-see", { names: formatList(seers) });
    }
    return seers.length === 0
      ? t("image.none-see", { names: formatList(others) })
      : t("image.some-see", { seers: formatList(seers), others: formatList(others) });
  }).value;
  return <>{words}</>;
}
