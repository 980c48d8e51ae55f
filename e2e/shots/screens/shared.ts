/** A room with other people: its connection, its devices, its invitation, its move. */

import type { Page } from "@playwright/test";
import type { Screen } from "../screen.ts";
import { GARDEN, openFromCast, press, SHARED, SHARED_ID, showSide } from "../steps.ts";

const NOOR = "kq7mN1xY0cQy2bq3Jt4v5w";

export const sharedScreens: readonly Screen[] = [
  { name: "shared-room", scene: "shared", hash: SHARED },
  { name: "shared-people", scene: "shared", hash: SHARED, show: showPeople },
  { name: "shared-reader", scene: "shared-reader", hash: SHARED },
  { name: "shared-connecting", scene: "shared-connecting", hash: SHARED },
  { name: "shared-behind", scene: "shared-behind", hash: SHARED },
  { name: "shared-offline", scene: "shared-offline", hash: SHARED },
  { name: "shared-refused", scene: "shared-refused", hash: SHARED },
  { name: "shared-replaced", scene: "shared-replaced", hash: SHARED },
  { name: "shared-version", scene: "shared-version", hash: SHARED },
  { name: "shared-awaited", scene: "shared-awaited", hash: SHARED },
  { name: "shared-host-gone", scene: "hostless", hash: SHARED },
  { name: "shared-host-gone-reader", scene: "hostless-reader", hash: SHARED },
  { name: "shared-fork", scene: "shared", hash: SHARED, show: forkHistory },
  { name: "shared-device", scene: "shared", hash: SHARED, show: openDevice },
  { name: "shared-own-device", scene: "shared", hash: SHARED, show: openOwnDevice },
  { name: "shared-move", scene: "shared", hash: SHARED, show: askToMove },
  { name: "shared-moving", scene: "moving", hash: SHARED },
  { name: "shared-move-unfinished", scene: "unfinished-move", hash: SHARED },
  { name: "shared-left-out", scene: "left-out", hash: SHARED },
  { name: "shared-invite", scene: "shared", hash: SHARED, show: openInvite },
  { name: "shared-invite-link", scene: "shared", hash: SHARED, show: showLink },
  { name: "shared-invite-selected", scene: "shared", hash: SHARED, show: refuseCopy },
  { name: "invite-share", scene: "room", hash: GARDEN, show: openInvite },
  { name: "invite-nameless", scene: "nameless", hash: GARDEN, show: shareNameless },
  { name: "invite-failed", scene: "room", hash: GARDEN, show: refuseSharing },
];

async function showPeople(page: Page): Promise<void> {
  await showSide(page);
  await page.getByRole("region", { name: "People" }).scrollIntoViewIfNeeded();
}

async function forkHistory(page: Page): Promise<void> {
  await page.evaluate(([room = "", noor = ""]) => {
    const found = fixture.rooms.get(room);
    if (found?.shared === undefined) throw new Error("There is no shared room");
    const chains = { mine: "a".repeat(32), theirs: "b".repeat(32) };
    const fork = { device: noor, epochTag: "01234567", agreedSeq: 4, seq: 6, at: 1, ...chains };
    found.shared = { ...found.shared, forks: [fork] };
    fixture.publish();
  }, [SHARED_ID, NOOR]);
  await page.getByRole("alert").waitFor();
}

async function openDevice(page: Page): Promise<void> {
  const dialog = await openFromCast(page, "Noor Haddad: device and safety words");
  await dialog.getByRole("list", { name: "Words to compare" }).waitFor();
}

async function openOwnDevice(page: Page): Promise<void> {
  const dialog = await openFromCast(page, "Mika Kallio: device and safety words");
  await dialog.getByText("This is the device that you use now.").waitFor();
}

async function askToMove(page: Page): Promise<void> {
  await openDevice(page);
  await press(page, /^Move the room without/);
  await page.getByRole("dialog", { name: /Move the room without/ }).waitFor();
}

async function openInvite(page: Page): Promise<void> {
  await press(page, "Invite people");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /Copy link|Share this room/ }).waitFor();
}

async function showLink(page: Page): Promise<void> {
  await openInvite(page);
  await press(page, "Show");
  await page.getByRole("dialog").getByLabel("Invite link").waitFor();
}

async function refuseCopy(page: Page): Promise<void> {
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("not allowed"));
  });
  await openInvite(page);
  await press(page, "Copy link");
  await page.getByRole("textbox", { name: "Text to copy" }).waitFor();
}

async function shareNameless(page: Page): Promise<void> {
  await openInvite(page);
  await press(page, "Share this room");
  await page.getByText("Others need a name for you.").waitFor();
}

async function refuseSharing(page: Page): Promise<void> {
  await openInvite(page);
  await page.evaluate(() => {
    fixture.refuse = { kind: "relay-unreachable" };
  });
  await press(page, "Share this room");
  await page.getByRole("dialog").getByRole("alert").waitFor();
}
