/** A message's images at the size that they will have, so that nothing moves when they arrive. */

import type { JSX } from "preact";
import type { MessageImage } from "#shared/room/mod.ts";
import { lazyScreen } from "../../parts/lazy.tsx";

const LazyImage = lazyScreen(
  async () => (await import("./message-image.tsx")).MessageImage,
  null,
);

/** In pixels; a narrow page makes them smaller in proportion. */
const WIDTH_MAX = 420;
const HEIGHT_MAX = 320;

export function ImageFrames({ images }: {
  readonly images: readonly MessageImage[];
}): JSX.Element {
  return (
    <div class="image-frames">
      {images.map((image, index) => (
        <div key={index} class="image-frame" style={frameOf(image)}>
          <LazyImage image={image} />
        </div>
      ))}
    </div>
  );
}

/** By CSSOM, which the content security policy allows. */
function frameOf({ width, height }: MessageImage): Record<string, string> {
  const scale = Math.min(1, WIDTH_MAX / width, HEIGHT_MAX / height);
  return { width: `${Math.round(width * scale)}px`, aspectRatio: `${width} / ${height}` };
}
