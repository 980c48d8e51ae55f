/** A photograph for tests, made by the browser, and what tests look at of pictures. */

import { Buffer } from "node:buffer";
import type { Locator, Page } from "@playwright/test";

/** Says where it was taken: what no room may learn. */
export const SECRET_PLACE = "taken at 60.1699 N 24.9384 E";

/** A JPEG of noise and a red boat, with an EXIF segment that names a place. */
export async function takePhotograph(page: Page, width = 2_400, height = 1_600): Promise<Buffer> {
  const data = await page.evaluate(async ([wide, high]) => {
    const canvas = new OffscreenCanvas(wide, high);
    const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    const noise = context.createImageData(wide, high);
    let seed = 7;
    for (let at = 0; at < noise.data.length; at += 1) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      noise.data[at] = at % 4 === 3 ? 255 : 120 + (seed >> 24);
    }
    context.putImageData(noise, 0, 0);
    context.fillStyle = "#c22";
    context.fillRect(wide / 4, high / 2, wide / 2, high / 5);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, [width, height] as const);
  const plain = Buffer.from(data, "base64");
  const words = Buffer.from(`Exif\0\0${SECRET_PLACE}`);
  const length = Buffer.from([0xff, 0xe1, (words.length + 2) >> 8, (words.length + 2) & 255]);
  return Buffer.concat([plain.subarray(0, 2), length, words, plain.subarray(2)]);
}

/** Chooses files as a person does, by the button of the message box. */
export async function attach(
  page: Page,
  ...files: readonly { readonly name: string; readonly bytes: Buffer; readonly type: string }[]
): Promise<void> {
  await page.getByLabel("Write to the room").locator("input[type=file]").setInputFiles(
    files.map(({ name, bytes, type }) => ({ name, mimeType: type, buffer: bytes })),
  );
}

export function photograph(bytes: Buffer) {
  return { name: "boat.jpg", bytes, type: "image/jpeg" } as const;
}

/** A picture in the conversation, once it is drawn. */
export function shownPicture(page: Page, alt: string): Locator {
  return page.locator(".image-frame").getByRole("img", { name: alt });
}

/** The bytes of every blob in the log of the open room, in order. */
export async function blobsOf(page: Page): Promise<readonly Buffer[]> {
  const roomId = new URL(page.url()).hash.split("/").at(-1);
  const texts = await page.evaluate(async (room) => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    const rows = await new Promise<{ roomId: string; body: { kind: string; data?: string } }[]>(
      (done, failed) => {
        const all = database.transaction("entries").objectStore("entries").getAll();
        all.onsuccess = () => done(all.result);
        all.onerror = () => failed(all.error);
      },
    );
    database.close();
    return rows.filter((row) => row.roomId === room && row.body.kind === "blob")
      .map((row) => row.body.data ?? "");
  }, roomId);
  return texts.map((text) => Buffer.from(text, "base64url"));
}
