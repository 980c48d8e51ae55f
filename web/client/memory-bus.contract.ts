/** The tabs of one origin in one process, for tests. */

import type { TabPort } from "./tab-channel.ts";

/** Delivers clones to every other port, each in a microtask, in order; can cut a tab off. */
export class MemoryBus {
  readonly #ports = new Map<number, (message: unknown) => void>();
  readonly silent = new Set<number>();
  readonly posted: unknown[] = [];

  open(tab: number): TabPort {
    return {
      post: (message) => {
        if (this.silent.has(tab)) return;
        this.posted.push(message);
        for (const other of this.#ports.keys()) {
          if (other !== tab) queueMicrotask(() => this.deliver(other, structuredClone(message)));
        }
      },
      subscribe: (onMessage) => {
        this.#ports.set(tab, onMessage);
        return { [Symbol.dispose]: () => void this.#ports.delete(tab) };
      },
      close: () => void this.#ports.delete(tab),
    };
  }

  deliver(tab: number, message: unknown): void {
    if (!this.silent.has(tab)) this.#ports.get(tab)?.(message);
  }
}
