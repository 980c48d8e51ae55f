import { checkAxe, expect, test } from "../support/fixtures.ts";
import { readEntries, say, settledRows, startRoom, untilSettled } from "../support/room.ts";

const MINUTE_MS = 60_000;

test("journey 1: within a minute a stranger talks with two personas that answer", async ({ page }) => {
  const openedMs = Date.now();
  await startRoom(page);
  await say(page, "Hello! I am Mika. Do you like roses?");
  await expect(settledRows(page, ["replied"]).first()).toBeVisible();
  await untilSettled(page, 2);
  expect(Date.now() - openedMs).toBeLessThan(MINUTE_MS);

  const settlements = (await readEntries(page)).filter(({ body }) => body.kind === "settle");
  expect(settlements.map(({ body }) => body.outcome?.kind)).toEqual(["replied", "replied"]);
  for (const { body } of settlements) {
    // No adapter here: the lane a user of this browser would get, and it is named.
    expect(body.lane).toBe("cpu");
    expect(body.usage?.generatedTokens).toBeGreaterThan(0);
    await expect(page.getByText(body.outcome?.text ?? "nothing", { exact: true }).first())
      .toBeVisible();
  }
});

test("journey 1: a persona called by name answers, the other may keep silent", async ({ page }) => {
  await startRoom(page);
  await say(page, "Bo, what do you see in the rain?");
  await untilSettled(page, 2);
  const settlements = (await readEntries(page)).filter(({ body }) => body.kind === "settle");
  const outcomes = settlements.map(({ body }) => body.outcome?.kind);
  expect(outcomes).toContain("replied");
  expect(outcomes.every((kind) => kind === "replied" || kind === "silent")).toBe(true);
});

test("journey 1: what was said is there after a reload", async ({ page }) => {
  await startRoom(page);
  await say(page, "Good morning!");
  await untilSettled(page, 2);
  const before = await readEntries(page);
  await page.reload();
  await expect(page.getByText("Good morning!").first()).toBeVisible();
  await untilSettled(page, 2);
  expect((await readEntries(page)).filter(({ body }) => body.kind === "settle"))
    .toEqual(before.filter(({ body }) => body.kind === "settle"));
});

test("journey 1: the page says that the starter is tiny and offers models before any download", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByText(/tiny/i).first()).toBeVisible();
  await checkAxe(page);
  await startRoom(page);
  await checkAxe(page);
  await page.goto("/#/models");
  await expect(page.getByText("Apache-2.0").first()).toBeVisible();
  await expect(page.getByText(/GB|MB/).first()).toBeVisible();
  await checkAxe(page);
  await page.goto("/#/settings");
  await expect(page.getByRole("textbox").first()).toBeVisible();
  await checkAxe(page);
});

for (const scheme of ["dark", "light"] as const) {
  test(`journey 1: a talking room in ${scheme} has no axe violation`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await startRoom(page);
    await say(page, "Hello **you**, look: `code` and a [link](https://example.com/x)");
    await untilSettled(page, 2);
    await checkAxe(page);
  });
}
