/** The rooms cannot be opened: why, another try, and everything that was written as a file. */

import type { JSX } from "preact";
import { type AnyError, describeError } from "./messages/describe-error.ts";
import { t } from "./messages/translate.ts";
import { ErrorNote } from "./parts/error-note.tsx";
import { RescueButton } from "./parts/rescue-button.tsx";
import { Splash } from "./parts/splash.tsx";

export function BootFailed({ error }: { readonly error: AnyError }): JSX.Element {
  return (
    <main id="main" class="screen screen-message">
      <Splash />
      <h1 class="sr-only">{describeError(error).happened}</h1>
      <ErrorNote error={error} />
      <button type="button" class="button button-key" onClick={() => location.reload()}>
        {t("app.reload")}
      </button>
      <RescueButton />
    </main>
  );
}
