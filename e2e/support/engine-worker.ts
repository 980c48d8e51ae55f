/** A page's workers by what they do: the one that thinks, not the one that keeps its time. */

import type { Page, Worker } from "@playwright/test";

/** At most one: two engines of a page would be two models in memory. */
export const engineWorkers = (page: Page): readonly Worker[] =>
  page.workers().filter((worker) => worker.url().includes("inference-worker"));
