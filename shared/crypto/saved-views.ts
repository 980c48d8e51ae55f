/** What an opener keeps of logs compared, read from its state at rest (CR17). */

import { cryptoLimits } from "./limits.ts";
import type { FoundForks, HistoryFork, OtherFork, SavedViews } from "./log-views.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Null for one that is damaged; undefined where there is none. */
export function readViews(raw: unknown): SavedViews | undefined | null {
  if (raw === undefined) return undefined;
  if (!isRecord(raw)) return null;
  const { epochTag, seq, base, places, agreed, spoke } = raw;
  if (!isHex(epochTag, 8) || !isHex(base, 32) || !isCount(seq)) return null;
  if (!isList(places, cryptoLimits.viewPlacesMax) || places.length > seq) return null;
  if (!isList(agreed, cryptoLimits.devicesMax)) return null;
  if (spoke !== undefined && !isNames(spoke, cryptoLimits.devicesMax)) return null;
  const isWhole = places.every(isPlace) && agreed.every(isAgreed);
  return isWhole
    ? {
      epochTag,
      seq,
      base,
      places: places as SavedViews["places"],
      agreed: agreed as never,
      spoke,
    }
    : null;
}

/** Null for lists that are damaged; empty where there are none. */
export function readFound(forks: unknown, others: unknown): FoundForks | null {
  if (forks !== undefined && !isList(forks, cryptoLimits.forksMax)) return null;
  if (others !== undefined && !isList(others, cryptoLimits.otherForksMax)) return null;
  if (forks?.every(isFork) === false) return null;
  // For a time only names were kept: of which place and epoch, nobody knows any more.
  const known = (others ?? []).map((one) =>
    typeof one === "string" ? { device: one, epochTag: "", seq: 0 } : one
  );
  if (!known.every(isOther)) return null;
  return { forks: (forks ?? []) as readonly HistoryFork[], others: known as readonly OtherFork[] };
}

function isOther(raw: unknown): boolean {
  if (!isRecord(raw)) return false;
  const { device, epochTag, seq } = raw;
  return typeof device === "string" && (epochTag === "" || isHex(epochTag, 8)) && isCount(seq);
}

function isFork(raw: unknown): boolean {
  if (!isRecord(raw)) return false;
  const { device, epochTag, agreedSeq, seq, at, mine, theirs } = raw;
  return typeof device === "string" && isHex(epochTag, 8) && isCount(agreedSeq) && isCount(seq) &&
    Number.isFinite(at) && (mine === "" || isHex(mine, 32)) && isHex(theirs, 32);
}

function isPlace(raw: unknown): boolean {
  if (!isList(raw, 3)) return false;
  const [hash, chain, claimed] = raw;
  return typeof hash === "string" && isHex(chain, 32) && (claimed === "" || isHex(claimed, 8));
}

function isAgreed(raw: unknown): boolean {
  return isList(raw, 2) && typeof raw[0] === "string" && isCount(raw[1]);
}

const isRecord = (raw: unknown): raw is Fields =>
  typeof raw === "object" && raw !== null && !Array.isArray(raw);
const isList = (raw: unknown, itemsMax: number): raw is readonly unknown[] =>
  Array.isArray(raw) && raw.length <= itemsMax;
const isNames = (raw: unknown, itemsMax: number): raw is readonly string[] =>
  isList(raw, itemsMax) && raw.every((one) => typeof one === "string");
const isCount = (raw: unknown): raw is number => Number.isSafeInteger(raw) && Number(raw) >= 0;
const isHex = (raw: unknown, chars: number): raw is string =>
  typeof raw === "string" && raw.length === chars && /^[0-9a-f]*$/.test(raw);
