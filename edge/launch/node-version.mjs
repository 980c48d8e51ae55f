/** Whether a runtime is a Node that can run the server. Pure. */

/** The first with node:sqlite. */
const NODE_MIN = [22, 13];

/**
 * @param {Readonly<Record<string, string | undefined>>} versions as in `process.versions`
 * @returns {string | undefined} why not, for a person; undefined when it can
 */
export function nodeProblem({ node = "", deno }) {
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const [majorMin = 0, minorMin = 0] = NODE_MIN;
  const isNew = major > majorMin || (major === majorMin && minor >= minorMin);
  if (deno === undefined && isNew) return undefined;
  const have = deno === undefined ? `Node ${node}` : `Deno ${deno}`;
  return `Cannot serve on Node: this is ${have}, and it must be Node ${NODE_MIN.join(".")} ` +
    `or later. Use that, or leave --node away: then the server runs on the Deno that npm installed`;
}
