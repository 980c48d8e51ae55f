/**
 * The messages that cost most to draw, one after the other in one room: each is drawn in few
 * elements and without holding the page up.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY273 A message draws a bounded number of elements, whatever it is.
 *   SY275 A word without end is laid out as fast as other words, in a message and where
 *         one is written.
 */

import type { Page } from "@playwright/test";
import { textLimits } from "../../web/app/text/limits.ts";
import { tasksWhile } from "../support/page-tasks.ts";
import { longest, measureSlowness } from "../support/slowness.ts";
import { drawingCases } from "./hostile/drawing-cases.ts";
import { expect, openScene, test } from "./ui/ui-test.ts";

/** Of the processor, for the longest task of a message; a word without end took six times that. */
const TASK_MS_MAX = 400;
/** Messages after each, so that only one of them is drawn at a time. */
const AFTER = 12;

/** Says it and waits until it is drawn; then how many elements it is of. */
async function draw(page: Page, text: string): Promise<number> {
  return await page.evaluate(async (said) => {
    const room = fixture.rooms.get("rm_garden");
    room?.say(said);
    fixture.publish();
    for (let frame = 0; frame < 4; frame += 1) {
      await new Promise((done) => requestAnimationFrame(done));
    }
    const drawn = [...document.querySelectorAll("article .text")].at(-1);
    return drawn?.querySelectorAll("*").length ?? -1;
  }, text);
}

async function goOn(page: Page): Promise<void> {
  await page.evaluate(async (count) => {
    const room = fixture.rooms.get("rm_garden");
    for (let at = 0; at < count; at += 1) room?.say("One line.");
    fixture.publish();
    const log = document.querySelector("[role=log]");
    const isDrawn = (): boolean =>
      [...document.querySelectorAll("article .text")].at(-1)?.textContent === "One line.";
    for (let frame = 0; frame < 100 && (frame < 4 || !isDrawn()); frame += 1) {
      log?.scrollTo(0, log.scrollHeight);
      await new Promise((done) => requestAnimationFrame(done));
    }
  }, AFTER);
}

test("[SY273] [SY275] no message is of more elements or takes longer to draw than stated", async ({ page }) => {
  test.setTimeout(240_000);
  await openScene(page, "room", "#/room/rm_garden");
  const found: { readonly title: string; readonly ms: number; readonly elements: number }[] = [];
  for (const { title, text } of drawingCases) {
    let elements = -1;
    const tasks = await tasksWhile(page, async () => {
      elements = await draw(page, text);
    });
    found.push({ title, ms: longest(tasks), elements });
    await goOn(page);
  }
  const box = page.getByRole("textbox", { name: "Message", exact: true });
  for (const { title, text } of drawingCases.filter((one) => /one word/.test(one.title))) {
    const tasks = await tasksWhile(page, async () => await box.fill(text));
    found.push({ title: `${title}, where one writes`, ms: longest(tasks), elements: 0 });
  }
  await box.fill("");
  const limitMs = TASK_MS_MAX * await measureSlowness(page);
  const slowest = found.toSorted((a, b) => b.ms - a.ms);
  const told = slowest.slice(0, 5).map(({ title, ms }) => `${title} ${ms.toFixed(0)}`).join(", ");
  console.log(`${found.length} messages drawn; of ${limitMs.toFixed(0)} ms: ${told}`);
  const elementsMax = Math.max(textLimits.elementsMax, textLimits.marksMax);
  expect(found.filter(({ elements }) => elements < 0 || elements > elementsMax)).toEqual([]);
  expect(slowest.filter(({ ms }) => ms > limitMs)).toEqual([]);
});
