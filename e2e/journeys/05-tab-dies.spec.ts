/**
 * Journey 5: the tab dies twenty times within replies. Every turn settles once, no input and no
 * draft is lost.
 */

import { createChance, KILLS, seed, untilText, untilTurnsSettled } from "../support/dying.ts";
import { expect, test } from "../support/fixtures.ts";
import { expectSettledOnce, messageBox, readEntries, say, startRoom } from "../support/room.ts";

test(`journey 5: the tab dies at ${KILLS} seeded points (seed ${seed})`, async ({ page, context }) => {
  test.setTimeout(300_000);
  const chance = createChance(seed + 1);
  await startRoom(page);
  const url = page.url();
  let tab = page;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const draft = `draft ${kill}`;
    await say(tab, `Message ${kill}: what is in the rain?`);
    await messageBox(tab).fill(draft);
    await untilText(tab, Math.floor(chance() * 120));
    const session = await context.newCDPSession(tab);
    // The renderer is gone before it can answer.
    void session.send("Page.crash").catch(() => undefined);
    await tab.waitForEvent("crash");
    await tab.close();
    tab = await context.newPage();
    await tab.goto(url);
    await expect(messageBox(tab)).toHaveValue(draft);
    await messageBox(tab).fill("");
  }
  await untilTurnsSettled(tab, KILLS * 2);
  const entries = await readEntries(tab);
  expectSettledOnce(entries);
  expect(entries.filter(({ body }) => body.kind === "say")).toHaveLength(KILLS);
});
