/** Composition root of the worker that reads one card file; the page ends it. */

import { CARD_READER_READY, type CardRequest } from "../../client/cards/card-reader.ts";
import { serveCard } from "../../client/cards/serve-card.ts";

async function answer(request: CardRequest): Promise<void> {
  const read = await serveCard(request);
  self.postMessage(read, { transfer: read.ok ? [read.value.bytes.buffer] : [] });
}

self.addEventListener("message", ({ data }: MessageEvent<CardRequest>) => {
  answer(data).catch((error: unknown) => {
    // A defect: the page hears it as the error of this worker.
    setTimeout(() => {
      throw error;
    });
  });
});

self.postMessage(CARD_READER_READY);
