/**
 * Which models are whole on this device, and what each takes.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN103 A model that is kept on this device and is in no list is told with the bytes it takes.
 */

import type { ModelProfile } from "#shared/inference/mod.ts";
import type { KeptModel, ModelFiles } from "../../worker/model-files.ts";
import { MLC_FILES, mlcShardNames } from "../../worker/download/mlc-files.ts";

export interface KeptState {
  readonly isWhole: boolean;
  /** Whole files and partial ones. */
  readonly bytes: number;
}

export const nothingKept: KeptState = { isWhole: false, bytes: 0 };

export async function keptStates(
  profiles: readonly ModelProfile[],
  files: Pick<ModelFiles, "list" | "open">,
): Promise<ReadonlyMap<string, KeptState>> {
  const kept = new Map((await files.list()).map((one) => [one.modelId, one]));
  const states = await Promise.all(profiles.map(async (profile) => {
    const one = kept.get(profile.id);
    return [
      profile.id,
      one === undefined ? nothingKept : await stateOf(profile, one, files),
    ] as const;
  }));
  return new Map(states);
}

export interface UnlistedModel {
  readonly modelId: string;
  readonly keptBytes: number;
}

/** IN103: what is kept beside the models of `listedIds`, such as of an older catalogue. */
export async function unlistedModels(
  listedIds: ReadonlySet<string>,
  files: Pick<ModelFiles, "list">,
): Promise<readonly UnlistedModel[]> {
  const kept = await files.list();
  return kept.filter(({ modelId }) => !listedIds.has(modelId))
    .map((one) => ({ modelId: one.modelId, keptBytes: bytesOf(one) }))
    .filter(({ keptBytes }) => keptBytes > 0);
}

function bytesOf({ files, partialBytes }: KeptModel): number {
  return files.reduce((sum, { bytes }) => sum + bytes, partialBytes);
}

async function stateOf(
  profile: ModelProfile,
  kept: KeptModel,
  files: Pick<ModelFiles, "open">,
): Promise<KeptState> {
  const wanted = profile.engine === "web-llm"
    ? await mlcPaths(profile.id, files)
    : (profile.files ?? []).map(({ path }) => path);
  const here = new Set(kept.files.map(({ path }) => path));
  return {
    isWhole: wanted.length > 0 && wanted.every((path) => here.has(path)),
    bytes: bytesOf(kept),
  };
}

/** Empty while its lists are not here. */
async function mlcPaths(
  modelId: string,
  files: Pick<ModelFiles, "open">,
): Promise<readonly string[]> {
  const list = await files.open(modelId, MLC_FILES.tensors);
  const config = await files.open(modelId, MLC_FILES.config);
  if (list === undefined || config === undefined) return [];
  const names = mlcShardNames(await config.bytes(), await list.bytes());
  return names === undefined ? [] : [MLC_FILES.library, ...names];
}
