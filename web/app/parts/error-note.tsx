/** An error in words: what happened, what was lost (nothing), what to do; the detail folds out. */

import type { JSX } from "preact";
import { type AnyError, describeError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { Detail } from "./detail.tsx";
import { Icon } from "./icon.tsx";

export function ErrorNote({ error, doing, isOnModels = false, onDismiss }: {
  readonly error: AnyError;
  /** What was tried, in words; empty when the place says it. */
  readonly doing?: string;
  /** True where a link to the models would lead nowhere. */
  readonly isOnModels?: boolean;
  readonly onDismiss?: () => void;
}): JSX.Element {
  const text = describeError(error);
  return (
    <div class="note note-bad" role="alert">
      <Icon name="warn" />
      <div class="note-text">
        <p>
          {doing !== undefined && <span class="note-doing">{doing}:{" "}</span>}
          <strong>{text.happened}.</strong> {text.lost} {text.advice}
        </p>
        {text.open === "reload" && (
          <button
            type="button"
            class="button"
            onClick={() => location.reload()}
          >
            {t("app.reload")}
          </button>
        )}
        {text.open === "models" && !isOnModels && <a href="#/models">{t("out.open-models")}</a>}
        {text.open === "rooms" && <a href="#/">{t("start.rooms")}</a>}
        {text.detail !== "" && <Detail text={text.detail} />}
      </div>
      {onDismiss !== undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={t("do.dismiss")}
          onClick={onDismiss}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
