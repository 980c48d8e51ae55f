/** Who reads what, in sentences. */

import { reads } from "../../messages/english/reads.ts";
import { addEnglish, t } from "../../messages/translate.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { dropBidi } from "../../text/bidi.ts";
import { deviceName, personaName } from "../room-names.ts";
import type { Reading } from "./who-reads.ts";

addEnglish(reads);

/** What a persona reads, one sentence a line. */
export function describeReading(
  state: RoomState,
  reading: Reading,
  own: string,
  modelNameOf: (modelId: string) => string,
): readonly string[] {
  const { device, modelId, leavesFor, hears } = reading;
  const name = personaName(state, reading.persona);
  if (device === undefined) return [t("reads.nobody", { name })];
  const model = modelId === undefined ? t("reads.model-unknown") : modelNameOf(modelId);
  const host = deviceName(state, device);
  return [
    device === own ? t("reads.here", { model }) : t("reads.elsewhere", { model, host }),
    ...leavesFor === undefined ? [] : [t("reads.leaves", { host: dropBidi(leavesFor) })],
    hears === "everything" ? t("reads.everything") : t("reads.since-joining"),
    ...reading.seesImages === undefined
      ? []
      : [reading.seesImages ? t("reads.sees") : t("reads.alt-only")],
  ];
}
