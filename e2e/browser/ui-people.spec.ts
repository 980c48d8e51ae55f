/** Devices of people on a hand-made client; keys of real ones are the journeys' business. */

import type { Page } from "@playwright/test";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/ORgzX2Jzb9sZtQ1k3v0a9w";
const NOOR = "kq7mN1xY0cQy2bq3Jt4v5w";

async function openDevice(page: Page, name: string): Promise<void> {
  const button = { name: `${name}: device and safety words`, exact: true };
  await page.getByRole("button", button).click();
  await expect(page.getByRole("dialog")).toContainText("Fingerprint of its keys");
}

for (const width of [390, 1440]) {
  test(`a device at ${width} px: who, what it hosts, its keys, light and dark`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openScene(page, "shared", ROOM);
    if (width < 820) await page.getByRole("button", { name: "Cast and turn" }).click();
    await openDevice(page, "Noor Haddad");
    const dialog = page.getByRole("dialog", { name: "Noor Haddad" });
    await expect(dialog).toContainText("Here now");
    await expect(dialog).toContainText("Hosts Ada");
    await expect(dialog.getByRole("list", { name: "Words to compare" }).getByRole("listitem"))
      .toHaveCount(8);
    await expect(dialog).toContainText("83910 96436 30329 36645 82851 34204");
    await expect(dialog).toContainText("9f9f 9f9f");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await checkAxe(page);
    }
    const overflow = await dialog.evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}

test("this device's own dialog has no words to compare and leads to the name", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScene(page, "shared", ROOM);
  await openDevice(page, "Mika Kallio");
  const dialog = page.getByRole("dialog", { name: "Mika Kallio" });
  await expect(dialog).toContainText("This is the device that you use now.");
  await expect(dialog.getByRole("list", { name: "Words to compare" })).toHaveCount(0);
  await dialog.getByRole("link", { name: "Change your name in the settings" }).click();
  await expect(page).toHaveURL(/#\/settings$/);
});

test("[SY160] what was compared is marked; what differs is explained and not marked", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScene(page, "shared", ROOM);
  await openDevice(page, "Noor Haddad");
  const dialog = page.getByRole("dialog", { name: "Noor Haddad" });
  await dialog.getByRole("button", { name: "They match" }).click();
  await expect(dialog).toContainText("You compared this device on");
  expect(await page.evaluate(() => fixture.sent.find(({ kind }) => kind === "people")))
    .toBeTruthy();
  await page.keyboard.press("Escape");
  const row = page.locator(`[data-device="${NOOR}"]`);
  await expect(row.getByText("compared", { exact: true })).toBeAttached();
  await checkAxe(page);
  await openDevice(page, "Noor Haddad");
  await dialog.getByRole("button", { name: "They differ" }).click();
  await expect(dialog).toContainText("somebody who has the link stands between you");
  await expect(dialog).toContainText("You have not compared this device.");
  await checkAxe(page);
  await page.keyboard.press("Escape");
  await expect(row.getByText("compared", { exact: true })).toHaveCount(0);
});

test("[SY160] a new device behind a compared name is told, and one with other keys too", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScene(page, "shared", ROOM);
  await page.evaluate(([room = "", noor = ""]) => {
    fixture.people.compared[noor] = { kind: "same", atMs: Date.now() };
    fixture.rooms.get(room)?.addDevice("newPhoneOfNoor00000000", "noor haddad", false);
    fixture.publish();
  }, [ROOM.slice("#/room/".length), NOOR]);
  await openDevice(page, "noor haddad");
  const dialog = page.getByRole("dialog", { name: "noor haddad", exact: true });
  await expect(dialog).toContainText("noor haddad has a new device that you have not compared.");
  await expect(dialog.getByRole("region", { name: "noor haddad has other devices here" }))
    .toBeVisible();
  await checkAxe(page);
  await page.keyboard.press("Escape");
  await page.evaluate((noor) => {
    fixture.people.compared[noor] = { kind: "changed", atMs: Date.now() };
  }, NOOR);
  await openDevice(page, "Noor Haddad");
  await expect(page.getByRole("dialog", { name: "Noor Haddad", exact: true }))
    .toContainText("This device has other keys than on");
});

test("[CR38] the words of the history are for the entry that both set", async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScene(page, "shared", ROOM);
  await openDevice(page, "Noor Haddad");
  const history = page.getByRole("region", { name: "The same history" });
  await expect(history).toContainText("aim air airport aisle");
  const place = history.getByLabel("Up to entry");
  await place.fill("3");
  await place.press("Enter");
  await expect(history).toContainText("about above absent absorb");
  await place.fill("43");
  await place.press("Enter");
  await expect(history).toContainText("Not known here.");
  await checkAxe(page);
});

test("[SY162] [SY163] a fork is told calmly, until it is dismissed, and with details to copy", async ({ page }) => {
  await openScene(page, "shared", ROOM);
  await page.evaluate(([room = "", noor = ""]) => {
    const found = fixture.rooms.get(room);
    if (found?.shared === undefined) return;
    const chains = { mine: "a".repeat(32), theirs: "b".repeat(32) };
    const fork = { device: noor, epochTag: "01234567", agreedSeq: 4, seq: 6, at: 1, ...chains };
    found.shared = { ...found.shared, forks: [fork] };
    fixture.publish();
  }, [ROOM.slice("#/room/".length), NOOR]);
  const notice = page.getByRole("alert");
  await expect(notice).toContainText("The server showed Noor Haddad and you different histories");
  await expect(notice).toContainText("From entry 5 on");
  await expect(notice).toContainText("Nothing was lost");
  await notice.getByText("Technical detail").click();
  await expect(notice).toContainText('"epochTag":"01234567"');
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await checkAxe(page);
    }
  }
  await notice.getByRole("button", { name: "Compare with Noor Haddad" }).click();
  await expect(page.getByRole("dialog", { name: "Noor Haddad" })).toBeVisible();
  await page.keyboard.press("Escape");
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await expect(notice).toHaveCount(0);
  const told = await page.evaluate(() => [...fixture.people.dismissed]);
  expect(told).toEqual([`${NOOR}:01234567`]);
});
