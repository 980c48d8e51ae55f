/**
 * The torture of downloads: the production download worker in a real browser, its files on the real
 * private file system, against a host that does what its seed says.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO10  Whatever a host of models answers, a download ends with every file right or with a named
 *         error; what is called whole is right at any time, also after pauses and kills.
 *   TO11  Once the host behaves, trying again brings the model whole.
 */

import { createHash } from "node:crypto";
import type { Browser, Page } from "@playwright/test";
import type { DownloadOutcome } from "../../../shared/inference/mod.ts";
import type { DownloadHarness } from "../../browser/download-harness/harness.ts";
import { openHarnessSite } from "../../browser/harness-site.ts";
import { type HostileHost, openHostileHost, publishedHash, type SeedHost } from "./hostile-host.ts";
import { bytesOf, planHost } from "./plan-host.ts";

export interface SeedReport {
  readonly seed: number;
  /** How the download ended while the host was hostile. */
  readonly ending: string;
  readonly requests: number;
  readonly resumed: number;
  readonly breaks: number;
  /** What was promised and is not so. */
  readonly faults: readonly string[];
}

export interface DownloadReport {
  readonly isClean: boolean;
  readonly seeds: readonly SeedReport[];
}

/** Pages that work on seeds at once. */
const PAGES = 4;
const NAMED = new Set(["wrong-bytes", "host-unreachable", "access-denied"]);

declare global {
  // The page's side; named inside `page.evaluate`.
  var downloadHarness: DownloadHarness;
}

export async function tortureDownload(
  browser: Browser,
  asked: { readonly seeds: readonly number[]; readonly tell: (line: string) => void },
): Promise<DownloadReport> {
  const site = await openHarnessSite("download-harness", "Download torture");
  const host = await openHostileHost();
  const context = await browser.newContext();
  const queue = [...asked.seeds];
  const reports: SeedReport[] = [];
  const work = async (): Promise<void> => {
    const page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => "downloadHarness" in globalThis);
    for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
      const report = await tortureSeed(page, host, seed);
      reports.push(report);
      if (report.faults.length > 0) asked.tell(`seed ${seed}: ${report.faults.join("; ")}`);
    }
    await page.close();
  };
  try {
    await Promise.all(Array.from({ length: PAGES }, work));
  } finally {
    await context.close();
    await host.close();
    await site.close();
  }
  const seeds = reports.toSorted((a, b) => a.seed - b.seed);
  return { isClean: seeds.every(({ faults }) => faults.length === 0), seeds };
}

async function tortureSeed(page: Page, server: HostileHost, seed: number): Promise<SeedReport> {
  const plan = planHost(seed);
  const host = server.open(plan);
  const modelId = `seed ${seed}`;
  const job = {
    kind: "download",
    modelId,
    source: {
      kind: "files",
      files: plan.files.map((file) => ({
        path: file.path,
        url: `${server.url}${seed}/${file.path}`,
        bytes: file.isPublished ? file.bytes : undefined,
        sha256: file.isPublished ? publishedHash(plan, file) : undefined,
      })),
    },
  } as const;
  const download = () => page.evaluate((given) => downloadHarness.download(given), job);
  const faults: string[] = [];
  let breaks = 0;
  let outcome: DownloadOutcome | "killed" = "killed";
  for (const { afterRequests, how } of [...plan.breaks, undefined].map(orNever)) {
    host.onRequest = () => {
      if (host.requests < afterRequests) return;
      host.onRequest = () => undefined;
      // Owned by the page, which ends the download it belongs to.
      void page.evaluate(
        ([id, kind]) => downloadHarness.breakOff(id, kind),
        [
          modelId,
          how === "kill" ? "kill" : "stop",
        ] as const,
      );
    };
    outcome = await download();
    const isBroken = outcome === "killed" || outcome.kind === "stopped";
    if (isBroken) breaks += 1;
    faults.push(...await judgeKept(page, modelId, host));
    if (!isBroken) break;
  }
  if (outcome === "killed" || outcome.kind === "stopped") faults.push("it never ended");
  else if (outcome.kind === "failed" && !NAMED.has(outcome.error.kind)) {
    faults.push(`no named error: ${JSON.stringify(outcome.error)}`);
  }
  const ending = outcome === "killed"
    ? "killed"
    : outcome.kind === "failed"
    ? outcome.error.kind
    : outcome.kind;
  faults.push(...await calmDown(page, host, modelId, ending === "done" ? undefined : download));
  await page.evaluate((id) => downloadHarness.remove(id), modelId);
  return { seed, ending, requests: host.requests, resumed: host.resumed, breaks, faults };
}

const orNever = (one: SeedHost["plan"]["breaks"][number] | undefined) =>
  one ?? { afterRequests: Infinity, how: "pause" as const };

/** Once the host behaves, trying again brings a model whose every file is right. */
async function calmDown(
  page: Page,
  host: SeedHost,
  modelId: string,
  download: (() => Promise<DownloadOutcome | "killed">) | undefined,
): Promise<readonly string[]> {
  const faults: string[] = [];
  if (download !== undefined) {
    host.isCalm = true;
    host.onRequest = () => undefined; // Nor does anybody break it off.
    host.versions.clear();
    const again = await download();
    if (again === "killed" || again.kind !== "done") {
      faults.push(`a calm host does not help: ${JSON.stringify(again)}`);
    }
  }
  const kept = await page.evaluate((id) => downloadHarness.keptOf(id), modelId);
  if (kept.length !== host.plan.files.length) faults.push(`${kept.length} files are whole`);
  return [...faults, ...await judgeKept(page, modelId, host)];
}

/** Whatever is called whole is right, at any time. */
async function judgeKept(
  page: Page,
  modelId: string,
  { plan, versions, isUnknowable }: SeedHost,
): Promise<readonly string[]> {
  const kept = await page.evaluate((id) => downloadHarness.keptOf(id), modelId);
  return kept.flatMap(({ path, sha256 }) => {
    const file = plan.files.find((one) => one.path === path);
    if (file === undefined) return [`${path} is kept and was never asked for`];
    if (file.isPublished) return sha256 === publishedHash(plan, file) ? [] : [`${path} is wrong`];
    // Without a hash one version of it, whole; versions are told apart by validators alone.
    if (isUnknowable || !plan.hasValidator) return [];
    const last = Math.max(versions.get(path) ?? 0, plan.faults.length);
    const all = Array.from(
      { length: last + 1 },
      (_, version) => createHash("sha256").update(bytesOf(plan.seed, file, version)).digest("hex"),
    );
    return all.includes(sha256) ? [] : [`${path} is no version that its host had`];
  });
}

export function drawDownloadReport({ seeds }: DownloadReport): string {
  const countOf = (ending: string) => seeds.filter((one) => one.ending === ending).length;
  const endings = [...new Set(seeds.map(({ ending }) => ending))].toSorted();
  const counts = endings.map((ending) => `${ending} ${countOf(ending)}`);
  const sum = (of: (one: SeedReport) => number) => seeds.reduce((all, one) => all + of(one), 0);
  return [
    `${seeds.length} seeds in Chromium: ${counts.join(", ")}.`,
    `${sum(({ requests }) => requests)} requests, ${sum(({ resumed }) => resumed)} of them for a ` +
    `part behind a file's first byte; ${sum(({ breaks }) => breaks)} pauses and kills.`,
    "Then hosts were calmed, and each model that had not come was tried again.",
  ].join("\n");
}
