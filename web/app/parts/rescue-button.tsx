/** Saves everything that people wrote here as a file, when the app cannot open its rooms. */

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { type AnyError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { ErrorNote } from "./error-note.tsx";
import { offerFile } from "./offer-file.ts";

export function RescueButton(): JSX.Element {
  const { client } = useApp();
  const [error, setError] = useState<AnyError | undefined>(undefined);
  const save = async (): Promise<void> => {
    const rescued = await client.rescueText();
    if (!rescued.ok) return setError(rescued.error);
    setError(undefined);
    offerFile("conclave-rooms.jsonl", rescued.value, "application/jsonl");
  };
  return (
    <>
      <p>{t("app.rescue-text")}</p>
      <button type="button" class="button" onClick={() => void save()}>
        {t("app.rescue")}
      </button>
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}
