/** Makes a new room of one that was saved as a file; arrives when it is asked for. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import {
  type JsonlRoom,
  readRoomFile,
  roomFileLimits,
  roomOfJsonl,
  type SavedRoom,
} from "#shared/hosting/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { useApp } from "../app-context.ts";
import { plural, t } from "../messages/translate.ts";
import { bytesOf, FileDrop } from "../parts/file-drop.tsx";
import { Modal } from "../parts/modal.tsx";
import { keepMissingCardFile } from "../persona/keep-card-file.ts";
import { goTo } from "../route.ts";
import { DEFAULT_RECIPE } from "../start/ready-made.ts";
import { cleanName } from "../text/clean-name.ts";
import { isJsonl, readJsonlFile } from "./read-jsonl-file.ts";
import { describeRoomFileError } from "./room-file-words.ts";

type Phase =
  | { readonly phase: "none" | "reading" }
  | { readonly phase: "failed"; readonly why: string };

export function RoomImportDialog({ file: first, onTaken, onClose }: {
  /** A file that is read at once; `onTaken` tells that it became a room. */
  readonly file?: File | undefined;
  readonly onTaken?: (() => void) | undefined;
  readonly onClose: () => void;
}): JSX.Element {
  const app = useApp();
  const [phase, setPhase] = useState<Phase>({ phase: "none" });
  const newest = useRef(0);
  const take = async (file: File): Promise<void> => {
    newest.current += 1;
    const own = newest.current;
    setPhase({ phase: "reading" });
    const read = await readSaved(file, app.part.device.value.id);
    // Another file was chosen meanwhile: it is the one.
    if (own !== newest.current) return;
    if ("why" in read) return setPhase({ phase: "failed", why: read.why });
    const { saved } = read;
    const done = await app.act({ kind: "import-room", saved });
    setPhase({ phase: "none" });
    if (done?.kind !== "room-created") return;
    onTaken?.();
    const notKept = await keepCards(saved);
    onClose();
    goTo({ kind: "room", roomId: done.roomId });
    app.tell(importedWords(read, notKept));
  };
  // Once: the list that hands it over may make another object of the same file.
  useEffect(() => {
    if (first !== undefined) void take(first);
  }, []);
  return (
    <Modal title={t("room-file.title")} onClose={onClose}>
      <FileDrop
        label={t("room-file.choose")}
        hint={t("room-file.choose-hint")}
        dropHint={t("room-file.drop")}
        accept=".conclave,.zip,.jsonl,.ndjson,application/zip,application/jsonl"
        status={phase.phase === "reading"
          ? t("room-file.reading")
          : phase.phase === "failed"
          ? phase.why
          : ""}
        isBad={phase.phase === "failed"}
        onFile={(file) => void take(file)}
      />
    </Modal>
  );
}

interface ReadRoom extends Partial<Omit<JsonlRoom, "saved">> {
  readonly saved: SavedRoom;
}

async function readSaved(file: File, own: string): Promise<ReadRoom | { readonly why: string }> {
  if (await isJsonl(file)) {
    const lines = await readJsonlFile(file);
    const name = file.name.replace(/\.\w+$/, "").slice(0, protocolLimits.nameCharsMax);
    const made = lines.ok
      ? roomOfJsonl(lines.value, own, name || t("room-file.fallback"), DEFAULT_RECIPE)
      : lines;
    return made.ok ? made.value : { why: describeRoomFileError(made.error) };
  }
  const bytesMax = roomFileLimits.fileBytesMax;
  if (file.size > bytesMax) {
    // Not even read into memory.
    return {
      why: describeRoomFileError({ kind: "room-file-too-large", bytes: file.size, bytesMax }),
    };
  }
  const bytes = await bytesOf(file);
  if (bytes === undefined) {
    return { why: describeRoomFileError({ kind: "room-file-damaged", detail: "unreadable" }) };
  }
  const read = readRoomFile(bytes);
  return read.ok ? { saved: read.value } : { why: describeRoomFileError(read.error) };
}

/** How many card files are not kept here now. */
async function keepCards({ cards }: SavedRoom): Promise<number> {
  let notKept = 0;
  for (const [persona, bytes] of cards) {
    if (!await keepMissingCardFile(persona, bytes)) notKept += 1;
  }
  return notKept;
}

function importedWords({ saved, messagesLeftOut, picturesLeftOut }: ReadRoom, notKept: number) {
  const messages = plural("room-file.messages", saved.state.messages.length);
  return [
    t("room-file.imported", { name: cleanName(saved.name), messages }),
    ...notKept === 0 ? [] : [plural("room-file.not-kept", notKept)],
    ...messagesLeftOut ? [plural("room-file.older", messagesLeftOut)] : [],
    ...picturesLeftOut ? [plural("room-file.pictures-out", picturesLeftOut)] : [],
    // Only messages in lines are told so.
    ...messagesLeftOut === undefined || saved.state.personas.size === 0
      ? []
      : [t("room-file.cards-none")],
  ].join(" ");
}
