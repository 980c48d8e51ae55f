/**
 * Calls that wait for a person, as the leading tab posted them.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY116 What waits for a person is told to every tab: a malformed one is left out, the newest
 *         beyond `asksMax` wait unseen, and a tab of an earlier version means that there are none.
 */

import { clientLimits } from "../limits.ts";
import type { WaitingAsk } from "#shared/hosting/mod.ts";

type Fields = Readonly<Record<string, unknown>>;

export function decodeAsks(value: unknown): readonly WaitingAsk[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, clientLimits.asksMax).flatMap((one: unknown) => decodeAsk(one) ?? []);
}

function decodeAsk(value: unknown): WaitingAsk | undefined {
  if (!isRecord(value) || !isRecord(value["ask"])) return undefined;
  const { roomId, session } = value;
  const { callId, tool, args, askedAt } = value["ask"];
  const isWhole = isText(roomId) && isText(session) && isText(callId) && isText(tool) &&
    isRecord(args) && Object.values(args).every(isArgument) && Number.isSafeInteger(askedAt);
  // The check above has looked at every field.
  return isWhole
    ? { roomId, session, ask: value["ask"] as unknown as WaitingAsk["ask"] }
    : undefined;
}

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isArgument = (value: unknown): value is string | number =>
  typeof value === "string" || typeof value === "number";
