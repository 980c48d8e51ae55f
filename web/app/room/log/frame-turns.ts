/**
 * Whose new words the next frame draws, where several messages stream.
 *
 * Two that grew in one frame would move what stands between them, and all together would make that
 * frame late. Owns who waits, each once, in the order of asking; a page that draws no frames lets
 * all wait. Does not own the words: whoever is drawn shows the newest.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY260 Of the messages that stream each frame draws the new words of one, in turn.
 */

export interface FrameTurns {
  ask(draw: () => void): void;
  /** No longer asks. */
  leave(draw: () => void): void;
}

/** `nextFrame` runs what it is given before the next frame is drawn. */
export function createFrameTurns(nextFrame: (run: () => void) => void): FrameTurns {
  const waiting = new Set<() => void>();
  let isAwaited = false;
  const awaitFrame = (): void => {
    if (isAwaited || waiting.size === 0) return;
    isAwaited = true;
    nextFrame(() => {
      isAwaited = false;
      const [first] = waiting;
      if (first === undefined) return;
      waiting.delete(first);
      awaitFrame();
      first();
    });
  };
  return {
    ask(draw) {
      waiting.add(draw);
      awaitFrame();
    },
    leave: (draw) => void waiting.delete(draw),
  };
}
