/**
 * What a page's own thread computes, in its processor's time: other work on the machine does not
 * lengthen it.
 */

/** @typedef {{ name: string, ph: string, pid: number, tid: number, tdur?: number,
 *   args?: { name?: string } }} TraceEvent */

/**
 * @param {import("@playwright/test").Page} page the only one of its browser that does anything
 * @returns {Promise<() => Promise<number[]>>} ends it; ms of each task of the page's thread
 */
export async function watchTasks(page) {
  const browser = page.context().browser();
  if (browser === null) throw new Error("Cannot watch a page without a browser");
  await browser.startTracing(page, { categories: ["toplevel"] });
  return async () => tasksOf(JSON.parse((await browser.stopTracing()).toString()).traceEvents);
}

/**
 * @param {readonly TraceEvent[]} events
 * @returns {number[]} of the threads that draw pages; workers have their own
 */
export function tasksOf(events) {
  const idOf = (/** @type {TraceEvent} */ { pid, tid }) => `${pid}/${tid}`;
  const pages = new Set(
    events.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .map(idOf),
  );
  return events
    .filter((event) => event.name.endsWith("RunTask") && event.ph === "X" && pages.has(idOf(event)))
    .map(({ tdur }) => (tdur ?? 0) / 1_000);
}
