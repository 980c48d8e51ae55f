/** A persona as a card file: her own file with what was changed since, or one made here. */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type CardError,
  type CardFile,
  type CardFormat,
  personaToCard,
  readCardFile,
  writeCardCharx,
  writeCardJson,
  writeCardPng,
} from "#shared/personas/mod.ts";
import type { Card } from "#shared/protocol/mod.ts";
import { createCardFiles } from "../../adapters/idb-card-files.ts";
import { initials } from "../parts/avatar.tsx";
import { fileNameOf } from "../parts/file-name.ts";

export interface Exported {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly fileName: string;
  readonly type: string;
  /** What was imported came back with it. */
  readonly hasOriginal: boolean;
}

const TYPES: Readonly<Record<CardFormat, string>> = {
  json: "application/json",
  png: "image/png",
  charx: "application/zip",
};
const PICTURE_PX = 512;

/** Aborting cancels the wait. */
export async function exportCard(
  card: Card,
  persona: string,
  format: CardFormat,
  signal: AbortSignal,
): Promise<Result<Exported, CardError | { readonly kind: "no-picture" }>> {
  const original = await readOriginal(persona, signal);
  const json = personaToCard(card, original?.card);
  const fileName = `${fileNameOf(card.name) || "persona"}.${format}`;
  const done = (bytes: Uint8Array<ArrayBuffer>) =>
    ok({ bytes, fileName, type: TYPES[format], hasOriginal: original !== undefined });
  if (format === "json") return done(writeCardJson(json));
  if (format === "charx") {
    const carried = original?.format === "charx" ? original.bytes : undefined;
    const written = writeCardCharx(json, carried);
    return written.ok ? done(written.value) : written;
  }
  const picture = original?.format === "png" ? original.bytes : await drawAvatar(card);
  if (picture === undefined) return err({ kind: "no-picture" });
  const written = writeCardPng(picture, json);
  return written.ok ? done(written.value) : written;
}

/** Undefined where none is kept or can be read: the room's words are exported then. */
async function readOriginal(
  persona: string,
  signal: AbortSignal,
): Promise<CardFile | undefined> {
  const kept = await createCardFiles().find(persona, signal);
  if (!kept.ok || kept.value === undefined) return undefined;
  const file = readCardFile(kept.value);
  return file.ok ? file.value : undefined;
}

/** Her initial on her hue, as on the screen. Undefined where the browser draws nothing. */
async function drawAvatar({ name, hue }: Card): Promise<Uint8Array | undefined> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PICTURE_PX;
  const context = canvas.getContext("2d");
  if (context === null) return undefined;
  context.fillStyle = `oklch(0.945 0.026 ${hue})`;
  context.fillRect(0, 0, PICTURE_PX, PICTURE_PX);
  context.fillStyle = `oklch(0.47 0.11 ${hue})`;
  context.font = `500 ${PICTURE_PX / 2}px serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(initials(name, 1), PICTURE_PX / 2, PICTURE_PX / 2);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  return blob === null ? undefined : new Uint8Array(await blob.arrayBuffer());
}
