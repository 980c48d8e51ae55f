/** Chooses among the stored encodings of a file by what the client accepts (RFC 9110, 12.5.3). */

/** Encodings that a build may store beside a file, best first. */
export const ENCODINGS = ["br", "gzip"] as const;

export type Encoding = (typeof ENCODINGS)[number];

/**
 * Returns the best stored encoding that `acceptEncoding` allows, or `undefined` for the plain file.
 * A weight of 0 forbids; other weights do not rank, because ours are ranked by size already.
 */
export function chooseEncoding(
  acceptEncoding: string | undefined,
  stored: readonly Encoding[],
): Encoding | undefined {
  const weights = new Map<string, number>();
  for (const part of (acceptEncoding ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const weight = parameters.find((text) => text.startsWith("q="))?.slice(2);
    if (name !== "") weights.set(name, weight === undefined ? 1 : Number(weight));
  }
  const isAccepted = (encoding: Encoding): boolean =>
    (weights.get(encoding) ?? weights.get("*") ?? 0) > 0;
  return ENCODINGS.find((encoding) => stored.includes(encoding) && isAccepted(encoding));
}
