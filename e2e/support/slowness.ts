/** How slow this machine is in this minute, as a page feels it. */

import type { Page } from "@playwright/test";
import { type PageTask, tasksWhile } from "./page-tasks.ts";

/** What the browser needs for {@link layOut} on the machine that limits were measured on. */
const LAY_OUT_MS = 20;
const LINES = 2_000;

/** Work of the kind a page does. */
function layOut(lines: number): number {
  const box = document.body.appendChild(document.createElement("div"));
  for (let line = 0; line < lines; line += 1) {
    const paragraph = box.appendChild(document.createElement("p"));
    paragraph.textContent = `Line ${line} of a text that is only here to be laid out.`;
  }
  const { height } = box.getBoundingClientRect();
  box.remove();
  return height;
}

export const longest = (tasks: readonly PageTask[]): number =>
  Math.max(...tasks.map(({ cpuMs }) => cpuMs));

/** 1 where 2,000 lines are laid out in 20 ms of the processor, or faster; 2 where in 40 ms. */
export async function measureSlowness(page: Page): Promise<number> {
  const measures: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    measures.push(longest(
      await tasksWhile(page, async () => {
        await page.evaluate(layOut, LINES);
      }),
    ));
  }
  return Math.max(1, ...measures.map((ms) => ms / LAY_OUT_MS));
}
