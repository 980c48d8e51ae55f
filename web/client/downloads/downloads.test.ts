import { expect, test } from "vitest";
import { type DownloadOutcome, type ModelProfile, starterProfile } from "#shared/inference/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { onnxModels } from "../../models/onnx-models.ts";
import type { DownloadNews } from "../../worker/download/download-protocol.ts";
import { decodeDownloads, secondsLeft } from "./download-status.ts";
import { jobOf } from "./download-profile.ts";
import { createDownloads } from "./downloads.ts";

interface Started {
  readonly modelId: string;
  readonly news: (news: DownloadNews) => void;
  readonly end: (outcome: DownloadOutcome) => Promise<void>;
  readonly signal: AbortSignal;
}

const model = (id: string): ModelProfile => ({ ...starterProfile, id, embedded: false });

function setup() {
  const clock = new ManualClock();
  const started: Started[] = [];
  const done: string[] = [];
  const downloads = createDownloads({
    clock,
    download: (profile, news, signal) =>
      new Promise<DownloadOutcome>((resolve) => {
        const end = async (outcome: DownloadOutcome): Promise<void> => {
          resolve(outcome);
          await Promise.resolve();
          await Promise.resolve();
        };
        signal.addEventListener("abort", () => resolve({ kind: "stopped" }), { once: true });
        started.push({ modelId: profile.id, news, end, signal });
      }),
    onChange: () => undefined,
    onDone: ({ id }) => done.push(id),
  });
  const phases = () => downloads.statuses().map(({ modelId, phase }) => `${modelId} ${phase}`);
  return { clock, started, done, downloads, phases };
}

test("[SY132] models come one after the other, and asking twice changes nothing", async () => {
  const { started, done, downloads, phases } = setup();
  for (const id of ["a", "b", "a"]) downloads.start(model(id));
  expect(phases()).toEqual(["a running", "b queued"]);
  await started[0]?.end({ kind: "done" });
  expect(done).toEqual(["a"]);
  expect(phases()).toEqual(["b running"]);
  expect(started.map(({ modelId }) => modelId)).toEqual(["a", "b"]);
});

test("[SY133] a paused one makes way for the next; a failed one says why and may be tried again", async () => {
  const { started, downloads, phases } = setup();
  for (const id of ["a", "b"]) downloads.start(model(id));
  await downloads.stop("a");
  expect(started[0]?.signal.aborted).toBe(true);
  expect(phases()).toEqual(["b running"]);
  const error = { kind: "access-denied", host: "hub.example" } as const;
  await started[1]?.end({ kind: "failed", error });
  expect(downloads.statuses()).toMatchObject([{ modelId: "b", phase: "failed", error }]);
  downloads.start(model("b"));
  expect(phases()).toEqual(["b running"]);
});

test("speed is that of the last seconds, and tells the time that is left", async () => {
  const { clock, started, downloads } = setup();
  downloads.start(model("a"));
  const tell = (bytesDone: number) =>
    started[0]?.news({ kind: "amount", bytesDone, bytesTotal: 100_000, isChecking: false });
  tell(50_000); // Found on disk: no speed of this download.
  await clock.advance(1_000);
  tell(52_000);
  const [status] = downloads.statuses();
  expect(status).toMatchObject({ bytesDone: 52_000, bytesTotal: 100_000, bytesPerS: 2_000 });
  expect(status && secondsLeft(status)).toBe(24);
  expect(decodeDownloads([status, { modelId: 1 }, null])).toEqual([status]);
  expect(decodeDownloads(undefined)).toEqual([]);
});

test("a download asks the host that a person set, and each model's own otherwise", () => {
  const [first] = onnxModels;
  const urlsAt = (host: string): readonly string[] => {
    const job = first && jobOf(first, host);
    return job?.source.kind === "files" ? job.source.files.map(({ url }) => url) : [];
  };
  expect(urlsAt("").at(-1)).toBe(first?.files?.at(-1)?.url);
  const path = new URL(first?.files?.at(-1)?.url ?? "").pathname;
  expect(urlsAt("http://localhost:9000/hub").at(-1)).toBe(`http://localhost:9000/hub${path}`);
  const brought = { path: "m.gguf", url: "", bytes: undefined, sha256: undefined };
  expect(jobOf({ ...model("m"), files: [brought] }, "")).toBeUndefined();
});
