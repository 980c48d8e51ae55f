/**
 * What to offer instead of a model that did not fit this device after all. Pure.
 *
 * Rule (shared/SPEC.md, section SY):
 *   SY287 Where a model failed for memory or storage, the next smaller that fits is offered.
 */

import type { ModelRow } from "../../client/app-client.ts";

/** By what a smaller model would help, of the kind of an error; undefined where none would. */
const measures: Readonly<Record<string, "memoryBytes" | "downloadBytes">> = {
  "out-of-memory": "memoryBytes",
  "storage-full": "downloadBytes",
};

/** The largest of those that need less of what was short; undefined when there is none. */
export function nextSmaller(
  rows: readonly ModelRow[],
  modelId: string,
  errorKind: string,
): ModelRow | undefined {
  const measure = Object.hasOwn(measures, errorKind) ? measures[errorKind] : undefined;
  const failed = rows.find(({ profile }) => profile.id === modelId)?.profile;
  if (measure === undefined || failed === undefined) return undefined;
  return rows
    .filter(({ profile, fit }) =>
      fit !== "will-not" && profile.endpoint === undefined && profile[measure] < failed[measure]
    )
    .toSorted((a, b) => b.profile[measure] - a.profile[measure])[0];
}
