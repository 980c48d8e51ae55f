import { expect, test } from "../support/fixtures.ts";
import {
  expectSettledOnce,
  readEntries,
  say,
  settledRows,
  startRoom,
  untilSettled,
} from "../support/room.ts";

const ASKED_MAX = 8;

test("journey 4: stop ends both personas within a second and the room says so", async ({ page }) => {
  await startRoom(page);
  // The starter often ends a reply within a blink: ask until a stop was faster.
  const stopped = settledRows(page, ["stopped"]);
  for (let asked = 1; asked <= ASKED_MAX && await stopped.count() === 0; asked += 1) {
    await say(page, `Tell me long story ${asked} about a fox and a lantern`);
    const sent = page.getByText(`Tell me long story ${asked} `, { exact: false }).last();
    await expect(sent).toBeVisible();
    const pressedMs = Date.now();
    await page.keyboard.press("Escape");
    await expect(page.locator("[data-outcome=streaming]")).toHaveCount(0, { timeout: 2_000 });
    expect(Date.now() - pressedMs).toBeLessThan(2_000);
    await untilSettled(page, 2 * asked);
  }
  await expect(stopped.first()).toBeVisible();
  expectSettledOnce(await readEntries(page));
  // The next message is answered as if nothing had been stopped.
  await say(page, "Hello again");
  await expect(settledRows(page, ["replied"]).first()).toBeVisible({ timeout: 60_000 });
});

test("journey 4: again gives an alternate, and an earlier one can be picked", async ({ page }) => {
  await startRoom(page);
  await say(page, "Ada, tell me about your garden");
  await untilSettled(page, 2);
  const ada = page.locator("article[data-outcome=replied]").first();
  const first = (await readEntries(page)).find(({ body }) => body.outcome?.kind === "replied")
    ?.body.outcome?.text ?? "";
  await ada.hover();
  await ada.getByRole("button", { name: "Again" }).click();
  await expect(ada.getByRole("group", { name: /Alternate/ })).toBeVisible({ timeout: 60_000 });
  expectSettledOnce(await readEntries(page));
  await ada.hover();
  await ada.getByRole("button", { name: "Previous answer" }).click();
  await expect(ada.getByText(first, { exact: true })).toBeVisible();
  expect((await readEntries(page)).at(-1)?.body.kind).toBe("pick");
});

test("journey 4: editing the newest message asks again, rewinding sets the rest aside", async ({ page }) => {
  await startRoom(page);
  await say(page, "Do you like boats?");
  await untilSettled(page, 2);
  const mine = page.locator("article[data-seq]").first();
  await mine.hover();
  await mine.getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Edit your message" }).fill("Do you like trains?");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Do you like trains?").first()).toBeVisible();
  await expect.poll(async () => {
    const entries = await readEntries(page);
    const edit = entries.find(({ body }) => body.kind === "edit");
    return entries.filter(({ body }) => body.kind === "settle" && body.turn === edit?.seq).length;
  }, { timeout: 60_000 }).toBe(2);
  await say(page, "And bicycles?");
  await expect.poll(
    async () => (await readEntries(page)).filter(({ body }) => body.kind === "settle").length,
    { timeout: 60_000 },
  ).toBe(6);
  await mine.hover();
  await mine.getByRole("button", { name: "Rewind to here" }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: /Rewind/ });
  if (await confirm.isVisible()) await confirm.click();
  await expect(page.getByText(/set aside/).first()).toBeVisible();
  expectSettledOnce(await readEntries(page));
});
