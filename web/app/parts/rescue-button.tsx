/** Saves everything that people wrote here as a file, when the app cannot open its rooms. */

import { useState } from "preact/hooks";
import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { type AnyError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { ErrorNote } from "./error-note.tsx";

export function RescueButton(): JSX.Element {
  const { client } = useApp();
  const [error, setError] = useState<AnyError | undefined>(undefined);
  const save = async (): Promise<void> => {
    const rescued = await client.rescueText();
    if (!rescued.ok) return setError(rescued.error);
    setError(undefined);
    offerFile("conclave-rooms.jsonl", rescued.value);
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

function offerFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/jsonl" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download holds the blob by now.
  URL.revokeObjectURL(url);
}
