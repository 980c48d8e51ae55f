/** Why a file is no room that can be read, in plain words. */

import { unreachable } from "#shared/base/mod.ts";
import type { JsonlError, RoomFileError } from "#shared/hosting/mod.ts";
import { roomFile } from "../messages/english/room-file.ts";
import { addEnglish, formatNumber, t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";

addEnglish(roomFile);

export function describeRoomFileError(error: RoomFileError | JsonlError): string {
  return t("room-file.bad-nothing", { why: wordsOf(error) });
}

function wordsOf(error: RoomFileError | JsonlError): string {
  switch (error.kind) {
    case "room-file-too-large":
      return t("room-file.bad-large", sizes(error));
    case "room-file-unknown":
      return t("room-file.bad-unknown");
    case "room-file-newer":
      return t("room-file.bad-newer");
    case "room-file-damaged":
      return t("room-file.bad-damaged");
    case "jsonl-empty":
      return t("room-file.bad-empty");
    case "jsonl-too-many":
      return t("room-file.bad-many", { max: formatNumber(error.linesMax) });
    case "jsonl-line": {
      const problem = error.problem === "field"
        ? t("room-file.line-field", { field: error.field ?? "" })
        : t(`room-file.line-${error.problem}`);
      return t("room-file.bad-line", { line: formatNumber(error.line), problem });
    }
    default:
      return unreachable(error);
  }
}

export function sizes({ bytes, bytesMax }: { readonly bytes: number; readonly bytesMax: number }) {
  return { size: formatBytes(bytes), max: formatBytes(bytesMax) };
}
