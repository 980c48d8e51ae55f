/**
 * What waits for one observer of a session.
 *
 * Owns the queue and its end. Does not own the snapshot, which it asks for when the observer fell
 * behind.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC42  For an observer that is too slow everything that waits is replaced by one resync, made
 *         when it reads again; it holds up nobody.
 */

import { assert } from "../../base/assert.ts";
import type { NumberedEvent } from "../control/events.ts";

export interface ObserverQueue extends AsyncIterable<NumberedEvent> {
  /** Adds an event; never waits. */
  push(event: NumberedEvent): void;
  /** Whoever reads next is told all at once by `resync`. */
  fallBehind(): void;
  /** Nothing is added any more; `rest` says whether what waits is still read. */
  close(rest: "read" | "dropped"): void;
}

export interface ObserverQueueDeps {
  readonly eventsMax: number;
  /** The resync of now. */
  readonly resync: () => NumberedEvent;
  /** Called once, when the reader is done or the queue is closed. */
  readonly onClose: () => void;
}

type Step = IteratorResult<NumberedEvent, undefined>;

export function createObserverQueue(deps: ObserverQueueDeps): ObserverQueue {
  /** `behind`: the reader gets a resync, and nothing is kept until then. */
  let phase: "following" | "behind" | "closed" = "following";
  let waiting: NumberedEvent[] = [];
  let wake: ((step: Step) => void) | undefined;

  const take = (): NumberedEvent | undefined => {
    if (phase !== "behind") return waiting.shift();
    phase = "following";
    return deps.resync();
  };
  const hand = (): void => {
    if (wake === undefined) return;
    const event = take();
    if (event === undefined && phase !== "closed") return;
    const awake = wake;
    wake = undefined;
    awake(event === undefined ? { done: true, value: undefined } : { done: false, value: event });
  };
  const close = (rest: "read" | "dropped"): void => {
    if (phase === "closed") return;
    if (rest === "dropped") waiting = [];
    else if (phase === "behind") waiting = [deps.resync()];
    phase = "closed";
    deps.onClose();
    hand();
  };

  return {
    push(event) {
      if (phase !== "following") return;
      if (waiting.length < deps.eventsMax) waiting.push(event);
      else {
        waiting = [];
        phase = "behind"; // SC42
      }
      hand();
    },
    fallBehind() {
      if (phase === "closed") return;
      waiting = [];
      phase = "behind";
      hand();
    },
    close,
    [Symbol.asyncIterator]: () => ({
      next() {
        assert(wake === undefined, "Cannot read an observer's events: they are being read");
        return new Promise<Step>((resolve) => {
          wake = resolve;
          hand();
        });
      },
      return() {
        close("dropped");
        return Promise.resolve<Step>({ done: true, value: undefined });
      },
    }),
  };
}
