/** Brings a GGUF model of the person's own into the catalogue: by a file, a drop, an address. */

import "./bring-text.ts";
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Result } from "#shared/base/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import { createOpfsModelFiles } from "../../adapters/opfs-model-files.ts";
import type { AskHost } from "../../adapters/http-byte-source.ts";
import { type BringError, bringGguf, bringGgufUrl } from "../../client/bring-gguf.ts";
import { useApp } from "../app-context.ts";
import { describeError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { FileDrop } from "../parts/file-drop.tsx";
import { formatBytes } from "../parts/format.ts";
import { ProgressBar } from "./progress-bar.tsx";

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
  const { now, takeFile, takeUrl } = useBringing();
  return (
    <section class="panel" aria-label={t("bring.title")} data-bring={now.phase}>
      <h2>{t("bring.title")}</h2>
      <FileDrop
        label={t("bring.choose")}
        hint={t("bring.hint")}
        dropHint={t("bring.drop")}
        accept=".gguf"
        status={statusOf(now)}
        isBad={now.phase === "idle" && now.isBad}
        onFile={(file) => void takeFile(file)}
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
      <UrlForm isBusy={now.phase !== "idle"} onUrl={(url) => void takeUrl(url)} />
    </section>
  );
}

function UrlForm({ isBusy, onUrl }: {
  readonly isBusy: boolean;
  readonly onUrl: (url: string) => void;
}): JSX.Element {
  const [url, setUrl] = useState("");
  const id = useId();
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) onUrl(url.trim());
      }}
    >
      <div class="field">
        <label for={id}>{t("bring.url")}</label>
        <input
          id={id}
          class="input"
          type="text"
          inputMode="url"
          required
          autocomplete="off"
          spellcheck={false}
          placeholder="https://"
          value={url}
          aria-describedby={`${id}-hint`}
          onInput={(event) => setUrl(event.currentTarget.value)}
        />
        <p class="hint" id={`${id}-hint`}>{t("bring.url-hint")}</p>
      </div>
      <div>
        <button type="submit" class="button" disabled={isBusy}>{t("bring.url-add")}</button>
      </div>
    </form>
  );
}

function statusOf(now: Phase): string {
  switch (now.phase) {
    case "reading":
      return t("bring.reading");
    case "copying": {
      const [done, size] = [formatBytes(now.bytesDone), formatBytes(now.bytes)];
      return t("bring.copying", { done, size });
    }
    case "idle":
      return now.words;
  }
}

/** One model at a time: one that is dropped meanwhile is not taken. Leaving the screen ends it. */
function useBringing() {
  const app = useApp();
  const [now, setNow] = useState<Phase>({ phase: "idle", words: "", isBad: false });
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort("left the screen"), []);
  const take = async (
    done: "bring.done" | "bring.listed",
    read: (stop: AbortController) => Promise<Result<ModelProfile, BringError>>,
  ): Promise<void> => {
    if (running.current !== undefined) return;
    const stop = new AbortController();
    running.current = stop;
    setNow({ phase: "reading", stop });
    const brought = await read(stop);
    running.current = undefined;
    if (!brought.ok) return setNow({ phase: "idle", ...describeBringError(brought.error) });
    const added = await app.act({ kind: "add-model", profile: brought.value });
    const words = added === undefined ? "" : t(done, { name: brought.value.name });
    setNow({ phase: "idle", words, isBad: false });
  };
  return {
    now,
    takeFile: (file: File) =>
      take("bring.done", (stop) => {
        let bytesDone = 0;
        const onBytes = (bytes: number): void => {
          bytesDone += bytes;
          setNow({ phase: "copying", stop, bytes: file.size, bytesDone });
        };
        return bringGguf(file, createOpfsModelFiles(), onBytes, stop.signal);
      }),
    takeUrl: (url: string) =>
      take("bring.listed", (stop) => bringGgufUrl(url, askHost, stop.signal)),
  };
}

const askHost: AskHost = (url, init) => fetch(url, init);

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
