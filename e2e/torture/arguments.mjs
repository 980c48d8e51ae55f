/** What was asked for on the command line of the torture. Pure. */

/** About ten minutes of each kind. */
const ROUNDS_MAX = 1_000;
const ROUNDS_DEFAULT = 10;
const STOPS_DEFAULT_MAX = 10;

export const USAGE =
  "npm run torture -- relay [--store sqlite|redis|do] [--people] [--rounds N] [--stops N] " +
  "[--seed N] [--json FILE]   (kill -9 N times, of relay and Redis in turn where there is one, " +
  "then SIGSTOP/SIGCONT, as often but ten times at most unless --stops says otherwise; " +
  "with two browsers as well when people are asked for)\n" +
  "npm run torture -- tab [--rounds N | --only ROUND] [--seed N] [--json FILE]   " +
  "(kill -9 the browser in each of N turns)\n" +
  "npm run torture -- host [--rounds N] [--seed N] [--json FILE]   " +
  "(kill -9 a headless host N times and its engine N times)\n" +
  "npm run torture -- download [--seeds N | --only SEED] [--seed N] [--json FILE]   " +
  "(download models from hosts that fail in N ways, and break it off)";

const OPTIONS = {
  relay: ["--store", "--people", "--rounds", "--stops", "--seed", "--json"],
  tab: ["--rounds", "--only", "--seed", "--json"],
  host: ["--rounds", "--seed", "--json"],
  download: ["--seeds", "--only", "--seed", "--json"],
};

/**
 * @typedef {object} RelayArguments
 * @property {"relay"} what
 * @property {"sqlite" | "redis" | "do"} store
 * @property {boolean} hasPeople whether two browsers append as well
 * @property {number} kills
 * @property {number} stops
 * @property {number} seed
 * @property {string | undefined} jsonFile
 *
 * @typedef {object} TabArguments
 * @property {"tab"} what
 * @property {readonly number[]} rounds their numbers; 1 is the first
 * @property {number} seed
 * @property {string | undefined} jsonFile
 *
 * @typedef {object} HostArguments
 * @property {"host"} what
 * @property {number} each rounds against the engine, and against the host
 * @property {number} seed
 * @property {string | undefined} jsonFile
 *
 * @typedef {object} DownloadArguments
 * @property {"download"} what
 * @property {readonly number[]} seeds counted on from `seed`
 * @property {number} seed
 * @property {string | undefined} jsonFile
 *
 * @typedef {RelayArguments | TabArguments | HostArguments | DownloadArguments} TortureArguments
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
    if (FLAGS.includes(word)) {
      options[word] = "";
      continue;
    }
    const given = words[++index];
    if (given === undefined || given.startsWith("--")) return refuse(`${word} wants a value`);
    options[word] = given;
  }
  const what = named.join(" ");
  if (what !== "relay" && what !== "tab" && what !== "host" && what !== "download") {
    return refuse("Say what to torture: relay, tab, host or download");
  }
  const unknown = Object.keys(options).find((word) => !OPTIONS[what].includes(word));
  if (unknown !== undefined) return refuse(`There is no option ${unknown} of ${what}`);
  const seed = Number(options["--seed"] ?? freshSeed);
  if (!Number.isSafeInteger(seed)) return refuse("--seed wants a whole number");
  const counts = COUNTS[what](options, seed);
  if (!counts.ok) return counts;
  return { ok: true, value: { ...counts.value, seed, jsonFile: options["--json"] } };
}

/** @param {Record<string, string>} options */
function relayCounts(options) {
  const kills = Number(options["--rounds"] ?? ROUNDS_DEFAULT);
  const stops = Number(options["--stops"] ?? Math.min(kills, STOPS_DEFAULT_MAX));
  if (!isCount(kills) || !isCount(stops) || kills + stops === 0) {
    return refuse(`--rounds and --stops want whole numbers from 0 to ${ROUNDS_MAX}, not both 0`);
  }
  const store = options["--store"] ?? "sqlite";
  if (store !== "sqlite" && store !== "redis" && store !== "do") {
    return refuse("--store is sqlite, redis or do");
  }
  const hasPeople = options["--people"] !== undefined;
  if (hasPeople && store === "do") return refuse("--people is for sqlite and redis");
  /** @type {RelayArguments["store"]} */
  const kept = store;
  return accept({ what: /** @type {const} */ ("relay"), store: kept, hasPeople, kills, stops });
}

/** @param {Record<string, string>} options */
function tabRounds(options) {
  if (options["--only"] !== undefined && options["--rounds"] !== undefined) {
    return refuse("--only is one round: --rounds does not go with it");
  }
  const count = Number(options["--only"] ?? options["--rounds"] ?? ROUNDS_DEFAULT);
  if (!isCount(count) || count === 0) {
    return refuse(`--rounds and --only want a whole number from 1 to ${ROUNDS_MAX}`);
  }
  const rounds = options["--only"] === undefined
    ? Array.from({ length: count }, (_, index) => index + 1)
    : [count];
  return accept({ what: /** @type {const} */ ("tab"), rounds });
}

/** @param {Record<string, string>} options */
function hostRounds(options) {
  const each = Number(options["--rounds"] ?? ROUNDS_DEFAULT);
  if (!isCount(each) || each === 0) {
    return refuse(`--rounds wants a whole number from 1 to ${ROUNDS_MAX}`);
  }
  return accept({ what: /** @type {const} */ ("host"), each });
}

/**
 * @param {Record<string, string>} options
 * @param {number} seed
 */
function downloadSeeds(options, seed) {
  if (options["--only"] !== undefined && options["--seeds"] !== undefined) {
    return refuse("--only is one seed: --seeds does not go with it");
  }
  if (options["--only"] !== undefined) {
    const only = Number(options["--only"]);
    if (!Number.isSafeInteger(only)) return refuse("--only wants a whole number");
    return accept({ what: /** @type {const} */ ("download"), seeds: [only] });
  }
  const count = Number(options["--seeds"] ?? ROUNDS_DEFAULT);
  if (!isCount(count) || count === 0) {
    return refuse(`--seeds wants a whole number from 1 to ${ROUNDS_MAX}`);
  }
  const seeds = Array.from({ length: count }, (_, index) => seed + index);
  return accept({ what: /** @type {const} */ ("download"), seeds });
}

/** Options that take no value. */
const FLAGS = ["--people"];

const COUNTS = {
  ...{ relay: relayCounts, tab: tabRounds, host: hostRounds, download: downloadSeeds },
};

/** @param {number} value */
function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0 && value <= ROUNDS_MAX;
}

/**
 * @template T
 * @param {T} value
 */
function accept(value) {
  return { ok: /** @type {const} */ (true), value };
}

/** @param {string} message */
function refuse(message) {
  return { ok: /** @type {const} */ (false), message: `${message}\n${USAGE}` };
}
