/** What was asked for on the command line. Pure. */

const ROUNDS_DEFAULT = 5;
const ROUNDS_QUICK = 2;
/** More would only heat the machine: the median of 100 is as good as it gets. */
const ROUNDS_MAX = 100;

export const USAGE = "npm run bench -- [AREA] [--part PART] [--rounds N] [--quick] [--json FILE]" +
  "   (rounds: 5; quick: 2, for CI)";

/**
 * @typedef {object} BenchArguments
 * @property {string} area
 * @property {readonly string[]} parts of the area; where it has none, nothing
 * @property {number} rounds
 * @property {string | undefined} jsonFile
 */

/**
 * @param {readonly string[]} words
 * @param {Readonly<Record<string, readonly string[]>>} areas with parts; the first is default
 * @returns {{ ok: true, value: BenchArguments } | { ok: false, message: string }}
 */
export function parseArguments(words, areas) {
  /** @type {BenchArguments} */
  const value = {
    area: Object.keys(areas)[0] ?? "",
    parts: [],
    rounds: ROUNDS_DEFAULT,
    jsonFile: undefined,
  };
  /** @type {string[]} */
  const named = [];
  /** @type {string | undefined} */
  let part;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word === "--") continue; // Deno hands it on.
    if (word === "--quick") {
      value.rounds = ROUNDS_QUICK;
    } else if (word === "--rounds" || word === "--json" || word === "--part") {
      const given = words[++index];
      if (given === undefined || given.startsWith("--")) return refuse(`${word} wants a value`);
      if (word === "--json") value.jsonFile = given;
      else if (word === "--part") part = given;
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
  const parts = Object.hasOwn(areas, value.area) ? areas[value.area] : undefined;
  if (parts === undefined) {
    return refuse(`There is no area "${value.area}". Areas: ${Object.keys(areas).join(", ")}`);
  }
  if (part === undefined) value.parts = parts;
  else if (parts.includes(part)) value.parts = [part];
  else return refuse(`"${value.area}" has no part "${part}". Parts: ${parts.join(", ") || "none"}`);
  return { ok: true, value };
}

/** @param {string} message */
function refuse(message) {
  return { ok: /** @type {const} */ (false), message: `${message}\n${USAGE}` };
}
