/**
 * A device's own time over the world's: it can stand still, as a page that its browser froze or a
 * machine that sleeps. What was due meanwhile comes at the wake; the clock itself has gone on.
 */

import { raceSignal } from "#shared/base/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";

export class DeviceClock implements Clock {
  readonly #world: Clock;
  /** While it stands still: resolves at the wake. */
  #pause: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  readonly #held: (() => void)[] = [];

  constructor(world: Clock) {
    this.#world = world;
  }

  get isPaused(): boolean {
    return this.#pause !== undefined;
  }

  epochNow() {
    return this.#world.epochNow();
  }

  now() {
    return this.#world.now();
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await this.#world.sleep(ms, signal);
    while (this.#pause !== undefined) await raceSignal(this.#pause.over, signal);
  }

  /** Calls back now, or in order at the wake: what reaches a device from outside. */
  deliver(news: () => void): void {
    if (this.isPaused) this.#held.push(news);
    else news();
  }

  pause(): void {
    if (this.isPaused) return;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#pause = { over, end };
  }

  wake(): void {
    const pause = this.#pause;
    this.#pause = undefined;
    for (const news of this.#held.splice(0)) news();
    pause?.end();
  }
}
