/**
 * Why a relay refused this device or something it sent, by the relay's own name for it (a close
 * code or a refusal code of shared/protocol/relay-frames.ts), and what to do.
 */

import "./connection-text.ts";
import { t } from "./translate.ts";

/** What a button can do about it. */
export type WayOn = "try-now" | "take-over" | "reload";

export interface Refusal {
  readonly happened: string;
  readonly advice: string;
  /** Undefined where trying again changes nothing. */
  readonly way: WayOn | undefined;
  /** The relay's own word, for a report; absent when the words say it all. */
  readonly detail?: string;
}

export function refusalWords(reason: string): Refusal {
  switch (reason) {
    case "badProof":
      return {
        happened: t("link.refused-key"),
        advice: t("link.refused-key-do"),
        way: "try-now",
      };
    case "badVersion":
      return {
        happened: t("link.refused-version"),
        advice: t("link.refused-version-do"),
        way: "reload",
      };
    case "roomFull":
      return {
        happened: t("link.refused-full"),
        advice: t("link.refused-full-do"),
        way: "try-now",
      };
    case "replaced":
      return {
        happened: t("link.refused-replaced"),
        advice: t("link.refused-replaced-do"),
        way: "take-over",
      };
    case "roomClosed":
      return {
        happened: t("link.refused-closed"),
        advice: t("link.refused-closed-do"),
        way: undefined,
      };
    case "badOrigin":
      return {
        happened: t("link.refused-origin"),
        advice: t("link.refused-origin-do"),
        way: undefined,
      };
    default:
      return entryRefusalWords(reason);
  }
}

/** What is refused of a single entry, and by this browser itself. */
function entryRefusalWords(reason: string): Refusal {
  switch (reason) {
    case "crypto-unfit":
      return {
        happened: t("link.refused-crypto"),
        advice: t("link.refused-crypto-do"),
        way: undefined,
      };
    case "log-full":
      return {
        happened: t("link.refused-space"),
        advice: t("link.refused-space-do"),
        way: "try-now",
      };
    case "historyTrimmed":
      return {
        happened: t("link.refused-trimmed"),
        advice: t("link.refused-trimmed-do"),
        way: "try-now",
      };
    case "too-large":
    case "tooBig":
      return {
        happened: t("link.refused-size"),
        advice: t("link.refused-size-do"),
        way: "try-now",
      };
    case "read-only":
      return {
        happened: t("link.refused-read"),
        advice: t("link.refused-read-do"),
        way: undefined,
      };
    default:
      return {
        happened: t("link.refused-other"),
        advice: t("link.refused-other-do"),
        way: "try-now",
        detail: reason,
      };
  }
}
