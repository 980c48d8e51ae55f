/// <reference types="vite/client" />
/** The page of the bare engine: starts its worker and takes the time as a page sees it. */

import { trustedScriptUrl } from "../../../web/client/trusted-types.ts";
import { type EntryRow, requestOf, type Settlement } from "./app-request.ts";
import type { BareMessage, BareUsage } from "./bare-worker.ts";
import workerUrl from "./bare-worker.ts?worker&url";

export interface BareReply extends BareUsage {
  /** From posting the request to the message that the first token is there. */
  readonly firstTokenMs: number;
  /** From the first token to the end. */
  readonly restMs: number;
}

let worker: Worker | undefined;

function nextMessage(from: Worker): Promise<BareMessage> {
  return new Promise((resolve, reject) => {
    from.onmessage = (event) => resolve(event.data as BareMessage);
    from.onerror = (event) => reject(new Error(`The bare worker failed: ${event.message}`));
  });
}

const face = {
  async open(): Promise<void> {
    worker = new Worker(trustedScriptUrl(workerUrl), { type: "module" });
    const first = await nextMessage(worker);
    if (first.kind !== "ready") throw new Error(`Cannot load the model: ${JSON.stringify(first)}`);
  },
  /** Says again what the app said in `settled`. */
  async replay(
    entries: readonly EntryRow[],
    roomId: string,
    settled: Settlement,
  ): Promise<BareReply> {
    if (worker === undefined) throw new Error("Cannot generate: the worker is not open");
    const request = requestOf(entries, roomId, settled);
    const startedAtMs = performance.now();
    worker.postMessage(request);
    const first = await nextMessage(worker);
    const firstAtMs = performance.now();
    const last = first.kind === "first-token" ? await nextMessage(worker) : first;
    if (last.kind !== "done") throw new Error(`Cannot generate: ${JSON.stringify(last)}`);
    return {
      ...last.usage,
      firstTokenMs: firstAtMs - startedAtMs,
      restMs: performance.now() - firstAtMs,
    };
  },
};

export type BareFace = typeof face;

Object.assign(globalThis, { bareBench: face });
