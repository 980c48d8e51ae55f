/** Short names of lanes and models, where room is scarce. */

import type { AppSnapshot } from "../../client/app-client.ts";
import { cleanName } from "../text/clean-name.ts";
import { isMessageKey, tData } from "../messages/translate.ts";

/** "CPU"; an unknown lane is named as it came, never guessed. */
export function laneName(lane: string): string {
  const key = `lane.${lane}`;
  return isMessageKey(key) ? tData(key, {}) : lane;
}

/** The catalogue's name, or the id while the catalogue is not read. */
export function modelName(models: AppSnapshot["models"], modelId: string): string {
  const rows = models.phase === "loaded" ? models.rows : [];
  const row = rows.find(({ profile }) => profile.id === modelId);
  return cleanName(row?.profile.name ?? modelId);
}
