/**
 * Saves the open room for other programs: its messages as JSON lines, or a transcript.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY225 A room of any length is written in small steps, with progress; one that is cancelled
 *         leaves no file.
 */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { jsonlLines, markdownParts, roomTextLimits } from "#shared/hosting/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { useApp } from "../app-context.ts";
import { formatNumber, plural, t } from "../messages/translate.ts";
import { fileNameOf } from "../parts/file-name.ts";
import { offerFile } from "../parts/offer-file.ts";
import { useRoom } from "../room/room-context.ts";
import { cleanName } from "../text/clean-name.ts";
import "./room-file-words.ts";

type Format = "jsonl" | "md";

const TYPES: Readonly<Record<Format, string>> = {
  jsonl: "application/jsonl",
  md: "text/markdown;charset=utf-8",
};

export function RoomExport(): JSX.Element {
  const app = useApp();
  const { roomId, state, ownDevice } = useRoom();
  const [done, setDone] = useState<number | undefined>(undefined);
  const [told, setTold] = useState("");
  const ending = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => ending.current?.abort("the room's options close"), []);
  const total = state.value.messages.length;

  const save = async (format: Format): Promise<void> => {
    const own = new AbortController();
    ending.current = own;
    setTold("");
    setDone(0);
    try {
      if (await app.act({ kind: "read-earlier", roomId }) === undefined) return;
      const room = state.value;
      const parts = format === "jsonl"
        ? jsonlLines(room, ownDevice.value, app.part.device.value.id)
        : markdownParts(room, transcriptWords(room));
      const blob = await collect(parts, TYPES[format], setDone, own.signal);
      const name = cleanName(room.name);
      const file = `${fileNameOf(name) || t("room-file.fallback")}.${format}`;
      offerFile(file, blob, TYPES[format]);
      const messages = plural("room-file.messages", room.messages.length);
      setTold(t("export.saved", { name, file, messages }));
    } catch (error) { // The one that a person asked for.
      if (!own.signal.aborted) throw error;
      setTold(t("export.cancelled"));
    } finally {
      setDone(undefined);
    }
  };
  const isWriting = done !== undefined;
  return (
    <section class="card-export" aria-label={t("export.title")}>
      <div class="row-buttons">
        <button
          type="button"
          class="button"
          disabled={isWriting}
          onClick={() => void save("jsonl")}
        >
          {t("export.jsonl")}
        </button>
        <button type="button" class="button" disabled={isWriting} onClick={() => void save("md")}>
          {t("export.markdown")}
        </button>
      </div>
      <p class="hint">{t("export.hint")}</p>
      {isWriting && (
        <div class="row-buttons">
          <progress
            value={done}
            max={total}
            aria-label={t("export.writing", {
              done: formatNumber(done),
              total: formatNumber(total),
            })}
          />
          <button type="button" class="button" onClick={() => ending.current?.abort("cancelled")}>
            {t("do.cancel")}
          </button>
        </div>
      )}
      <p role="status" class="hint">{told}</p>
    </section>
  );
}

/** The page draws and takes keys between any two steps (SY225). */
async function collect(
  parts: Iterable<string>,
  type: string,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const pieces: Blob[] = [];
  let piece = "";
  let count = 0;
  for (const part of parts) {
    piece += part;
    count += 1;
    if (count % roomTextLimits.sliceLines !== 0) continue;
    // The browser may keep a blob on disk; a text of all would be in memory.
    pieces.push(new Blob([piece]));
    piece = "";
    onProgress(count);
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  signal.throwIfAborted();
  return new Blob([...pieces, piece], { type });
}

function transcriptWords({ messages }: RoomState) {
  return {
    about: t("export.about", {
      at: new Date().toISOString().slice(0, 10),
      messages: plural("room-file.messages", messages.length),
    }),
    persona: t("export.persona"),
    edited: t("export.edited"),
    stopped: t("export.stopped"),
    aside: t("export.aside"),
    picture: t("export.picture"),
    nobody: t("export.nobody"),
  };
}
