/**
 * Composition root of reading a card file: its worker. A chunk of its own, fetched when somebody
 * first chooses a card.
 */

import { createBrowserClock } from "./adapters/browser-clock.ts";
import { type CardAnswer, type CardRequest, readCardAside } from "./client/cards/card-reader.ts";
import { trustedScriptUrl } from "./client/trusted-types.ts";
import cardUrl from "./worker/cards/card-worker.ts?worker&url";

/** Aborting ends the work. */
export async function readCard(request: CardRequest, signal: AbortSignal): Promise<CardAnswer> {
  const clock = createBrowserClock();
  const startWorker = () => new Worker(trustedScriptUrl(cardUrl), { type: "module" });
  return await readCardAside({ clock, startWorker }, request, signal);
}
