/** The pictures of the drawn rooms: painted when they are asked for, attached in memory. */

import { ok } from "#shared/base/mod.ts";
import type { SaidImage } from "#shared/protocol/mod.ts";
import type { AppClient, ImageDraft } from "../../../web/client/app-client.ts";

type Images = AppClient["images"];

/** What a message says of a picture; `hue` tells one hill from another. */
export function paintedImage(hue: number, width: number, height: number, alt: string): SaidImage {
  const sha256 = hue.toString(16).padStart(64, "0");
  return { sha256, mimeType: "image/jpeg", bytes: 84_000, width, height, alt };
}

/** A room's pictures; those without an alternative text never arrived. */
export function createFixtureImages(): Images {
  const drafts = new Map<string, readonly ImageDraft[]>();
  const of = (roomId: string) => drafts.get(roomId) ?? [];
  return {
    drafts: async (roomId) => ok(of(roomId)),
    async attach(roomId, bytes) {
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const said = { ...paintedImage(of(roomId).length, bitmap.width, bitmap.height, "") };
      const place = of(roomId).length;
      const draft = { id: `im_${place}`, place, said: { ...said, bytes: bytes.length }, bytes };
      drafts.set(roomId, [...of(roomId), draft]);
      return ok(draft);
    },
    async describe(roomId, draft, alt) {
      const described = { ...draft, said: { ...draft.said, alt } };
      drafts.set(roomId, of(roomId).map((one) => one.id === draft.id ? described : one));
      return ok(described);
    },
    async detach(roomId, ids) {
      drafts.set(roomId, of(roomId).filter(({ id }) => !ids.includes(id)));
      return ok(undefined);
    },
    async read(_roomId, image) {
      return image.alt === ""
        ? { ok: false, error: { kind: "image-gone" } }
        : ok(await paint(image));
    },
  };
}

/** A hill under a sky: enough to judge a frame by. */
async function paint({ sha256, width, height }: SaidImage): Promise<Uint8Array<ArrayBuffer>> {
  const hue = parseInt(sha256.slice(-4), 16) % 360;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("Cannot paint: the canvas has no context");
  const sky = context.createLinearGradient(0, 0, 0, height);
  sky.addColorStop(0, `hsl(${(hue + 140) % 360} 45% 72%)`);
  sky.addColorStop(1, "hsl(38 70% 88%)");
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (const [step, light] of [58, 46, 34].entries()) {
    context.fillStyle = `hsl(${hue} 32% ${light}%)`;
    context.beginPath();
    context.moveTo(0, height);
    for (let x = 0; x <= width; x += width / 40) {
      const wave = Math.sin(x / width * (4 + step * 2) + step * 2.1);
      context.lineTo(x, height * (0.55 + step * 0.14) - wave * height * 0.07);
    }
    context.lineTo(width, height);
    context.fill();
  }
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  return new Uint8Array(await blob.arrayBuffer());
}
