/** Under the box: whom the text addresses, what is wrong with it, or how the keys work. */

import type { JSX } from "preact";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { formatList, t } from "../../messages/translate.ts";
import { formatBytes } from "../../parts/format.ts";
import { isTouch } from "../../parts/media.ts";
import type { Draft } from "./use-draft.ts";

export function ComposerHint({ id, draft, bytes }: {
  readonly id: string;
  readonly draft: Draft;
  readonly bytes: number;
}): JSX.Element {
  const { addressed, cast } = draft;
  return (
    <span class="composer-hint" id={id}>
      {bytes > protocolLimits.textBytesMax
        ? <TooLong bytes={bytes} />
        : addressed.length > 0
        ? (
          <strong>
            {t("composer.to", {
              names: formatList(
                cast.filter((persona) => addressed.includes(persona.id)).map(({ name }) => name),
              ),
            })}
          </strong>
        )
        : isTouch.value
        ? t("composer.hint-touch")
        : t("composer.hint")}
    </span>
  );
}

function TooLong({ bytes }: { readonly bytes: number }): JSX.Element {
  const sizes = { size: formatBytes(bytes), max: formatBytes(protocolLimits.textBytesMax) };
  return <span class="bad" role="alert">{t("composer.bytes-over", sizes)}</span>;
}
