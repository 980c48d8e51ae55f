/** Tasks of a page's own thread, from the browser's trace, with what they were spent on. */

import type { CDPSession, Page } from "@playwright/test";

export interface PageTask {
  /** Of the thread's own processor: what others on the machine do is not in it. */
  readonly cpuMs: number;
  /** Its largest parts, such as `FunctionCall 20.1`. */
  readonly parts: readonly string[];
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds; `tdur` of the thread's processor. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: { readonly functionName?: string; readonly columnNumber?: number };
  };
}

const CATEGORIES = ["toplevel", "devtools.timeline", "__metadata"];
const PAGE_WORK: ReadonlySet<string> = new Set(["FunctionCall", "EvaluateScript", "Layout"]);
const PARTS_MAX = 5;

/**
 * Every task of the threads that pages run on, while `work` runs. A thread that ran no script and
 * laid nothing out is no page's: the browser starts the process of the next page ahead.
 */
export async function tasksWhile(
  page: Page,
  work: () => Promise<void>,
): Promise<readonly PageTask[]> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    events.push(...value as unknown as readonly TraceEvent[]);
  });
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: CATEGORIES },
  });
  await work();
  await session.send("Tracing.end");
  await complete;
  await session.detach();
  const busy = new Set(events.filter(({ name }) => PAGE_WORK.has(name)).map(threadOf));
  const threads = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(threadOf).filter((thread) => busy.has(thread)),
  );
  const ours = events.filter((event) => event.ph === "X" && threads.has(threadOf(event)));
  return ours.filter(({ name }) => name.endsWith("RunTask"))
    .map((task) => ({ cpuMs: (task.tdur ?? 0) / 1_000, parts: partsOf(task, ours) }));
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid}/${tid}`;

function partsOf(task: TraceEvent, events: readonly TraceEvent[]): readonly string[] {
  if ((task.tdur ?? 0) < 20_000) return [];
  const end = task.ts + (task.dur ?? 0);
  return events
    .filter((one) => one !== task && threadOf(one) === threadOf(task))
    .filter(({ ts, dur = 0 }) => ts >= task.ts && ts + dur <= end)
    .toSorted((a, b) => (b.tdur ?? 0) - (a.tdur ?? 0))
    .slice(0, PARTS_MAX)
    .map(({ name, tdur = 0, args }) => {
      const { functionName = "", columnNumber = "" } = args?.data ?? {};
      return `${name} ${(tdur / 1_000).toFixed(1)} ${functionName}:${columnNumber}`;
    });
}
