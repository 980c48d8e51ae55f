/** What a card brings and why a file is none, in plain words. Exhaustive over both. */

import { unreachable } from "#shared/base/mod.ts";
import type { CardNotice, CardTextField, LeftOut } from "#shared/personas/mod.ts";
import type { CardLore } from "#shared/protocol/mod.ts";
import type { CardReadError } from "../../client/app-client.ts";
import { cards } from "../messages/english/cards.ts";
import { addEnglish, formatList, formatNumber, plural, t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";
import { cleanName } from "../text/clean-name.ts";

addEnglish(cards);

const NAME_CHARS_MAX = 40;

export function describeCardError(error: CardReadError): string {
  return t("cards.bad-nothing", { why: cardErrorWords(error) });
}

function cardErrorWords(error: CardReadError): string {
  switch (error.kind) {
    case "card-file-too-large":
      return t("cards.bad-too-large", sizes(error));
    case "card-json-too-large":
      return t("cards.bad-json-too-large", sizes(error));
    case "card-text-not-utf8":
      return t("cards.bad-not-utf8");
    case "card-json-malformed":
      return t("cards.bad-json");
    case "card-json-too-deep":
      return t("cards.bad-deep");
    case "card-number-too-large":
      return t("cards.bad-number");
    case "card-unknown":
      return t("cards.bad-unknown");
    case "card-is-lorebook":
      return t("cards.bad-lorebook");
    case "card-nameless":
      return t("cards.bad-nameless");
    case "card-text-too-long":
      return t("cards.bad-text", { field: error.field });
    case "card-list-too-long":
      return t("cards.bad-list", { field: error.field, max: formatNumber(error.itemsMax) });
    case "card-base64-malformed":
      return t("cards.bad-base64");
    case "png-without-card":
      return t("cards.bad-png-without");
    case "png-malformed":
      return t("cards.bad-png");
    case "zip-without-card":
      return t("cards.bad-zip-without");
    case "zip-malformed":
      return error.problem === "truncated" || error.problem === "checksum"
        ? t("cards.bad-zip")
        : t("cards.bad-zip-unsafe");
    case "card-file-unreadable":
      return t("cards.bad-file");
    case "card-too-slow":
      return t("cards.bad-slow", { seconds: formatNumber(error.msMax / 1_000) });
    case "card-reader-lost":
      return t("cards.bad-reader");
    default:
      return unreachable(error);
  }
}

function sizes({ bytes, bytesMax }: { readonly bytes: number; readonly bytesMax: number }) {
  return { size: formatBytes(bytes), max: formatBytes(bytesMax) };
}

export function partWords(field: CardTextField, chars: number): string {
  return t("cards.part", { part: t(`cards.field-${field}`), chars: plural("cards.chars", chars) });
}

export function loreWords({ entries, scanLines, tokensMax }: CardLore): string {
  return plural("cards.lore", entries.length, {
    lines: formatNumber(scanLines),
    tokens: formatNumber(tokensMax),
  });
}

export function noticeWords(notice: CardNotice): string {
  switch (notice.kind) {
    case "version-newer":
      return t("cards.notice-version", { version: shortName(notice.version) });
    case "numbers-rounded":
      return plural("cards.notice-numbers", notice.count);
    case "field-unread":
      return t("cards.notice-field", { field: notice.field });
    default:
      return unreachable(notice);
  }
}

export function leftOutWords(left: LeftOut): string {
  switch (left.kind) {
    case "part":
      return t("cards.left-part", {
        part: t(`cards.field-${left.field}`),
        chars: plural("cards.chars", left.chars),
      });
    case "first-line":
    case "middle":
      return t(`cards.left-${left.kind}`, { chars: plural("cards.chars", left.chars) });
    case "about":
      return t("cards.left-about", { names: formatList(left.fields) });
    case "extensions":
    case "unknown":
      return t(`cards.left-${left.kind}`, { names: namesOf(left) });
    default:
      return plural(`cards.left-${left.kind}`, left.count);
  }
}

/** Names from a foreign file. */
function namesOf({ names, more }: Extract<LeftOut, { more: number }>): string {
  const shown = names.map(shortName);
  return more > 0
    ? t("cards.more", { names: shown.join(", "), count: formatNumber(more) })
    : formatList(shown);
}

function shortName(name: string): string {
  const clean = [...cleanName(name)];
  return clean.length > NAME_CHARS_MAX
    ? `${clean.slice(0, NAME_CHARS_MAX).join("")}…`
    : clean.join("");
}
