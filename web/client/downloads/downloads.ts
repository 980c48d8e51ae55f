/**
 * The downloads of the leading tab: one at a time, the others wait in the order asked.
 *
 * Owns the queue. Does not own files (web/worker/download) nor what happens with a model that came
 * (`onDone`). A paused download is no download: what came of it lies on the disk, and asking again
 * goes on with it.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY132 Models are downloaded one after the other, in the order asked; asking again for one that
 *         is under way changes nothing.
 *   SY133 A download that is paused or fails keeps what came; one that is cancelled keeps nothing.
 */

import type { DownloadOutcome, ModelProfile } from "#shared/inference/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import type { DownloadNews } from "../../worker/download/download-protocol.ts";
import { addSample, type DownloadStatus, speedOf, type SpeedSample } from "./download-status.ts";

export interface DownloadsDeps {
  readonly clock: Clock;
  /** Aborting stops the work and keeps what came. Never rejects. */
  readonly download: (
    profile: ModelProfile,
    onNews: (news: DownloadNews) => void,
    signal: AbortSignal,
  ) => Promise<DownloadOutcome>;
  readonly onChange: () => void;
  /** A model is here whole. */
  readonly onDone: (profile: ModelProfile) => void;
}

export interface Downloads {
  start(profile: ModelProfile): void;
  /** Resolves when nothing of it is under way any more. */
  stop(modelId: string): Promise<void>;
  statuses(): readonly DownloadStatus[];
  /** Stops everything; what came is kept. */
  close(): Promise<void>;
}

interface Item {
  readonly profile: ModelProfile;
  readonly stop: AbortController;
  readonly samples: readonly SpeedSample[];
  readonly status: DownloadStatus;
}

export function createDownloads(deps: DownloadsDeps): Downloads {
  let items: readonly Item[] = [];
  let running: { readonly modelId: string; readonly ended: Promise<void> } | undefined;

  const drop = (modelId: string): void => {
    items = items.filter(({ profile }) => profile.id !== modelId);
    deps.onChange();
  };
  const change = (modelId: string, part: (item: Item) => Partial<Item>): void => {
    items = items.map((item) => item.profile.id === modelId ? { ...item, ...part(item) } : item);
    deps.onChange();
  };

  const runNext = (): void => {
    if (running !== undefined) return;
    const next = items.find(({ status }) => status.phase === "queued"); // SY132
    if (next === undefined) return;
    const { id: modelId } = next.profile;
    change(modelId, ({ status }) => ({ status: { ...status, phase: "running" } }));
    running = { modelId, ended: run(next) };
  };
  const run = async ({ profile, stop }: Item): Promise<void> => {
    const outcome = await deps.download(profile, (news) => {
      change(profile.id, (item) => withNews(item, news, deps.clock.now()));
    }, stop.signal);
    running = undefined;
    if (outcome.kind === "failed") { // SY133
      change(profile.id, ({ status }) => ({
        status: { ...status, phase: "failed", bytesPerS: undefined, error: outcome.error },
      }));
    } else drop(profile.id);
    if (outcome.kind === "done") deps.onDone(profile);
    runNext();
  };

  return {
    start(profile) {
      const known = items.find((item) => item.profile.id === profile.id);
      if (known !== undefined && known.status.phase !== "failed") return;
      items = [...items.filter((item) => item !== known), begin(profile)];
      deps.onChange();
      runNext();
    },
    async stop(modelId) {
      items.find(({ profile }) => profile.id === modelId)?.stop.abort("stopped by the person");
      if (running?.modelId === modelId) await running.ended;
      drop(modelId);
    },
    statuses: () => items.map(({ status }) => status),
    async close() {
      const last = running?.ended;
      const all = items;
      items = items.filter(({ profile }) => profile.id === running?.modelId);
      for (const { stop } of all) stop.abort("the tab leads no more");
      await last;
    },
  };
}

function begin(profile: ModelProfile): Item {
  return {
    profile,
    stop: new AbortController(),
    samples: [],
    status: {
      ...{ modelId: profile.id, phase: "queued", bytesDone: 0, bytesTotal: undefined },
      ...{ bytesPerS: undefined, error: undefined },
    },
  };
}

function withNews(item: Item, news: DownloadNews, atMs: number): Partial<Item> {
  const { bytesDone, bytesTotal, isChecking } = news;
  const samples = addSample(item.samples, { atMs, bytesDone });
  const phase = isChecking && bytesDone === bytesTotal ? "checking" : "running";
  const status = { ...item.status, phase, bytesDone, bytesTotal, bytesPerS: speedOf(samples) };
  return { samples, status } as Partial<Item>;
}
