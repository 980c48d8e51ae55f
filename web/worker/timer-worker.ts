/**
 * Timers of a hidden page: a browser lets the timers of its pages fire once a minute or not at all,
 * those of a worker on time. A message `{ id, ms }` starts one, `{ id }` stops it; its id comes
 * back when it is due.
 */

export interface TimerRequest {
  readonly id: number;
  /** Undefined stops the timer. */
  readonly ms?: number;
}

const timers = new Map<number, ReturnType<typeof setTimeout>>();

self.addEventListener("message", ({ data }: MessageEvent<TimerRequest>) => {
  const { id, ms } = data;
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (ms === undefined) return;
  timers.set(
    id,
    setTimeout(() => {
      timers.delete(id);
      self.postMessage(id);
    }, ms),
  );
});
