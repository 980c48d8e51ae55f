/**
 * The few pictures that the repository keeps: for the manifest, where a system shows them before it
 * installs the page, and for the README.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY242 The manifest names pictures of real screens, narrow and wide, at most 150 kB together;
 *         they are fetched by who shows them, and no part of what the page keeps offline.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { type Scheme, shotFile, type Size, sizes } from "./contact-sheet.ts";

export interface KeptShot {
  readonly file: string;
  readonly screen: string;
  readonly size: Size["name"];
  readonly scheme: Scheme;
}

export const keptShots: readonly KeptShot[] = [
  { file: "room-wide.webp", screen: "room-cast", size: "wide", scheme: "light" },
  { file: "chorus-wide.webp", screen: "room-chorus", size: "wide", scheme: "dark" },
  { file: "room-narrow.webp", screen: "shared-room", size: "narrow", scheme: "light" },
  { file: "cast-narrow.webp", screen: "room-cast", size: "narrow", scheme: "dark" },
];

/** Letters stay sharp, and the files small. */
const QUALITY = 0.66;

/** Writes them from the pictures in `shots` into `folder`; the browser is the encoder. */
export async function keepShots(browser: Browser, shots: string, folder: string): Promise<void> {
  const page = await browser.newPage();
  for (const { file, screen, size: name, scheme } of keptShots) {
    const size = sizes.find((one) => one.name === name);
    if (size === undefined) throw new Error(`Cannot keep ${file}: there is no size "${name}"`);
    const png = readFileSync(join(shots, shotFile(screen, size, scheme))).toString("base64");
    const webp = await page.evaluate(async ([data, quality]) => {
      const bytes = Uint8Array.from(atob(data), (unit) => unit.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      const blob = await canvas.convertToBlob({ type: "image/webp", quality });
      const made = new Uint8Array(await blob.arrayBuffer());
      return btoa(Array.from(made, (byte) => String.fromCharCode(byte)).join(""));
    }, [png, QUALITY] as const);
    writeFileSync(join(folder, file), Buffer.from(webp, "base64"));
  }
  await page.close();
}
