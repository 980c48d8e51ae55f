/**
 * Hosting on a hand-made client: whom nobody can host and why, engines and persona services in
 * every phase, and the ways on.
 */

import { expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/ORgzX2Jzb9sZtQ1k3v0a9w";

test("[HO150] whom nobody can host, what is needed and where: over the composer, in the cast, in the turn", async ({ page }) => {
  await openScene(page, "hostless", ROOM);
  const line = page.locator(".hostless");
  await expect(line).toContainText("Nobody can host Ada: needs the model Llama 3.1 8B");
  await expect(line).toContainText("of memory, WebGPU");
  await expect(line).toContainText("Choose Llama 3.1 8B under Models on this device.");
  await line.getByText("Device by device").click();
  await expect(line).toContainText("This device: runs Starter");
  await expect(line).toContainText("Noor Haddad's computer: away");
  await expect(page.getByRole("region", { name: "Cast" }))
    .toContainText("nobody can host Ada: needs the model Llama 3.1 8B");
  await expect(page.locator('[data-outcome="deferred"]')).toContainText("Then ask again");
  await openScene(page, "hostless-reader", ROOM);
  await expect(line).toContainText("or choose a smaller model for Ada");
});

test("an engine in trouble says why, when it tries again, and tries when told", async ({ page }) => {
  await openScene(page, "engine-restarting", "#/models");
  const panel = page.getByRole("region", { name: "Engine" });
  await expect(panel).toContainText("It gave no sign of life any more");
  await expect(panel).toContainText(/Next try in \d+ s/);
  await expect(panel).toContainText(
    "Start 1: It gave no sign of life any more, after 61 s of work",
  );
  await panel.getByRole("button", { name: "Retry now" }).click();
  const sent = () => page.evaluate(() => fixture.sent.map(({ kind }) => kind));
  expect(await sent()).toContain("engine-retry");
});

test("each persona of this device says how it is served; one that failed is retried", async ({ page }) => {
  await openScene(page, "services", "#/models");
  const panel = page.getByRole("region", { name: "Personas on this device" });
  const ofGarden = panel.getByRole("list", { name: "Personas in Garden plans" });
  await expect(ofGarden.locator('[data-service="serving"]')).toContainText("Ready");
  await expect(ofGarden.locator('[data-service="restarting"]')).toContainText(/Next try in/);
  const failed = ofGarden.locator('[data-service="failed"]');
  await expect(failed).toContainText("The model loaded and gave no word");
  await failed.getByRole("button", { name: "Retry now: Cleo" }).click();
  expect(await page.evaluate(() => fixture.sent.at(-1))).toEqual({
    kind: "service-retry",
    roomId: "rm_garden",
    persona: "pe_cleo",
  });
  await panel.getByText("Night school").click();
  await expect(panel.getByRole("list", { name: "Personas in Night school" }))
    .toContainText("2.3 GB of memory, 1.1 GB are free");
});
