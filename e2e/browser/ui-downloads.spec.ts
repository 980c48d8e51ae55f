/** The models screen on a hand-made client: downloads in every phase, and what is kept. */

import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

test("[SY133] [SY135] each download says how far it is and what can be done, each model what it did here", async ({ page }) => {
  await openScene(page, "downloads", "#/models");
  const card = (id: string) => page.locator(`[data-model="${id}"]`);
  const coming = card("Llama-3.1-8B");
  await expect(coming).toContainText("1.4 GB of 4.5 GB");
  await expect(coming).toContainText("11.2 MB a second");
  await expect(coming).toContainText("about 5 min left");
  await coming.getByRole("button", { name: "Pause" }).click();
  await coming.getByRole("button", { name: "Cancel and throw away" }).click();
  await expect(card("queued")).toContainText("Waits until another download has ended.");
  await expect(card("failing")).toContainText("The model host hub.example cannot be reached");
  await card("failing").getByRole("button", { name: "Try again" }).click();
  await card("paused").getByRole("button", { name: "Resume and use (610 MB are here)" }).click();
  const sent = await page.evaluate(() =>
    fixture.sent.flatMap((command) =>
      "modelId" in command ? [`${command.kind} ${command.modelId}`] : []
    )
  );
  expect(sent).toEqual([
    ...["pause-download Llama-3.1-8B", "delete-model Llama-3.1-8B"],
    ...["choose-model failing", "choose-model paused"],
  ]);
  const kept = card("Qwen3-1.7B-q4f16_1-MLC");
  await expect(kept).toContainText("Took the engine down 2 times on this device.");
  await expect(kept).toContainText("12.4 tokens/s");
  await expect(page.getByRole("region", { name: "Kept on this device" }))
    .toContainText("4.1 GB for models.");
});

test("[IN101] [IN103] what the GPU gave is told, and a model of no list can be deleted", async ({ page }) => {
  await openScene(page, "downloads", "#/models");
  await expect(page.locator(`[data-model="Llama-3.1-8B"]`))
    .toContainText("Needs 5 GB of graphics memory; when asked, the GPU gave 3.2 GB.");
  const old = page.locator(`[data-kept="Old-1B-q4f16_1-MLC"]`);
  await expect(old).toContainText("1 GB · no longer offered");
  await old.getByRole("button").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  const sent = await page.evaluate(() => fixture.sent.at(-1));
  expect(sent).toEqual({ kind: "delete-model", modelId: "Old-1B-q4f16_1-MLC" });
});

test("[SY287] a download without room, and an engine without memory, offer the next smaller", async ({ page }) => {
  await openScene(page, "downloads", "#/models");
  await page.evaluate(() => {
    const { downloads } = fixture.snapshot.peek();
    const error = { kind: "storage-full", bytesNeeded: 900_000_000 } as const;
    fixture.patch({
      downloads: downloads.map((one) => one.phase === "failed" ? { ...one, error } : one),
    });
  });
  const failing = page.locator('[data-model="failing"]');
  await failing.getByRole("button", { name: /^Use Starter instead/ }).click();
  const chosen = () =>
    page.evaluate(() => fixture.sent.findLast(({ kind }) => kind === "choose-model"));
  expect(await chosen()).toMatchObject({ modelId: "starter" });
  await page.evaluate(() => {
    const { engine } = fixture.snapshot.peek();
    const error = { kind: "out-of-memory" } as const;
    fixture.patch({
      engine: { ...engine, phase: "failed", modelId: "Llama-3.1-8B", error },
    });
  });
  await page.getByRole("button", { name: "Use Qwen3 1.7B instead (it is here)" }).click();
  expect(await chosen()).toMatchObject({ modelId: "Qwen3-1.7B-q4f16_1-MLC" });
  await checkAxe(page);
});
