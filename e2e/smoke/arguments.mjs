/** What was asked for on the command line. Pure. */

/** As many as the app's own check offers; it refuses others too. */
export const PERSONAS_MAX = 6;

export const USAGE = `npm run smoke -- [--personas N] [--json FILE]   (N: 1 to ${PERSONAS_MAX}, ` +
  `default ${PERSONAS_MAX})`;

/**
 * @typedef {object} SmokeArguments
 * @property {number} personas
 * @property {string | undefined} jsonFile
 */

/**
 * @param {readonly string[]} words
 * @returns {{ ok: true, value: SmokeArguments } | { ok: false, message: string }}
 */
export function parseArguments(words) {
  /** @type {SmokeArguments} */
  const value = { personas: PERSONAS_MAX, jsonFile: undefined };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") continue; // Deno hands it on.
    if (word !== "--personas" && word !== "--json") return refuse(`There is no option ${word}`);
    const given = words[++index];
    if (given === undefined || given.startsWith("--")) return refuse(`${word} wants a value`);
    if (word === "--json") value.jsonFile = given;
    else value.personas = /^\d+$/.test(given) ? Number(given) : NaN;
  }
  const { personas } = value;
  return personas >= 1 && personas <= PERSONAS_MAX
    ? { ok: true, value }
    : refuse(`--personas wants a whole number from 1 to ${PERSONAS_MAX}`);
}

/** @param {string} message */
function refuse(message) {
  return { ok: /** @type {const} */ (false), message: `${message}\n${USAGE}` };
}
