export const downloadLimits = Object.freeze({
  /** Requests at once over all files of a model; hubs slow down or refuse beyond a few. */
  lanesMax: 4,
  /** One request asks for this much: a hub answers thirty of them for a gigabyte. */
  partBytes: 32 * 1024 ** 2,
  /** Tries of one file in a row that bring less than `progressBytesMin` together. */
  attemptsMax: 6,
  progressBytesMin: 1024 ** 2,
  /** Times that a file may begin again because its host has another one, or hides its parts. */
  beginningsMax: 3,
  /** Times that a file may come wrong: it is fetched once more, then its name is told (IN65). */
  wrongMax: 2,
  backoffMsMin: 500,
  backoffMsMax: 30_000,
  /** A host that asks for more is not waited for. */
  retryAfterMsMax: 120_000,
  /** A request that brings nothing for so long is broken off. */
  stallMsMax: 20_000,
  /** A crash loses at most so much of a file: its note is written as often. */
  noteBytes: 16 * 1024 ** 2,
  /** Speed is told over this much of the past. */
  speedWindowMs: 5_000,
  filesMax: 512,
});

export type DownloadLimits = { readonly [K in keyof typeof downloadLimits]: number };
