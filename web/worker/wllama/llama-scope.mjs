/**
 * Runs first in llama.cpp's own worker (web/build/llama-worker.ts puts it there).
 *
 * Owns who computes (a worker named "cpu" sees no GPU), the count of dispatches behind IN9, and the
 * news of a failure that the library would swallow: a missing wasm never settles there (run).
 */
{
  let dispatches = 0;

  if (self.name === "cpu") {
    const gpu = { requestAdapter: () => Promise.resolve(null) };
    Object.defineProperty(WorkerNavigator.prototype, "gpu", { get: () => gpu });
  } else if (typeof GPUComputePassEncoder !== "undefined") {
    for (const name of ["dispatchWorkgroups", "dispatchWorkgroupsIndirect"]) {
      const original = GPUComputePassEncoder.prototype[name];
      GPUComputePassEncoder.prototype[name] = function (...args) {
        dispatches += 1;
        return original.apply(this, args);
      };
    }
  }

  self.addEventListener("message", (event) => {
    if (event.data?.verb !== "conclave.count") return;
    event.stopImmediatePropagation(); // The library knows no such message.
    self.postMessage({ verb: "conclave.count", args: [dispatches] });
  });

  self.addEventListener("unhandledrejection", (event) => {
    event.preventDefault(); // It is told to who waits.
    const text = String(event.reason?.message ?? event.reason);
    self.postMessage({ verb: "conclave.failed", args: [text] });
  });
}
