/** What was asked for on the command line. Pure. */

const ROUNDS_DEFAULT = 5;
const ROUNDS_QUICK = 2;
/** More would only heat the machine: the median of 100 is as good as it gets. */
const ROUNDS_MAX = 100;

export const USAGE =
  "npm run bench -- [AREA] [--rounds N] [--quick] [--json FILE]   (rounds: 5; quick: 2, for CI)";

/**
 * @typedef {object} BenchArguments
 * @property {string} area
 * @property {number} rounds
 * @property {string | undefined} jsonFile
 */

/**
 * @param {readonly string[]} words
 * @param {readonly string[]} areas the first is the default
 * @returns {{ ok: true, value: BenchArguments } | { ok: false, message: string }}
 */
export function parseArguments(words, areas) {
  /** @type {BenchArguments} */
  const value = { area: areas[0] ?? "", rounds: ROUNDS_DEFAULT, jsonFile: undefined };
  /** @type {string[]} */
  const named = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") continue; // Deno hands it on.
    if (word === "--quick") {
      value.rounds = ROUNDS_QUICK;
    } else if (word === "--rounds" || word === "--json") {
      const given = words[++index];
      if (given === undefined || given.startsWith("--")) return refuse(`${word} wants a value`);
      if (word === "--json") value.jsonFile = given;
      else value.rounds = Number(given);
    } else if (word.startsWith("--")) {
      return refuse(`There is no option ${word}`);
    } else {
      named.push(word);
    }
  }
  const { rounds } = value;
  if (!Number.isSafeInteger(rounds) || rounds < 1 || rounds > ROUNDS_MAX) {
    return refuse(`--rounds wants a whole number from 1 to ${ROUNDS_MAX}`);
  }
  if (named.length > 1) return refuse("One area at a time");
  value.area = named[0] ?? value.area;
  return areas.includes(value.area)
    ? { ok: true, value }
    : refuse(`There is no area "${value.area}". Areas: ${areas.join(", ")}`);
}

/** @param {string} message */
function refuse(message) {
  return { ok: /** @type {const} */ (false), message: `${message}\n${USAGE}` };
}
