/**
 * The model files of a real browser, for specs: the same adapter in the page and in a worker.
 *
 * This script is both: the page starts it once more as a worker and sends it what to do.
 */

import { createOpfsModelFiles } from "../../../web/adapters/opfs-model-files.ts";
import { openModelFolder } from "../../../web/adapters/opfs-model-folder.ts";
import { trustedScriptUrl } from "../../../web/client/trusted-types.ts";

const never = new AbortController().signal;
const files = createOpfsModelFiles();

/** Bytes that differ from place to place. */
function patternOf(bytes: number): Blob {
  const piece = Uint8Array.from({ length: 1024 * 1024 }, (_, index) => (index * 7) % 251);
  const pieces = Array.from({ length: Math.ceil(bytes / piece.length) }, () => piece);
  return new Blob(pieces).slice(0, bytes);
}

const face = {
  adopt: async (modelId: string, path: string, bytes: number) =>
    await files.adopt({ modelId, path, source: patternOf(bytes) }, () => undefined, never),
  /** Aborts after `atBytes`. */
  adoptUntil: async (modelId: string, path: string, bytes: number, atBytes: number) => {
    const stop = new AbortController();
    let seen = 0;
    return await files.adopt({ modelId, path, source: patternOf(bytes) }, (count) => {
      seen += count;
      if (seen >= atBytes) stop.abort("enough");
    }, stop.signal);
  },
  /** Returns when 4 MiB are written; the copy then waits for more until somebody kills it. */
  adoptForEver: (modelId: string, path: string) =>
    new Promise<void>((resolve, reject) => {
      const first = patternOf(4 * 1024 ** 2);
      let left = first.size;
      const stream = () =>
        new ReadableStream({ start: async (into) => into.enqueue(await first.bytes()) });
      const source = Object.assign(new Blob(), { stream });
      files.adopt({ modelId, path, source }, (count) => {
        left -= count;
        if (left === 0) resolve();
      }, never).catch(reject);
    }),
  open: async (modelId: string, path: string, bytes: number) => {
    const kept = await files.open(modelId, path);
    if (kept === undefined) return "absent";
    const [found, wanted] = [await kept.bytes(), await patternOf(bytes).bytes()];
    return found.length === wanted.length && found.every((byte, at) => byte === wanted[at])
      ? "whole"
      : "other";
  },
  list: async () => await files.list(),
  remove: async (modelId: string) => await files.remove(modelId),
  /** Cuts the last byte off, as a damaged disk might. */
  damage: async (modelId: string, path: string, bytes: number) => {
    const folder = await openModelFolder(modelId, true);
    const writer = await folder.openWriter(path, "from-empty");
    await writer.write(0, await patternOf(bytes - 1).bytes());
    await writer.close();
  },
};

type Face = typeof face;
export type ModelFilesHarness = Face & {
  /** The same in a worker. */
  inWorker(call: keyof Face, ...args: readonly unknown[]): Promise<unknown>;
};

if ("document" in globalThis) startPage();
else serveWorker();

function startPage(): void {
  const worker = new Worker(trustedScriptUrl("/harness.js"), { type: "module" });
  const inWorker = (call: keyof Face, ...args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      worker.postMessage({ call, args }, [port2]);
    });
  Object.assign(globalThis, { modelFilesHarness: { ...face, inWorker } });
}

function serveWorker(): void {
  addEventListener("message", (event: MessageEvent<{ call: keyof Face; args: unknown[] }>) => {
    const call = face[event.data.call] as (...args: unknown[]) => Promise<unknown>;
    // Owned by the page, which waits for the answer.
    void call(...event.data.args).then((answer) => event.ports[0]?.postMessage(answer));
  });
}
