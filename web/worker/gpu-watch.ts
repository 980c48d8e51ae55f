/**
 * Watches the WebGPU entry points of this worker, whichever library calls them.
 *
 * Counts dispatches and submits on the real queue, so that a lane is declared from work that was
 * done (IN9), and hears of a lost device itself: web-llm tells nobody, and onnxruntime only fails.
 */

import type { GpuCounters } from "./protocol.ts";

export interface GpuWatch {
  counters(): GpuCounters;
  /** Called once when a device of this worker is lost without our asking. */
  onLost(listener: (detail: string) => void): void;
  /** From now on a lost device is our own doing (unload). */
  expectLoss(): void;
}

interface Counts {
  devices: number;
  dispatches: number;
  submits: number;
}

let watch: GpuWatch | undefined;

/** One watch per worker; the wrappers stay for the worker's life and cost one addition each. */
export function watchGpu(): GpuWatch {
  watch ??= installWatch();
  return watch;
}

function installWatch(): GpuWatch {
  const counts: Counts = { devices: 0, dispatches: 0, submits: 0 };
  const listeners: ((detail: string) => void)[] = [];
  let isExpected = false;
  if (typeof GPUAdapter !== "undefined") {
    countCalls(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => counts.dispatches++);
    countCalls(
      GPUComputePassEncoder.prototype,
      "dispatchWorkgroupsIndirect",
      () => counts.dispatches++,
    );
    countCalls(GPUQueue.prototype, "submit", () => counts.submits++);
    const requestDevice = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (descriptor) {
      const device = await requestDevice.call(this, descriptor);
      counts.devices += 1;
      // Owned by the device: settles when it goes, at the latest with the worker.
      void device.lost.then((info) => {
        if (isExpected) return;
        for (const listener of listeners) listener(`${info.reason}: ${info.message}`);
      });
      return device;
    };
  }
  return {
    counters: () => ({ ...counts }),
    onLost: (listener) => void listeners.push(listener),
    expectLoss: () => {
      isExpected = true;
    },
  };
}

function countCalls<K extends string>(
  prototype: Record<K, (...args: never[]) => unknown>,
  name: K,
  count: () => void,
): void {
  const original = prototype[name];
  prototype[name] = function (this: unknown, ...args: never[]): unknown {
    count();
    return original.apply(this, args);
  };
}
