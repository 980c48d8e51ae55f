/**
 * Shared rooms on a hand-made client: inviting, joining, who is here, and a connection in every
 * state. What a relay does is the journeys' business; how it looks, that of axe-states.spec.ts.
 */

import { expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/ORgzX2Jzb9sZtQ1k3v0a9w";
const KEY = "w=1.S3VzdE9mVGhlR2FyZGVu";

test("no key stays in the address of a link that is opened", async ({ page }) => {
  for (const hash of [`#${KEY}`, "#r=1.UmVhZE9ubHk.a2V5"]) {
    await openScene(page, "rooms", hash);
    expect(page.url()).not.toContain("=1.");
  }
});

test("the dialog of a room on this device says what sharing does, and shares", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.getByRole("button", { name: "Invite people" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  await expect(dialog).toContainText("on this device only");
  await expect(dialog).toContainText("Never words, names or the key.");
  await expect(dialog).toContainText("Anyone with the link can read everything");
  await page.evaluate(() => {
    fixture.refuse = { kind: "crypto-unfit", missing: "Ed25519" };
  });
  await dialog.getByRole("button", { name: "Share this room" }).click();
  await expect(dialog.getByRole("alert")).toContainText("(Ed25519)");
  await dialog.getByRole("button", { name: "Share this room" }).click();
  // The shared room opens with its invitation.
  await expect(page.getByRole("button", { name: "Copy link" })).toBeVisible();
  await expect(page).toHaveURL(/#\/room\/mF0xTu7eRoom0Shared00A$/);
});

test("a founder without a name is asked for one, and it is told before the room is shared", async ({ page }) => {
  await openScene(page, "nameless", "#/room/rm_garden");
  await page.getByRole("button", { name: "Invite people" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  const name = dialog.getByLabel("The name others will see");
  await expect(name).toHaveValue("");
  await dialog.getByRole("button", { name: "Share this room" }).click();
  await expect(dialog).toContainText("Others need a name for you.");
  const told = () =>
    page.evaluate(() =>
      fixture.sent.filter(({ kind }) => kind === "set-name" || kind === "share-room")
    );
  expect(await told()).toEqual([]);
  await name.fill("  Mika  ");
  await name.press("Enter");
  await expect(page.getByRole("button", { name: "Copy link" })).toBeVisible();
  expect(await told()).toEqual([
    { kind: "set-name", name: "Mika" },
    { kind: "share-room", roomId: "rm_garden" },
  ]);
});

test("who gave a name before is not asked again", async ({ page }) => {
  await openScene(page, "room", "#/room/rm_garden");
  await page.getByRole("button", { name: "Invite people" }).first().click();
  await expect(page.getByRole("button", { name: "Share this room" })).toBeVisible();
  await expect(page.getByLabel("The name others will see")).toHaveCount(0);
});

test("the link is in the page only while it is shown, and is copied in one piece or in two", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openScene(page, "shared", ROOM);
  await page.getByRole("button", { name: "Invite people" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Invite people" });
  const secret = "S3VzdE9mVGhlR2FyZGVu";
  const holds = () =>
    page.evaluate((key) => {
      const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea")];
      return document.documentElement.outerHTML.includes(key) ||
        fields.some(({ value }) => value.includes(key));
    }, secret);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await dialog.getByRole("button", { name: "Show" }).waitFor();
  expect(await holds()).toBe(false);
  expect(await page.evaluate(() => fixture.sent.some(({ kind }) => kind === "invite-link")))
    .toBe(false);
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog.getByRole("status")).toContainText("Copied.");
  expect(await clipboard()).toBe(`${new URL(page.url()).origin}/#${KEY}`);
  expect(await holds(), "copying shows nothing").toBe(false);
  await dialog.getByRole("button", { name: "Copy without key" }).click();
  await expect(dialog.getByRole("status")).toContainText("Address copied");
  expect(await clipboard()).not.toContain("#");
  await dialog.getByRole("button", { name: "Copy the key" }).click();
  await expect(dialog.getByRole("status")).toContainText("Key copied");
  expect(await clipboard()).toBe(`#${KEY}`);
  await dialog.getByRole("button", { name: "Show" }).click();
  await expect(dialog.getByLabel("Invite link")).toHaveValue(new RegExp(secret));
  await dialog.getByRole("button", { name: "Hide" }).click();
  expect(await holds()).toBe(false);
  await dialog.getByRole("radio", { name: /Only read/ }).check();
  await dialog.getByRole("button", { name: "Show" }).click();
  await expect(dialog.getByLabel("Invite link")).toHaveValue(/#r=1\./);
});

test("where the page may not copy, the text stands selected", async ({ page }) => {
  await openScene(page, "shared", ROOM);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
  });
  await page.getByRole("button", { name: "Invite people" }).first().click();
  await page.getByRole("button", { name: "Copy link" }).click();
  const box = page.getByRole("textbox", { name: "Text to copy" });
  await expect(box).toBeFocused();
  expect(await page.evaluate(() => getSelection()?.toString())).toContain(KEY);
});

test("an invite link leaves the address and the history before anything is drawn", async ({ page }) => {
  await openScene(page, "rooms", "#/settings");
  await openScene(page, "rooms", `#${KEY}`);
  await expect(page.getByRole("heading", { name: "You are invited to a room" })).toBeVisible();
  expect(page.url()).not.toContain(KEY);
  await page.getByLabel("The name others will see").fill("Mika K.");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Garden plans" })).toBeVisible();
  const sent = await page.evaluate(() =>
    fixture.sent.filter(({ kind }) => kind === "set-name" || kind === "join-room")
  );
  expect(sent).toEqual([{ kind: "set-name", name: "Mika K." }, { kind: "join-room", link: KEY }]);
  await page.goBack();
  await expect(page).toHaveURL(/#\/settings$/);
});

test("a link pasted into the address of an open tab leads to the same screen", async ({ page }) => {
  await openScene(page, "rooms", "#/");
  await page.evaluate((key) => {
    location.hash = key;
  }, KEY);
  await expect(page.getByRole("heading", { name: "You are invited to a room" })).toBeVisible();
  expect(page.url()).not.toContain(KEY);
  await page.reload();
  // The key was nowhere but in the page: after a reload it has to be given again.
  await expect(page.getByRole("heading", { name: "Join with a link" })).toBeVisible();
});

test("a link is pasted on the start, and what is wrong is said in words", async ({ page }) => {
  await openScene(page, "first", "#/");
  await page.getByRole("link", { name: "Join with a link" }).click();
  const box = page.getByLabel("Invite link");
  await box.fill("https://example.org/");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("That is no invite link.")).toBeVisible();
  await box.fill(`https://example.org/#${KEY}`);
  await page.getByRole("button", { name: "Continue" }).click();
  const name = page.getByLabel("The name others will see");
  await expect(name).toHaveValue("Mika Kallio");
  await name.fill(" ");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByText("Others need a name for you.")).toBeVisible();
  await name.fill("Mika Kallio");
  await page.evaluate(() => {
    fixture.refuse = { kind: "link-invalid" };
  });
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("That invite link is not whole");
});

test("who is here, who hosts whom, and who is away", async ({ page }) => {
  await openScene(page, "shared", ROOM);
  await page.setViewportSize({ width: 1440, height: 900 });
  const people = page.getByRole("region", { name: "People" });
  const rows = people.getByRole("listitem");
  await expect(rows.nth(0)).toContainText(/Mika Kallio.*hosts Bo.*you/s);
  await expect(rows.nth(1)).toContainText(/Noor Haddad.*hosts Ada.*here/s);
  await expect(rows.nth(2)).toContainText(/Sam.*away/s);
  await expect(people).toContainText("1 more is here");
  const cast = page.getByRole("region", { name: "Cast" });
  await expect(cast).toContainText("on Noor Haddad's computer");
  await expect(cast).toContainText("on this device");
  await expect(page.locator(".room-sub")).toContainText("3 people, 2 here");
  const answer = page.getByRole("article", { name: /^Ada, AI persona/ });
  await expect(answer).toHaveAccessibleName(/hosted by Noor Haddad's computer/);
});

test("what is written without a connection waits in its order, and becomes a message in place", async ({ page }) => {
  await openScene(page, "shared-offline", ROOM);
  const box = page.getByRole("textbox", { name: "Message" });
  await box.fill("And save me a tomato.");
  await page.keyboard.press("Enter");
  const waiting = page.locator('article[data-waiting="true"]');
  await expect(waiting).toHaveCount(3);
  await expect(waiting.first()).toHaveAccessibleName(/waiting to be sent/);
  await expect(waiting.last()).toContainText("And save me a tomato.");
  const first = await waiting.first().elementHandle();
  await page.evaluate(() => {
    const room = fixture.rooms.get("ORgzX2Jzb9sZtQ1k3v0a9w");
    if (room?.shared === undefined) return;
    room.shared = { ...room.shared, link: { phase: "live" }, present: ["dv_own"] };
    const [sent, ...rest] = room.unsent;
    room.unsent = rest;
    room.say(sent?.text ?? "", [], 0);
    fixture.publish();
  });
  await expect(waiting).toHaveCount(2);
  expect(await first?.evaluate((row) => row.isConnected && row.dataset["waiting"])).toBe("false");
  await expect(page.getByRole("log").getByText("I am on the train")).toHaveCount(1);
});

test("a loss is told once, counts down, and can be tried at once", async ({ page }) => {
  await openScene(page, "shared", ROOM);
  await page.evaluate(() => {
    const spoken: string[] = [];
    Object.assign(globalThis, { spoken });
    const status = document.querySelector(".room-foot > [role=status]");
    if (status === null) throw new Error("There is no status in the foot");
    new MutationObserver(() => spoken.push(status.textContent)).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    Object.assign(globalThis, {
      link(phase: "offline" | "connecting" | "live", retryMs = 0) {
        const room = fixture.rooms.get("ORgzX2Jzb9sZtQ1k3v0a9w");
        if (room?.shared === undefined) return;
        const link = phase === "offline" ? { phase, reason: "unreachable", retryMs } : { phase };
        room.shared = { ...room.shared, link };
        fixture.publish();
      },
    });
  });
  const link = (phase: string, retryMs = 0) =>
    page.evaluate(
      ([to, ms]) =>
        (globalThis as unknown as { link(phase: string, ms: number): void }).link(to, ms),
      [phase, retryMs] as const,
    );
  await link("offline", 5_000);
  const foot = page.locator(".room-foot");
  await expect(foot).toContainText("Trying again in 3 s");
  await expect(foot).toContainText("Trying again in 2 s");
  await expect(page.locator(".room-sub")).toContainText("Offline");
  await link("connecting");
  await expect(foot).toContainText("Trying again now");
  await link("offline", 60_000);
  await expect(foot).toContainText("Trying again in 60 s");
  await foot.getByRole("button", { name: "Try now" }).click();
  expect(await page.evaluate(() => fixture.sent.at(-1)?.kind)).toBe("reconnect");
  await link("connecting");
  await link("live");
  await expect(foot.getByRole("button", { name: "Try now" })).toHaveCount(0);
  const spoken = () => page.evaluate(() => (globalThis as { spoken?: string[] }).spoken);
  await expect.poll(async () => (await spoken())?.filter((text) => text !== "")).toEqual([
    "The room's server cannot be reached. What you write is kept and sent when you are back.",
    "Connected again. Everything is up to date.",
  ]);
});

test("a loss that passes at once is said in the header alone", async ({ page }) => {
  await page.clock.install();
  await openScene(page, "shared", ROOM);
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
  await page.evaluate(() => {
    const room = fixture.rooms.get("ORgzX2Jzb9sZtQ1k3v0a9w");
    if (room?.shared === undefined) return;
    const link = { phase: "offline", reason: "unreachable", retryMs: 9_000 } as const;
    room.shared = { ...room.shared, link };
    fixture.publish();
  });
  await expect(page.locator(".room-sub")).toContainText("Offline");
  const banner = page.locator(".room-foot .link-note");
  await page.clock.runFor(1_000);
  await expect(banner).toHaveCount(0);
  await page.clock.runFor(1_000);
  await expect(banner).toContainText("cannot be reached");
});

test("who came to read has no box, no name and nothing to change", async ({ page }) => {
  await openScene(page, "shared-reader", ROOM);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByText("You are reading along.")).toBeVisible();
  await expect(page.getByRole("textbox")).toHaveCount(0);
  for (
    const name of ["Edit", "Rewind to here", "Again", "Add persona", "Edit Ada", "Address Ada"]
  ) {
    await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
  }
  await page.getByRole("button", { name: "Invite people" }).first().click();
  await expect(page.getByRole("dialog")).toContainText("for reading too");
  await expect(page.getByRole("radio")).toHaveCount(0);
});
