/**
 * Journey 5, the device is lost: the browser's own GPU process dies while a reply is written on
 * WebGPU. The software adapter computes in that process, slowly and truly.
 */

import { untilText } from "../support/dying.ts";
import { expect, test } from "../support/fixtures.ts";
import { expectSettledOnce, readEntries, say, startRoom } from "../support/room.ts";

test.use({ gpu: true });

test("journey 5: a device that is lost mid-sentence is replaced and the same message is finished", async ({ page, browser }) => {
  test.setTimeout(240_000);
  await startRoom(page, "/?lane=webgpu");
  await say(page, "Ada, hi!");
  await untilText(page, 1);
  const persona = await page.locator("[data-outcome=streaming]").first()
    .getAttribute("data-persona");
  const session = await browser.newBrowserCDPSession();
  // The process is gone before it can answer.
  void session.send("Browser.crashGpuProcess").catch(() => undefined);
  await expect(page.getByText(/restarting/i).first()).toBeVisible({ timeout: 30_000 });
  const settled = async () =>
    (await readEntries(page)).filter(({ body }) =>
      body.kind === "settle" && body.persona === persona
    );
  await expect.poll(async () => (await settled()).length, { timeout: 200_000 }).toBe(1);
  const [settlement] = await settled();
  expect(settlement?.body).toMatchObject({
    lane: "webgpu-software",
    attempt: 0,
    outcome: { kind: "replied" },
  });
  expectSettledOnce(await readEntries(page));
  await page.evaluate(() => void (location.hash = "#/models"));
  await page.getByText(/^Restarts \(1\)$/).first().click();
  await expect(page.getByText(/The graphics card was taken away/).first()).toBeVisible();
});
