/** The words for a connection that is not simply there. */

import "../../messages/connection-text.ts";
import { refusalWords, type WayOn } from "../../messages/refusal-words.ts";
import { formatNumber, t } from "../../messages/translate.ts";
import type { Connection } from "./connection.ts";

export interface ConnectionWords {
  /** One or two words for the header. */
  readonly short: string;
  readonly happened: string;
  readonly advice: string;
  readonly tone: "busy" | "warn" | "bad";
  /** What the button does; undefined where trying again changes nothing. */
  readonly way: WayOn | undefined;
  /** The link's own word, for a report; empty when the words say it all. */
  readonly detail: string;
}

/** Undefined when all is well. */
export function connectionWords(
  connection: Connection,
  canWrite: boolean,
): ConnectionWords | undefined {
  switch (connection.kind) {
    case "quiet":
      return undefined;
    case "connecting":
      return busy(t("link.connecting"));
    case "catching-up":
      return busy(t("link.catching-up", {
        done: formatNumber(connection.seq),
        total: formatNumber(connection.head),
      }));
    case "offline":
      return {
        short: t("link.offline"),
        happened: lossWords(connection.reason),
        advice: canWrite ? t("link.kept") : t("link.kept-read"),
        tone: "warn",
        way: "try-now",
        detail: "",
      };
    case "refused":
      return {
        short: t("link.refused"),
        // Two tabs are no fault of anybody.
        tone: connection.reason === "replaced" ? "warn" : "bad",
        detail: "",
        ...refusalWords(connection.reason),
      };
  }
}

/** Speaks of a loss once and of the return once; `lost` is what was spoken of last. */
export function announceChange(
  lost: boolean,
  connection: Connection,
  canWrite: boolean,
): { readonly lost: boolean; readonly text?: string } {
  const words = connectionWords(connection, canWrite);
  if (connection.kind === "offline" || connection.kind === "refused") {
    const stop = connection.kind === "refused" ? "." : "";
    const text = `${words?.happened ?? ""}${stop} ${words?.advice ?? ""}`;
    // A refusal after a loss is news; another try is none.
    return lost && connection.kind === "offline" ? { lost } : { lost: true, text };
  }
  if (connection.kind === "quiet" && lost) return { lost: false, text: t("link.back") };
  return { lost };
}

function busy(text: string): ConnectionWords {
  return { short: text, happened: text, advice: "", tone: "busy", way: undefined, detail: "" };
}

function lossWords(reason: string): string {
  switch (reason) {
    case "offline":
      return t("link.offline-text");
    case "busy":
    case "rateLimited":
      return t("link.busy-text");
    case "restarting":
      return t("link.restarting-text");
    case "relayMisbehaves":
      return t("link.misbehaves-text");
    case "storage":
      return t("link.storage-text");
    default:
      return t("link.unreachable-text");
  }
}
