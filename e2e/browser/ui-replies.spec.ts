/** Answering a message, on a hand-made client. What prompts say of it is of shared/personas. */

import type { Locator, Page } from "@playwright/test";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_garden";

function message(page: Page, text: string): Locator {
  return page.getByRole("article").filter({ hasText: text });
}

/** Presses "Reply" on the message with these words. */
async function replyTo(page: Page, text: string): Promise<void> {
  const article = message(page, text).first();
  await article.focus();
  await article.getByRole("button", { name: /^Reply to / }).press("Enter");
}

const box = (page: Page): Locator => page.getByRole("textbox", { name: "Message" });

for (const width of [390, 1440]) {
  test(`[SY205] at ${width} px a reply to a persona says so, addresses her and shows her words`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openScene(page, "room", ROOM);
    await replyTo(page, "soil likes a pause");
    await expect(box(page)).toBeFocused();
    const form = page.getByRole("form", { name: "Write to the room" });
    await expect(form).toContainText("You are replying to Ada:");
    await expect(form).toContainText("Good news. Let it rest a day");
    await expect(form).toContainText("To Ada");
    await expect(box(page)).toHaveAccessibleDescription(/You are replying to Ada: Good news/);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await checkAxe(page);
    await box(page).fill("How long a pause?");
    await page.keyboard.press("Enter");
    const sent = message(page, "How long a pause?");
    const quote = sent.getByRole("button", { name: /In reply to Ada: *Good news/ });
    await expect(quote).toBeVisible();
    await expect(form).not.toContainText("You are replying to");
    const said = await page.evaluate(() => fixture.sent.find(({ kind }) => kind === "say"));
    expect(said).toMatchObject({ addressed: ["pe_ada"], replyTo: expect.any(Number) });
    const overflow = await sent.evaluate((one) => one.scrollWidth - one.clientWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await checkAxe(page);
    await quote.press("Enter");
    await expect(message(page, "soil likes a pause").first()).toBeFocused();
  });
}

test("[SY205] whom a reply names comes before whom it answers, and a dropped reply answers nobody", async ({ page }) => {
  await openScene(page, "room", ROOM);
  await replyTo(page, "soil likes a pause");
  await box(page).pressSequentially("@Bo and you? ");
  await expect(page.locator(".composer-hint")).toHaveText("To Bo");
  await page.getByRole("button", { name: "Do not reply to this message" }).click();
  await expect(box(page)).toBeFocused();
  await box(page).fill("Never mind");
  await page.keyboard.press("Enter");
  const said = await page.evaluate(() => fixture.sent.find(({ kind }) => kind === "say"));
  expect(said).toMatchObject({ addressed: [] });
  expect(said).not.toHaveProperty("replyTo");
});

test("[SY202] a quote of what was set aside says so, and opens it", async ({ page }) => {
  await openScene(page, "room", ROOM);
  await page.evaluate(() => {
    const room = fixture.rooms.get("rm_garden");
    if (room === undefined) throw new Error("no room");
    const first = room.say("Before all that");
    const aside = room.say("This will be set aside");
    room.append({ kind: "rewind", to: first, expect: aside });
    room.append({ kind: "say", text: "To what is aside", addressed: [], replyTo: aside });
    room.append({ kind: "say", text: "To what is nothing", addressed: [], replyTo: 1 });
    fixture.publish();
  });
  await expect(message(page, "To what is nothing"))
    .toContainText("In reply to a message that is not here:");
  const quote = message(page, "To what is aside").getByRole("button", { name: /In reply to/ });
  await expect(quote).toHaveAccessibleName(
    /In reply to you: *\(set aside\) *This will be set aside/,
  );
  await quote.click();
  await expect(message(page, "This will be set aside").first()).toBeFocused();
});

test("[SY202] a quote of a message that is not loaded reads the older ones and goes there", async ({ page }) => {
  await openScene(page, "many", "#/room/rm_many");
  const first = await page.evaluate(() => {
    const room = fixture.rooms.get("rm_many");
    const message = room?.state.messages[2];
    if (room === undefined || message === undefined) throw new Error("no room");
    const whole = room.state;
    room.append({ kind: "say", text: "Far below", addressed: [], replyTo: message.seq });
    const { messages } = room.state;
    const earlier = { messages: messages.length - 300, isMissed: false };
    const after = room.state;
    room.state = { ...after, messages: messages.slice(-300), earlier };
    const send = fixture.send.bind(fixture);
    fixture.send = (command) => {
      if (command.kind === "read-earlier") room.state = after;
      return send(command);
    };
    fixture.publish();
    return { text: message.text, messages: whole.messages.length };
  });
  expect(first.messages).toBeGreaterThan(300);
  const quote = message(page, "Far below").getByRole("button", { name: /In reply to/ });
  await expect(quote).toHaveAccessibleName("In reply to an earlier message:");
  await quote.click();
  await expect(page.getByRole("article").filter({ hasText: first.text }).first()).toBeInViewport();
  await expect(page.locator("article:focus")).toContainText(first.text.slice(0, 20));
});

test("[SY203] hostile words in a quote, a strip and a pin are text, and stay in their line", async ({ page }) => {
  await openScene(page, "room", ROOM);
  const text = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) \u202Eevil\n\n# Big\n" +
    "x".repeat(5_000);
  await page.evaluate((hostile) => {
    const room = fixture.rooms.get("rm_garden");
    if (room === undefined) throw new Error("no room");
    const seq = room.say(hostile);
    room.append({ kind: "rules", rules: 5 });
    room.append({ kind: "pin", of: seq, pinned: true });
    room.append({ kind: "say", text: "Short", addressed: [], replyTo: seq });
    fixture.publish();
  }, text);
  const expectText = async (place: string): Promise<void> => {
    const one = page.locator(place).first();
    await expect(one).toContainText("<img src=x onerror=alert(1)>");
    await expect(one.locator("img, a, h1")).toHaveCount(0);
    expect(await one.innerText()).not.toContain("\u202E");
    const { height, width } = await one.boundingBox() ?? { height: Infinity, width: Infinity };
    expect(height).toBeLessThan(90);
    expect(width).toBeLessThanOrEqual(await page.evaluate(() => innerWidth));
  };
  await expectText(".quote");
  await page.getByRole("button", { name: /1 pinned message/ }).click();
  await expectText(".pins-list");
  await page.keyboard.press("Escape");
  await replyTo(page, "Big");
  await expectText(".reply-strip");
});
