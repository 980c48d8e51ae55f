/**
 * One run of 6,000 tests decides on a whole submission, on machines that nobody knows. So in CI a
 * test that fails is tried once more, in every runner alike; the tier's note names it (TO21).
 *
 * @param {Record<string, string | undefined>} env
 * @returns {0 | 1} further tries
 */
export function retriesOf(env) {
  return env["CI"] === "true" ? 1 : 0;
}
