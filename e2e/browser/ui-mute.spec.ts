/** Whom a person muted is folded on this device, and can be looked at all the same. */

import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_garden";

test("[SY254] a muted persona's messages are folded, over a reload, and can be shown", async ({ page }) => {
  await openScene(page, "room", ROOM);
  const said = page.getByRole("article", { name: /^Ada, AI persona/ });
  const count = await said.count();
  expect(count).toBeGreaterThan(0);
  const card = page.locator('[data-persona="pe_ada"].cast-card');
  await card.hover();
  await card.getByRole("button", { name: "Mute Ada" }).click();
  await expect(said).toHaveCount(0);
  const folded = page.locator('[data-muted="pe_ada"]');
  await expect(folded).toHaveCount(count);
  await expect(folded.first()).toContainText("Ada is muted here");
  await checkAxe(page);
  await page.reload();
  await expect(folded).toHaveCount(count);
  await expect(said).toHaveCount(0);
  await folded.first().getByRole("button", { name: "Show the message of Ada" }).click();
  await expect(said).toHaveCount(1);
  await checkAxe(page);
  await folded.first().getByRole("button", { name: "Hide the message of Ada" }).click();
  await expect(said).toHaveCount(0);
  await card.hover();
  await card.getByRole("button", { name: "Unmute Ada" }).click();
  await expect(said).toHaveCount(count);
  expect(await page.evaluate(() => localStorage.getItem("conclave.attention"))).not.toContain(
    "ada",
  );
});

test("[SY254] a muted persona that is answering is a folded line, and no reader speaks her", async ({ page }) => {
  await openScene(page, "live", ROOM);
  const speaking = page.getByRole("article", { name: /is answering$/ }).first();
  const persona = await speaking.getAttribute("data-persona");
  const card = page.locator(`[data-persona="${persona}"].cast-card`);
  await card.hover();
  await card.getByRole("button", { name: /^Mute / }).click();
  await expect(page.locator(`article[data-persona="${persona}"]`)).toHaveCount(0);
  await expect(page.locator(`[data-muted="${persona}"]`).last()).toBeVisible();
  await page.evaluate((persona) => {
    const room = fixture.rooms.get("rm_garden");
    const turn = room?.state.openTurns.at(-1);
    if (room === undefined || turn === undefined) throw new Error("No turn is open");
    room.running = [];
    room.reply(turn, persona ?? "", "A word that nobody should hear.", 0);
    fixture.publish();
  }, persona);
  await expect(page.getByRole("status", { name: "New messages" }))
    .not.toContainText("nobody should hear");
});

for (const width of [320, 1440]) {
  test(`[SY254] a person is muted from her device at ${width} px, and nobody is told`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openScene(page, "shared", "#/room/ORgzX2Jzb9sZtQ1k3v0a9w");
    const sent = await page.evaluate(() => fixture.sent.length);
    if (width < 900) await page.getByRole("button", { name: "Cast and turn" }).click();
    const person = page.locator(".person-card").nth(1).getByRole("button").first();
    await person.click();
    const dialog = page.getByRole("dialog").last();
    await dialog.getByRole("button", { name: /^Mute / }).click();
    await expect(dialog.getByRole("button", { name: /^Unmute / })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
    await checkAxe(page);
    await page.keyboard.press("Escape");
    await expect(page.locator("[data-muted]").first()).toBeVisible();
    const later = await page.evaluate((from) => fixture.sent.slice(from), sent);
    expect(later.filter(({ kind }) => kind !== "people")).toEqual([]);
  });
}

test("[SY246] a room that may call for nothing carries a mark in the list", async ({ page }) => {
  await openScene(page, "room", ROOM);
  const listed = page.getByRole("navigation", { name: "Rooms" })
    .getByRole("link", { name: /^Garden plans/ });
  await expect(listed.getByText("Muted")).toHaveCount(0);
  await page.getByRole("button", { name: "Room options" }).click();
  const dialog = page.getByRole("dialog", { name: "Room options" });
  await dialog.getByText("Nothing", { exact: true }).click();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(listed).toHaveAccessibleName(/^Garden plans\s+Muted/);
  await checkAxe(page);
});
