/** A person brings a GGUF file of her own and talks with it. */

import type { Page } from "@playwright/test";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { makeStarterGguf } from "../support/gguf/starter-gguf.ts";
import { readEntries, say, settledRows, startRoom } from "../support/room.ts";

/** Whatever the prompt looks like, the weights see a line that they were trained to answer. */
const TEMPLATE = "<|room|>Here: Ada and Mika.\n" +
  "Mika: {{ messages[messages | length - 1]['content'] }}\n" +
  "<|cue|>Ada: a kind friend with a garden. | for you\n<|reply|>";

const buffer = Buffer.from(makeStarterGguf({ chatTemplate: TEMPLATE, contextTokens: 4096 }));
const mimeType = "application/octet-stream";

async function choose(page: Page, name: string, body: Buffer): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a GGUF file" }).click();
  await (await chooser).setFiles({ name, mimeType, buffer: body });
}

const card = (page: Page) => page.locator("[data-model^=gguf-my-model]");

test("[IN59] a brought model is kept, chosen, answers, and is there after a reload", async ({ page }) => {
  await page.goto("/#/models");
  await choose(page, "My Model.gguf", buffer);
  await expect(page.getByText("Starter is in the list now, and on this device.")).toBeVisible();
  await expect(card(page)).toContainText("apache-2.0");
  await expect(card(page)).toContainText("4,096");
  await checkAxe(page);
  await card(page).getByRole("button", { name: "Use" }).click();
  await expect(card(page)).toContainText("In use");

  await startRoom(page, "/#/");
  await say(page, "Hello! Do you like roses?");
  await expect(settledRows(page, ["replied"]).first()).toBeVisible();
  const replies = (await readEntries(page)).filter(({ body }) => body.outcome?.kind === "replied");
  expect(replies[0]?.body.lane).toBe("cpu");
  expect(replies[0]?.body.usage?.generatedTokens).toBeGreaterThan(0);

  await page.goto("/#/models");
  await page.reload();
  await expect(card(page)).toContainText("In use");
  await card(page).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(card(page)).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("article", { name: "Starter" })).toContainText("In use");
  await expect(card(page)).toHaveCount(0);
});

test("[IN55, IN56] a file that cannot be used is refused in words, and nothing is kept", async ({ page }) => {
  await page.goto("/#/models");
  const status = page.getByRole("region", { name: "Bring a model of your own" }).getByRole(
    "status",
  );
  await choose(page, "cut.gguf", buffer.subarray(0, 3_000_000));
  await expect(status).toHaveText(/^Nothing was kept\. It ends too early/);
  const base = makeStarterGguf({ chatTemplate: undefined, contextTokens: 512 });
  await choose(page, "base.gguf", Buffer.from(base));
  await expect(status).toHaveText(/^Nothing was kept\. It names no chat template/);
  // A room's file that is dropped here is no model.
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["PK and the rest of a zip"], "room.conclave"));
    dispatchEvent(new DragEvent("drop", { dataTransfer }));
  });
  await expect(status).toHaveText(/^Nothing was kept\. This is no GGUF file\./);
  expect(await page.locator("[data-model^=gguf-]").count()).toBe(0);
});

test("[IN59] a model at an address is listed after its first bytes, fetched when it is used", async ({ page, guard }) => {
  guard.allow(/request to another origin: https:\/\/models\.example/, "the model's address");
  const address = "https://models.example/My%20Model.gguf";
  const cors = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "range",
    "access-control-expose-headers": "content-range, etag",
    "accept-ranges": "bytes",
    etag: '"1"',
  };
  await page.route(address, (route) => {
    const range = /^bytes=(\d+)-(\d*)$/.exec(route.request().headers()["range"] ?? "");
    const from = Number(range?.[1] ?? 0);
    const to = Math.min(buffer.length, Number(range?.[2] || buffer.length) + 1);
    const headers = { ...cors, "content-range": `bytes ${from}-${to - 1}/${buffer.length}` };
    return route.fulfill({ status: 206, headers, body: buffer.subarray(from, to) });
  });
  await page.goto("/#/models");
  await page.getByRole("textbox", { name: "Or its address" }).fill(address);
  await page.getByRole("button", { name: "Add by address" }).click();
  await expect(page.getByText("Starter is in the list now.")).toBeVisible();
  await card(page).getByRole("button", { name: "Download" }).click();
  await expect(card(page)).toContainText("In use");
  await expect(card(page)).toContainText("On this device");
});

test("[IN59] a listed model leaves the list without a download", async ({ page, guard }) => {
  guard.allow(/request to another origin: https:\/\/models\.example/, "the model's address");
  await page.route("https://models.example/**", (route) => {
    const to = Number(/-(\d+)$/.exec(route.request().headers()["range"] ?? "")?.[1]) + 1;
    const headers = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "range",
      "access-control-expose-headers": "content-range",
      "content-range": `bytes 0-${to - 1}/${buffer.length}`,
    };
    return route.fulfill({ status: 206, headers, body: buffer.subarray(0, to) });
  });
  await page.goto("/#/models");
  await page.getByRole("textbox", { name: "Or its address" })
    .fill("https://models.example/My%20Model.gguf");
  await page.getByRole("button", { name: "Add by address" }).click();
  await card(page).getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(card(page)).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("article", { name: "Starter" })).toBeVisible();
  await expect(card(page)).toHaveCount(0);
});
