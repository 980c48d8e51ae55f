/**
 * The models of this device as the leading tab keeps them: what is here, what is coming, what a
 * person wants used as soon as it came.
 *
 * Owns the downloads of a leader's term and that wish. Does not own the engine (leader-peer.ts).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY134 A model that a person chose and that is not here is downloaded and then used; the one
 *         before it stays in use meanwhile. Nothing is downloaded that no person asked for.
 */

import {
  type DeviceFacts,
  type DownloadOutcome,
  fitModel,
  type GpuRoom,
  type ModelProfile,
} from "#shared/inference/mod.ts";
import type { Result } from "#shared/base/mod.ts";
import type { Clock, StorageError } from "#shared/ports/mod.ts";
import type { DownloadNews } from "../../worker/download/download-protocol.ts";
import type { ModelFiles } from "../../worker/model-files.ts";
import type { EngineView, ModelRow } from "../app-client.ts";
import type { ModelChoice } from "../client-storage.ts";
import { createDownloads, type Downloads } from "./downloads.ts";
import { keptStates, nothingKept } from "./kept-models.ts";
import { decodeHistory, encodeHistory, learn } from "./model-history.ts";

const never = new AbortController().signal; // A short write that is not cut in the middle.

export interface ModelShelfDeps {
  readonly clock: Clock;
  readonly modelFiles: ModelFiles;
  readonly downloadModel: (
    profile: ModelProfile,
    modelHost: string,
    onNews: (news: DownloadNews) => void,
    signal: AbortSignal,
  ) => Promise<DownloadOutcome>;
  /** Asks the browser not to clear what is kept; a person has just asked for something large. */
  readonly askToPersist: () => void;
  /** Keeps a setting of this device. */
  readonly saveChoice: (
    key: ModelChoice,
    value: string,
    signal: AbortSignal,
  ) => Promise<Result<void, StorageError>>;
}

export interface ModelShelf extends Pick<Downloads, "statuses" | "close"> {
  /** Whether the model can be loaded without a download. */
  isHere(profile: ModelProfile): Promise<boolean>;
  download(profile: ModelProfile): void;
  /** The same, and then uses it (SY134); the newest wish counts. */
  downloadAndUse(profile: ModelProfile): void;
  /** Another model was chosen meanwhile. */
  forgetWish(): void;
  /** Keeps what came. */
  pause(modelId: string): Promise<void>;
  /** Throws away everything of it. */
  remove(modelId: string): Promise<void>;
  /** Learns from what the engine does (SY135). */
  observe(engine: EngineView): void;
  /** `room` is what the GPU gave when it was asked (IN101). */
  rows(
    profiles: readonly ModelProfile[],
    facts: DeviceFacts | undefined,
    room: GpuRoom | undefined,
  ): Promise<readonly ModelRow[]>;
}

export function createModelShelf(
  deps: ModelShelfDeps,
  own: {
    readonly modelHost: () => string;
    /** As it was saved. */
    readonly modelHistory: string | undefined;
    readonly onChange: () => void;
    /** It is here; `isWanted` when it is to be used at once. */
    readonly onHere: (profile: ModelProfile, isWanted: boolean) => void;
  },
): ModelShelf {
  let wanted: string | undefined;
  let history = decodeHistory(own.modelHistory);
  let seen: EngineView | undefined;
  const downloads = createDownloads({
    clock: deps.clock,
    download: (profile, onNews, signal) =>
      deps.downloadModel(profile, own.modelHost(), onNews, signal),
    onChange: own.onChange,
    onDone(profile) {
      const isWanted = wanted === profile.id;
      if (isWanted) wanted = undefined;
      own.onHere(profile, isWanted);
    },
  });
  const download = (profile: ModelProfile): void => {
    deps.askToPersist();
    downloads.start(profile);
  };
  const forget = (modelId: string): void => {
    if (wanted === modelId) wanted = undefined;
  };
  return {
    download,
    statuses: downloads.statuses,
    close: downloads.close,
    async isHere(profile) {
      if (needsNoFiles(profile)) return true;
      return (await keptStates([profile], deps.modelFiles)).get(profile.id)?.isWhole ?? false;
    },
    downloadAndUse(profile) {
      wanted = profile.id; // SY134
      download(profile);
    },
    forgetWish() {
      wanted = undefined;
    },
    async pause(modelId) {
      forget(modelId);
      await downloads.stop(modelId); // SY133
    },
    async remove(modelId) {
      forget(modelId);
      await downloads.stop(modelId);
      await deps.modelFiles.remove(modelId);
    },
    observe(engine) {
      const learned = learn(history, seen, engine);
      seen = engine;
      if (learned === history) return;
      history = learned;
      // Owned by the storage: what cannot be kept is learned again.
      void deps.saveChoice("model-history", encodeHistory(history), never);
    },
    async rows(profiles, facts, room) {
      const kept = await keptStates(profiles, deps.modelFiles);
      return profiles.map((profile) => {
        const { isWhole, bytes } = kept.get(profile.id) ?? nothingKept;
        const downloadBytes = isWhole ? 0 : Math.max(0, profile.downloadBytes - bytes);
        const { fit, reasons } = facts === undefined
          ? { fit: "tight" as const, reasons: [] }
          : fitModel({ ...profile, downloadBytes }, facts, room);
        const downloaded = needsNoFiles(profile) || isWhole;
        const past = history[profile.id];
        return { profile, fit, reasons, downloaded, keptBytes: bytes, past };
      });
    },
  };
}

/** It comes with the page, or runs behind an address. */
function needsNoFiles({ embedded, endpoint }: ModelProfile): boolean {
  return embedded || endpoint !== undefined;
}
