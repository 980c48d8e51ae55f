/**
 * Random cases that are the same in every run, so that a change is judged by what it changed.
 *
 * `CONCLAVE_SEED=N` tries other cases; `random` lets every property choose. A property that failed
 * there gets its case as an example beside it.
 */

import fc from "fast-check";

const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
const asked = process?.env["CONCLAVE_SEED"] ?? "20261122";

if (asked !== "random") {
  const seed = Number(asked);
  if (!Number.isInteger(seed)) throw new Error(`CONCLAVE_SEED is no whole number: ${asked}`);
  fc.configureGlobal({ seed });
}

export { fc };
