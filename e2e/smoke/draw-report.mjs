/** The check's report as lines for a terminal, and the one that counts. Pure. */

/** @typedef {import("../../web/client/device-check.ts").CheckReport} CheckReport */

const WIDTH = 30;

/** @param {number | null | undefined} ms */
const time = (ms) => ms === null || ms === undefined ? "-" : `${Math.round(ms)} ms`;

/**
 * @param {CheckReport} report
 * @returns {string}
 */
export function drawReport(report) {
  const { personas, budgets, engineBefore, engineAfter } = report;
  const lines = personas.map((one) => {
    const share = Math.min(1, (one.settledMs ?? budgets.allMsMax) / budgets.allMsMax);
    return [
      one.name.padEnd(8),
      one.outcome.padEnd(9),
      time(one.settledMs).padStart(9),
      time(one.planned?.finishMs).padStart(11),
      ` ${"#".repeat(Math.max(1, Math.round(share * WIDTH)))}`,
    ].join(" ");
  });
  const head = `${"persona".padEnd(8)} ${"outcome".padEnd(9)} ${"settled".padStart(9)} ${
    "planned".padStart(11)
  }`;
  const engine = `${engineAfter.modelId} on ${engineAfter.lane ?? "no lane"}`;
  return [
    `Engine: ${engine}, ${engineBefore.phase} before the question, ${engineAfter.phase} after`,
    ...(personas.length > 0 ? [head, ...lines] : []),
    verdictLine(report),
  ].join("\n");
}

/** @param {CheckReport} report */
export function verdictLine({ bucket, reason, detail, figures, budgets }) {
  const { expected, replied, silent, unanswered, open, firstMs, allMs } = figures;
  const figuresText = `expected ${expected}, replied ${replied}, silent ${silent}, ` +
    `unanswered ${unanswered}, open ${open}; first ${time(firstMs)} of ${budgets.firstMsMax}, ` +
    `all ${time(allMs)} of ${budgets.allMsMax}`;
  return bucket === "ok"
    ? `OK ${figuresText}`
    : `FAIL bucket=${bucket} reason=${reason}${detail === "" ? "" : ` (${detail})`} ${figuresText}`;
}
