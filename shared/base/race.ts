/**
 * Races for work that cannot be aborted, or that must not be waited for longer than something else.
 *
 * Owns the listeners and the losers: a late result is dropped and a late rejection absorbed, so
 * that no promise is left without an owner. Does not own the work itself.
 *
 * Rules (shared/SPEC.md, section BA):
 *   BA12  Work that loses a race is dropped: late results unused, late rejections absorbed,
 *        listeners removed on every path.
 */

/** What a branch of {@link raceFirst} does; it must end soon after its signal aborts. */
export type Branch<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Settles like `work`, or rejects with `signal.reason` when that comes first.
 * Aborting cancels the wait, not the work.
 */
export function raceSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    // Attached first and on every path: this is what absorbs a late rejection of the work.
    work.then(
      (value) => {
        signal.removeEventListener("abort", onAbort);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener("abort", onAbort);
        reject(error);
      },
    );
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * Runs every branch and settles like the first that settles; the others are aborted and their ends
 * absorbed. Aborting `signal` cancels the work of every branch and rejects with `signal.reason`.
 */
export async function raceFirst<T>(
  branches: readonly Branch<T>[],
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const losers = new AbortController();
  const onAbort = (): void => losers.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  // Async, so that a branch that throws at once has settled like any other.
  const begin = async (branch: Branch<T>): Promise<T> => await branch(losers.signal);
  try {
    const runs = branches.map((branch) => raceSignal(begin(branch), losers.signal));
    return await Promise.race(runs);
  } finally {
    signal.removeEventListener("abort", onAbort);
    losers.abort("lost the race");
  }
}
