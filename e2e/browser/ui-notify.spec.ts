/**
 * Notifications: asked for by hand, one a room, closed when it is read. The drawn rooms run on a
 * recorder in the browser's place; the last test is the real page with its service worker.
 */

import type { Page } from "@playwright/test";
import { say, settledRows, startRoom, untilSettled } from "../support/room.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";
import { test as guarded } from "../support/fixtures.ts";

const ROOM_ID = "ORgzX2Jzb9sZtQ1k3v0a9w";
const NOOR = "kq7mN1xY0cQy2bq3Jt4v5w";

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly silent: boolean;
  isClosed: boolean;
}

declare global {
  var notices: { asked: number; shown: Shown[]; press: (index: number) => void };
}

/** A browser whose person answers `answer` when asked; what it shows is recorded. */
async function recordNotices(
  page: Page,
  permission: NotificationPermission,
  answer: NotificationPermission = "granted",
): Promise<void> {
  await page.addInitScript(([first, next]) => {
    const made: EventTarget[] = [];
    const record = {
      asked: 0,
      shown: [] as Shown[],
      press: (index: number) => void made[index]?.dispatchEvent(new Event("click")),
    };
    class Recorded extends EventTarget {
      // A browser remembers the answer over a reload.
      static permission = sessionStorage.getItem("answered") ?? first;
      static async requestPermission(): Promise<NotificationPermission> {
        record.asked += 1;
        Recorded.permission = next;
        sessionStorage.setItem("answered", next);
        return next;
      }
      readonly #at = record.shown.length;
      constructor(title: string, { body = "", tag = "", silent }: NotificationOptions) {
        super();
        record.shown.push({ title, body, tag, silent: silent === true, isClosed: false });
        made.push(this);
      }
      close(): void {
        const shown = record.shown[this.#at];
        if (shown !== undefined) shown.isClosed = true;
      }
    }
    Object.assign(globalThis, { Notification: Recorded, notices: record });
  }, [permission, answer] as const);
}

/** Somebody writes there: the last `count` lines are unread. */
async function hear(page: Page, text: string, count: number, roomId = ROOM_ID): Promise<void> {
  await page.evaluate(([text, count, roomId, device]) => {
    const room = fixture.rooms.get(roomId);
    if (text !== "") room?.say(text, [], 1_000, device);
    const { rooms } = fixture.snapshot.value;
    const unread = rooms.map((one) => one.roomId === roomId ? { ...one, unread: count } : one);
    fixture.patch({ rooms: unread });
  }, [text, count, roomId, NOOR] as const);
}

const shown = (page: Page) => page.evaluate(() => notices.shown);
const turnOn = (page: Page) => page.getByRole("button", { name: "Turn on notifications" });

/** Noor's and our room, seen from the settings, with notifications on. */
async function openWithNotices(page: Page): Promise<void> {
  await recordNotices(page, "default");
  await openScene(page, "shared", "#/settings");
  await turnOn(page).click();
  await expect(page.getByText("Notifications are on.")).toBeVisible();
}

test("[SY250] nothing is asked at load or by a message, but by the press of the button", async ({ page }) => {
  await recordNotices(page, "default");
  await openScene(page, "shared", "#/settings");
  await hear(page, "Are you there?", 1);
  await expect(page).toHaveTitle(/^\(1\)/);
  expect(await page.evaluate(() => notices)).toMatchObject({ asked: 0, shown: [] });
  const panel = page.getByRole("region", { name: "Notifications" });
  await expect(panel).toContainText("nothing can wake a closed one");
  await expect(panel.getByLabel("Show words in notifications")).toHaveCount(0);
  await turnOn(page).click();
  await expect(panel).toContainText("Notifications are on.");
  expect(await page.evaluate(() => notices.asked)).toBe(1);
  await page.reload();
  await expect(panel).toContainText("Notifications are on.");
  expect(await page.evaluate(() => notices.asked), "asked once").toBe(0);
  await panel.getByRole("button", { name: "Turn off" }).click();
  await expect(turnOn(page)).toBeVisible();
});

test("[SY250] who said no is told how to change it, and who has none why", async ({ page }) => {
  await recordNotices(page, "default", "denied");
  await openScene(page, "shared", "#/settings");
  await turnOn(page).click();
  const panel = page.getByRole("region", { name: "Notifications" });
  await expect(panel).toContainText("allow notifications there, and come back");
  await checkAxe(page);
  await page.addInitScript(() => void Reflect.deleteProperty(globalThis, "Notification"));
  await page.reload();
  await expect(panel).toContainText("This browser does not offer notifications here");
});

test("[SY251, SY252] one notification a room, by name, without words, and closed when it is read", async ({ page }) => {
  await openWithNotices(page);
  await hear(page, "The secret is under the roses.", 1);
  await expect.poll(() => shown(page)).toEqual([{
    title: "Allotment 12",
    body: "New from Noor Haddad",
    tag: `conclave-room-${ROOM_ID}`,
    silent: false,
    isClosed: false,
  }]);
  await hear(page, "Dig there.", 2);
  await expect.poll(async () => (await shown(page)).map(({ silent, tag }) => [silent, tag]))
    .toEqual([[false, `conclave-room-${ROOM_ID}`], [true, `conclave-room-${ROOM_ID}`]]);
  await hear(page, "Mika, did you?", 3);
  await expect.poll(async () => (await shown(page)).at(-1)?.body).toBe("Noor Haddad wrote to you");
  expect((await shown(page)).at(-1)?.silent).toBe(false);
  await page.evaluate(() => notices.press(2));
  await expect(page).toHaveURL(new RegExp(`#/room/${ROOM_ID}$`));
  await hear(page, "", 0);
  await expect.poll(async () => (await shown(page)).at(-1)?.isClosed).toBe(true);
  await page.getByRole("heading", { name: "Allotment 12" }).waitFor();
  await hear(page, "You are looking at it.", 0);
  // Opening a room publishes the drawn list anew, which knows of nothing unread.
  await expect(async () => {
    await hear(page, "", 1);
    await expect(page).toHaveTitle(/^\(1\)/, { timeout: 500 });
  }).toPass();
  expect(await shown(page), "none of a room that is looked at").toHaveLength(3);
});

test("[SY252] words are shown where a person turned that on", async ({ page }) => {
  await openWithNotices(page);
  await page.getByLabel("Show words in notifications").check();
  await expect(page.getByText("on the locked screen too")).toBeVisible();
  await checkAxe(page);
  await hear(page, "The secret is under the roses.", 1);
  await expect.poll(async () => (await shown(page)).map(({ body }) => body))
    .toEqual(["Noor Haddad: The secret is under the roses."]);
});

test("[SY253] a room calls for everything, for my name, or for nothing and is not counted", async ({ page }) => {
  await openWithNotices(page);
  const options = async (level: string): Promise<void> => {
    await page.goto(`/?scene=shared#/room/${ROOM_ID}`);
    await page.getByRole("button", { name: "Room options" }).click();
    const dialog = page.getByRole("dialog", { name: "Room options" });
    await dialog.getByRole("radio", { name: level }).check();
    await checkAxe(page);
    await page.keyboard.press("Escape");
    await page.goto("/?scene=shared#/settings");
  };
  await options("My name");
  await hear(page, "Nobody in particular.", 1);
  await expect(page).toHaveTitle(/^\(1\)/);
  await hear(page, "@Mika Kallio come here", 2);
  await expect.poll(async () => (await shown(page)).map(({ body }) => body))
    .toEqual(["Noor Haddad wrote to you"]);
  await options("Nothing");
  await hear(page, "@Mika Kallio come here", 3);
  await expect(page).toHaveTitle("Settings · Conclave");
  expect(await shown(page)).toHaveLength(1);
});

test("the panel and the room's choice fit a telephone, by day and night", async ({ page }) => {
  await recordNotices(page, "default");
  await page.setViewportSize({ width: 320, height: 700 });
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openScene(page, "shared", "#/settings");
    await expect(turnOn(page)).toBeVisible();
    await checkAxe(page);
    await page.goto(`/?scene=shared#/room/${ROOM_ID}`);
    await page.getByRole("button", { name: "Room options" }).click();
    await expect(turnOn(page)).toBeVisible();
    await checkAxe(page);
    const tooWide = await page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll(".modal")]
        .filter((box) => box.scrollWidth > box.clientWidth).length
    );
    expect(tooWide).toBe(0);
  }
});

guarded.describe("with the service worker", () => {
  guarded.use({ keepsOffline: true, permissions: ["notifications"] });

  guarded(
    "[SY251] the real page shows one, which leads to its room and goes when it is read",
    async ({ page, context }) => {
      await startRoom(page);
      const roomUrl = page.url();
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      await say(page, "What should I plant?");
      await page.goto("/#/settings");
      await turnOn(page).click();
      await expect(page.getByText("Notifications are on.")).toBeVisible();
      const tags = () =>
        page.evaluate(async () => {
          const registration = await navigator.serviceWorker.getRegistration();
          return (await registration?.getNotifications() ?? []).map((
            { title, body },
          ) => [title, body]);
        });
      await expect.poll(tags, { timeout: 60_000 }).toEqual([
        ["The garden room", expect.stringMatching(/^New from (Ada|Bo)/)],
      ]);
      const [worker] = context.serviceWorkers();
      await worker?.evaluate(async () => {
        const scope = globalThis as unknown as {
          readonly registration: ServiceWorkerRegistration;
          readonly dispatchEvent: (event: Event) => boolean;
          readonly NotificationEvent: new (
            kind: string,
            init: { readonly notification: Notification },
          ) => Event;
        };
        const [notification] = await scope.registration.getNotifications();
        if (notification === undefined) throw new Error("No notification is shown");
        scope.dispatchEvent(new scope.NotificationEvent("notificationclick", { notification }));
      });
      await expect(page).toHaveURL(roomUrl);
      await untilSettled(page, 2);
      await expect(settledRows(page).first()).toBeVisible();
      await expect.poll(tags).toEqual([]);
    },
  );
});
