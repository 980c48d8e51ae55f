/**
 * Statuses of links as another tab posted them. Tabs may run different versions for a while: what
 * is not understood is left out, and the rest is shown.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY96  What the leader says of links is checked by every tab: a malformed one is left out, and a
 *         tab of an earlier version, which says nothing, means that there are none.
 */

import type { LinkPhase, LinkStatus } from "#shared/sync/mod.ts";
import { clientLimits } from "../limits.ts";
import type { SharedLinkStatus } from "./shared-links.ts";

type Fields = Readonly<Record<string, unknown>>;

export function decodeLinks(value: unknown): readonly SharedLinkStatus[] {
  return Array.isArray(value) ? value.flatMap((one) => decodeLink(one) ?? []) : [];
}

function decodeLink(value: unknown): SharedLinkStatus | undefined {
  if (!isRecord(value)) return undefined;
  const { roomId } = value;
  const link = decodePhase(value["link"]);
  const present = decodePresent(value["present"]);
  const refused = decodeRefused(value["refused"]);
  const isWhole = isText(roomId) && link !== undefined && present !== undefined &&
    refused !== undefined;
  if (!isWhole) return undefined;
  const forks = decodeForks(value["forks"]);
  const { otherForks } = value;
  const found = {
    ...forks.length > 0 && { forks },
    ...isCount(otherForks) && otherForks > 0 && { otherForks },
  };
  return { roomId, link, present, refused, ...found };
}

function decodePhase(value: unknown): LinkPhase | undefined {
  if (!isRecord(value)) return undefined;
  const { phase, seq, head, reason, retryMs } = value;
  switch (phase) {
    case "connecting":
    case "live":
      return { phase };
    case "catching-up":
      return isCount(seq) && isCount(head) ? { phase, seq, head } : undefined;
    case "offline":
      return isText(reason) && isDuration(retryMs) ? { phase, reason, retryMs } : undefined;
    case "refused":
      return isText(reason) ? { phase, reason } : undefined;
    default:
      return undefined;
  }
}

function decodePresent(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const devices: readonly unknown[] = value.slice(0, clientLimits.presentMax);
  return devices.every(isText) ? devices : undefined;
}

function decodeRefused(value: unknown): LinkStatus["refused"] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.slice(-clientLimits.refusedMax).flatMap((one: unknown) => {
    if (!isRecord(one)) return [];
    const { seq, reason } = one;
    return isCount(seq) && isText(reason) ? [{ seq, reason }] : [];
  });
}

function decodeForks(value: unknown): NonNullable<LinkStatus["forks"]> {
  if (!Array.isArray(value)) return [];
  return value.slice(0, clientLimits.forksMax).flatMap((one: unknown) => {
    if (!isRecord(one)) return [];
    const { device, epochTag, agreedSeq, seq, at, mine, theirs } = one;
    const isFork = isText(device) && isText(epochTag) && isCount(agreedSeq) && isCount(seq) &&
      isCount(at) && typeof mine === "string" && isText(theirs);
    return isFork ? [{ device, epochTag, agreedSeq, seq, at, mine, theirs }] : [];
  });
}

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isDuration = (value: unknown): value is number =>
  Number.isFinite(value) && Number(value) >= 0;
