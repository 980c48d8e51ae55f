/** Why a session said no, and what to do, in one text. Exhaustive over its refusals. */

import "./session-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { SessionRefusal } from "#shared/session/mod.ts";
import { describeError } from "../messages/describe-error.ts";
import { formatNumber, t } from "../messages/translate.ts";
import { reasonWords } from "./session-words.ts";

export function describeRefusal(refusal: SessionRefusal): string {
  switch (refusal.kind) {
    case "already-running":
    case "not-running":
    case "not-paused":
    case "paused":
    case "stopped":
    case "method-unknown":
    case "request-repeated":
    case "session-unknown":
    case "target-unknown":
    case "head-moved":
    case "compaction-empty":
    case "call-unknown":
    case "engine":
      return t(`refuse.${refusal.kind}`);
    case "request-invalid":
      return t("refuse.request-invalid", { field: refusal.field });
    case "too-large":
      return t("refuse.too-large", { max: formatNumber(refusal.max) });
    case "compaction-ineffective":
      return t("refuse.compaction-ineffective", {
        tokens: formatNumber(refusal.tokens),
        max: formatNumber(refusal.tokensMax),
      });
    case "notes-full":
      return t("refuse.notes-full", { max: formatNumber(refusal.notesMax) });
    case "ended-otherwise":
      return t("refuse.ended-otherwise", { outcome: reasonWords(refusal.outcome) });
    case "too-many-requests":
      return t("refuse.too-many-requests", { max: formatNumber(refusal.requestsMax) });
    case "ledger-full":
      return t("refuse.ledger-full", { max: formatNumber(refusal.entriesMax) });
    case "storage-full":
    case "storage-denied":
    case "storage-corrupt":
    case "storage-failed":
    case "storage-lost": {
      const { happened, advice } = describeError(refusal);
      return `${happened}. ${advice}`;
    }
    default:
      return unreachable(refusal);
  }
}
