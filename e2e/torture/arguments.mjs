/** What was asked for on the command line of the torture. Pure. */

/** About ten minutes of each kind. */
const ROUNDS_MAX = 1_000;
const ROUNDS_DEFAULT = 10;

export const USAGE =
  "npm run torture -- relay [--rounds N] [--stops N] [--seed N] [--json FILE]   " +
  "(kill -9 N times, then as many SIGSTOP/SIGCONT unless --stops says otherwise)";

/**
 * @typedef {object} TortureArguments
 * @property {number} kills
 * @property {number} stops
 * @property {number} seed
 * @property {string | undefined} jsonFile
 */

/**
 * @param {readonly string[]} words
 * @param {number} freshSeed
 * @returns {{ ok: true, value: TortureArguments } | { ok: false, message: string }}
 */
export function parseArguments(words, freshSeed) {
  /** @type {Record<string, string>} */
  const options = {};
  /** @type {string[]} */
  const named = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") continue; // Deno hands it on.
    if (!word.startsWith("--")) {
      named.push(word);
      continue;
    }
    const given = words[++index];
    if (!["--rounds", "--stops", "--seed", "--json"].includes(word)) {
      return refuse(`There is no option ${word}`);
    }
    if (given === undefined || given.startsWith("--")) return refuse(`${word} wants a value`);
    options[word] = given;
  }
  if (named.join(" ") !== "relay") return refuse("Say what to torture: relay");
  const kills = Number(options["--rounds"] ?? ROUNDS_DEFAULT);
  const stops = Number(options["--stops"] ?? kills);
  const seed = Number(options["--seed"] ?? freshSeed);
  if (!isCount(kills) || !isCount(stops) || kills + stops === 0) {
    return refuse(`--rounds and --stops want whole numbers from 0 to ${ROUNDS_MAX}, not both 0`);
  }
  if (!Number.isSafeInteger(seed)) return refuse("--seed wants a whole number");
  return { ok: true, value: { kills, stops, seed, jsonFile: options["--json"] } };
}

/** @param {number} value */
function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0 && value <= ROUNDS_MAX;
}

/** @param {string} message */
function refuse(message) {
  return { ok: /** @type {const} */ (false), message: `${message}\n${USAGE}` };
}
