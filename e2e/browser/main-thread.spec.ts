/**
 * What the page's own thread is busy with while the starter loads and four personas stream, in the
 * real app.
 *
 * Rules (shared/SPEC.md, section TO):
 *   TO14  While an engine loads and four personas stream, no task of the page takes more than 50 ms
 *         of its processor, on a machine that lays out 2,000 lines of text in 20 ms.
 */

import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";
import { type PageTask, tasksWhile } from "../support/page-tasks.ts";
import { say, startRoom, untilSettled } from "../support/room.ts";

const TASK_MS_MAX = 50;
/** What the browser needs for {@link layOut} where the limit holds as it stands. */
const LAY_OUT_MS = 20;
const LINES = 2_000;

/** Work of the kind a page does, as the measure of this machine in this minute. */
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

async function addPersona(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Add persona" }).click();
  const dialog = page.getByRole("dialog", { name: "New persona" });
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("In a few words").fill("a builder who checks twice. Likes plain words.");
  await dialog.getByRole("button", { name: "Add to the cast" }).click();
  await expect(page.locator(".cast-card[data-persona]", { hasText: name }))
    .toContainText("on this device");
}

const longest = (tasks: readonly PageTask[]): number =>
  Math.max(...tasks.map(({ cpuMs }) => cpuMs));

test("[TO14] no task of the page is long while the starter loads and four personas stream", async ({ page }) => {
  const tasks = await tasksWhile(page, async () => {
    await startRoom(page);
    await addPersona(page, "Cleo");
    await addPersona(page, "Dora");
    await say(page, "What do you all think of a long walk in the rain?");
    await untilSettled(page, 4);
  });
  const measures: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    measures.push(longest(
      await tasksWhile(page, async () => {
        await page.evaluate(layOut, LINES);
      }),
    ));
  }
  const slowness = Math.max(1, ...measures.map((ms) => ms / LAY_OUT_MS));
  const limitMs = TASK_MS_MAX * slowness;
  const shown = measures.map((ms) => ms.toFixed(0)).join(", ");
  console.log(
    `tasks of the page: ${tasks.length}, the longest ${longest(tasks).toFixed(1)} ms of ` +
      `${limitMs.toFixed(0)}; laying out ${LINES} lines takes ${shown} ms`,
  );
  expect(tasks.length).toBeGreaterThan(100);
  expect(tasks.filter(({ cpuMs }) => cpuMs > limitMs)).toEqual([]);
});
