/** What other apps hand to the installed page: through its real service worker, and on the list. */

import type { Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkAxe } from "./ui/ui-test.ts";
import { expect, test as base } from "../support/fixtures.ts";
import { startRoom } from "../support/room.ts";

const test = base.extend({ keepsOffline: true });

const PICTURE = readFileSync(join(import.meta.dirname, "../../web/public/icons/key-192.png"));

interface Shared {
  readonly text?: string;
  readonly file?: { readonly name: string; readonly type: string; readonly base64: string };
  readonly emptyFileBytes?: number;
}

/**
 * Posts as a browser does for the share target: by a navigation that no page of ours began, as our
 * pages may send no forms.
 */
async function share(page: Page, shared: Shared): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  const action = new URL("/share", page.url()).href;
  await page.goto("about:blank");
  await page.evaluate(({ action, text, file, emptyFileBytes }) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action, enctype: "multipart/form-data" });
    const field = (name: string, type: string): HTMLInputElement => {
      const input = document.createElement("input");
      Object.assign(input, { name, type });
      form.append(input);
      return input;
    };
    if (text !== undefined) field("text", "text").value = text;
    const bytes = file === undefined
      ? new Uint8Array(emptyFileBytes ?? 0)
      : Uint8Array.from(atob(file.base64), (char) => char.charCodeAt(0));
    if (file !== undefined || emptyFileBytes !== undefined) {
      const files = new DataTransfer();
      files.items.add(
        new File([bytes], file?.name ?? "big.png", { type: file?.type ?? "image/png" }),
      );
      field("files", "file").files = files.files;
    }
    document.body.append(form);
    form.submit();
  }, { ...shared, action });
  await expect(page.getByRole("heading", { name: "Handed to Conclave" })).toBeVisible();
}

const card = (name: string) => ({
  name: "persona.json",
  type: "application/json",
  base64: btoa(JSON.stringify({
    spec: "chara_card_v2",
    spec_version: "2.0",
    data: {
      name,
      description: "Keeps bees.",
      personality: "",
      scenario: "",
      first_mes: "",
      mes_example: "",
    },
  })),
});

test("[SY190] shared words wait over a reload, then go behind what is in the message box", async ({ page }) => {
  await page.goto("/");
  await startRoom(page);
  await page.getByRole("textbox", { name: "Message" }).fill("Look:");
  await share(page, { text: "the bees are back" });
  await page.reload();
  await expect(page.getByText("the bees are back")).toBeVisible();
  await checkAxe(page);
  await page.getByRole("button", { name: "Put them into the message box" }).click();
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue(
    "Look:\nthe bees are back",
  );
  await page.goto("/#/handed-in");
  await expect(page.getByText("Nothing is waiting")).toBeVisible();
});

test("[SY190] a shared card becomes a persona; until she is in the room its file waits", async ({ page }) => {
  await page.goto("/");
  await startRoom(page);
  await share(page, { file: card("Mona") });
  await page.getByRole("button", { name: "Read it as a persona" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Mona");
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.goto("/#/handed-in");
  await page.getByRole("button", { name: "Read it as a persona" }).click();
  await page.getByRole("button", { name: "Add to the cast" }).click();
  await expect(page.getByRole("button", { name: "Edit Mona" })).toBeVisible();
  await page.goto("/#/handed-in");
  await expect(page.getByText("Nothing is waiting")).toBeVisible();
});

test("a shared picture is attached to the next message", async ({ page }) => {
  await page.goto("/");
  await startRoom(page);
  const file = { name: "key.png", type: "image/png", base64: PICTURE.toString("base64") };
  await share(page, { file });
  await page.getByRole("button", { name: "Attach it to a message" }).click();
  await expect(page.getByRole("textbox", { name: "What picture 1 shows" })).toBeVisible();
});

test("[SY190] a picture that the room refuses goes on waiting", async ({ page }) => {
  await page.goto("/");
  await startRoom(page);
  await share(page, {
    file: { name: "broken.webp", type: "image/webp", base64: btoa("no image") },
  });
  await page.getByRole("button", { name: "Attach it to a message" }).click();
  await expect(page.locator(".attachments .bad")).toBeVisible();
  await page.goto("/#/handed-in");
  await expect(page.getByRole("heading", { name: "broken.webp" })).toBeVisible();
});

test("[SY191] what is too large is named without its content", async ({ page }) => {
  await page.goto("/");
  await startRoom(page);
  await share(page, { emptyFileBytes: 33 * 1024 * 1024 });
  await expect(page.getByText(/^big\.png has .+; the most is/)).toBeVisible();
  await page.getByRole("button", { name: "Remove big.png" }).click();
  await expect(page.getByText("Nothing is waiting")).toBeVisible();
});
