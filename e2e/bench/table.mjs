/** Tables for people, in Markdown, so that one can be pasted into the README. Pure. */

/**
 * A table whose columns are as wide as their widest cell; the first column is text, the rest are
 * figures and stand right.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows each as long as `head`
 * @returns {string}
 */
export function markdownTable(head, rows) {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(3, ...lines.map((line) => (line[column] ?? "").length))
  );
  const draw = (/** @type {readonly string[]} */ line) =>
    `| ${
      widths.map((width, column) =>
        column === 0 ? (line[column] ?? "").padEnd(width) : (line[column] ?? "").padStart(width)
      ).join(" | ")
    } |`;
  const rule = `| ${
    widths.map((width, column) => column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)
      .join(" | ")
  } |`;
  return [draw(head), rule, ...rows.map(draw)].join("\n");
}

/** @param {number} value three digits that count, never more than one decimal */
export function formatFigure(value) {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : value.toFixed(1);
}

/** @param {number} ratio */
export function formatRatio(ratio) {
  return `${ratio.toFixed(2)}x`;
}

/** @param {number} bytes in thousands of bytes, as browsers and networks count */
export function formatKilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** @param {{ median: number, min: number, max: number }} summary */
export function formatRange({ median, min, max }) {
  return `${formatFigure(median)} (${formatFigure(min)} to ${formatFigure(max)})`;
}
