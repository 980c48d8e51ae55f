/** Brings a GGUF file of the person's own into the catalogue: by choosing it or by a drop. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { createOpfsModelFiles } from "../../adapters/opfs-model-files.ts";
import { type BringError, bringGguf } from "../../client/bring-gguf.ts";
import { useApp } from "../app-context.ts";
import { describeError } from "../messages/describe-error.ts";
import { bring } from "../messages/english/bring.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { FileDrop } from "../parts/file-drop.tsx";
import { formatBytes } from "../parts/format.ts";
import { ProgressBar } from "./progress-bar.tsx";

addEnglish(bring);

type Phase =
  | { readonly phase: "idle"; readonly words: string; readonly isBad: boolean }
  | { readonly phase: "reading"; readonly stop: AbortController }
  | {
    readonly phase: "copying";
    readonly stop: AbortController;
    readonly bytes: number;
    readonly bytesDone: number;
  };

export function AddGguf(): JSX.Element {
  const { now, take } = useBringing();
  const status = now.phase === "reading"
    ? t("bring.reading")
    : now.phase === "copying"
    ? t("bring.copying", { done: formatBytes(now.bytesDone), size: formatBytes(now.bytes) })
    : now.words;
  return (
    <section class="panel" aria-label={t("bring.title")} data-bring={now.phase}>
      <h2>{t("bring.title")}</h2>
      <FileDrop
        label={t("bring.choose")}
        hint={t("bring.hint")}
        dropHint={t("bring.drop")}
        accept=".gguf"
        status={status}
        isBad={now.phase === "idle" && now.isBad}
        onFile={(file) => void take(file)}
      >
        {now.phase === "copying" && <ProgressBar share={now.bytesDone / now.bytes} />}
        {now.phase !== "idle" && (
          <button
            type="button"
            class="button"
            onClick={() => now.stop.abort("cancelled")}
          >
            {t("bring.cancel")}
          </button>
        )}
      </FileDrop>
    </section>
  );
}

/** One file at a time: one that is dropped meanwhile is not taken. Leaving the screen ends it. */
function useBringing(): { readonly now: Phase; readonly take: (file: File) => Promise<void> } {
  const app = useApp();
  const [now, setNow] = useState<Phase>({ phase: "idle", words: "", isBad: false });
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort("left the screen"), []);
  const take = async (file: File): Promise<void> => {
    if (running.current !== undefined) return;
    const stop = new AbortController();
    running.current = stop;
    setNow({ phase: "reading", stop });
    let bytesDone = 0;
    const onBytes = (bytes: number): void => {
      bytesDone += bytes;
      setNow({ phase: "copying", stop, bytes: file.size, bytesDone });
    };
    const brought = await bringGguf(file, createOpfsModelFiles(), onBytes, stop.signal);
    running.current = undefined;
    if (!brought.ok) return setNow({ phase: "idle", ...describeBringError(brought.error) });
    const added = await app.act({ kind: "add-model", profile: brought.value });
    const words = added === undefined ? "" : t("bring.done", { name: brought.value.name });
    setNow({ phase: "idle", words, isBad: false });
  };
  return { now, take };
}

function describeBringError(
  error: BringError,
): { readonly words: string; readonly isBad: boolean } {
  if (error.kind === "cancelled") return { words: t("bring.cancelled"), isBad: false };
  return { words: t("bring.refused", { why: whyNot(error) }), isBad: true };
}

function whyNot(error: Exclude<BringError, { readonly kind: "cancelled" }>): string {
  switch (error.kind) {
    case "gguf-not":
    case "gguf-no-chat":
      return t(`bring.${error.kind}`);
    case "gguf-version":
      return t("bring.gguf-version", { version: error.version });
    case "gguf-malformed":
      return t("bring.gguf-malformed", { detail: error.detail });
    case "gguf-cut": {
      const { bytes, bytesMin } = error;
      return t("bring.gguf-cut", { bytes: formatBytes(bytes), bytesMin: formatBytes(bytesMin) });
    }
    case "gguf-split":
      return t("bring.gguf-split", { parts: error.parts });
    case "gguf-not-text":
      return t("bring.gguf-not-text", { architecture: error.architecture });
    default: {
      const { happened, advice } = describeError(error);
      return `${happened} ${advice}`;
    }
  }
}
