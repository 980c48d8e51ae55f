/**
 * Reads what the test runners' JSON reports say: how many tests passed and failed, and which passed
 * at the second try.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO21 In CI a test that fails is tried once more; who passes then is named, who fails twice
 *        has failed.
 */

/** @typedef {{ passed: number, failed: number, notes?: readonly string[] }} Counts */

/** @param {string} title */
const secondTry = (title) => `passed at the second try: ${title}`;

/**
 * Vitest keeps the errors of a first try beside the status of the last one.
 *
 * @param {any} report of Vitest's JSON reporter
 * @param {string} root folder that its paths are shortened by
 * @returns {Counts}
 */
export function countVitest(report, root) {
  const notes = report.testResults.flatMap((/** @type {any} */ file) =>
    file.assertionResults
      .filter((/** @type {any} */ one) => one.status === "passed" && one.failureMessages.length > 0)
      .map((/** @type {any} */ one) =>
        secondTry(`${file.name.replace(`${root}/`, "")}: ${one.fullName}`)
      )
  );
  return {
    passed: Number(report.numPassedTests),
    // A file that fails to load has no test of its own; it counts as one failure.
    failed: Math.max(Number(report.numFailedTests), report.success ? 0 : 1),
    notes,
  };
}

/**
 * @param {any} report of Playwright's JSON reporter
 * @returns {Counts}
 */
export function countPlaywright({ stats, errors, suites }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0),
    notes: suites.flatMap(titlesOfFlaky).map(secondTry),
  };
}

/**
 * @param {{ suites?: any[], specs?: any[] }} suite as Playwright's JSON report has them
 * @returns {readonly string[]}
 */
function titlesOfFlaky({ suites = [], specs = [] }) {
  const own = specs.filter(({ tests }) =>
    tests.some((/** @type {{ status: string }} */ one) => one.status === "flaky")
  );
  return [...own.map(({ file, title }) => `${file}: ${title}`), ...suites.flatMap(titlesOfFlaky)];
}
