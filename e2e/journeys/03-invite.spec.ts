import { checkAxe, expect, test } from "../support/fixtures.ts";
import {
  expectSettledOnce,
  readEntries,
  say,
  settledRows,
  startRoom,
  untilSettled,
} from "../support/room.ts";
import { addPersona, joinRoom, saidTexts, shareAndCopyLink } from "../support/shared-room.ts";

test("journey 3: invite, history, presence, both directions, personas of both answer both", async ({ page, openVisitor }) => {
  await startRoom(page);
  await say(page, "We were here before anybody came");
  await untilSettled(page, 2);
  const link = await shareAndCopyLink(page);
  expect(new URL(link).hash).toMatch(/^#w=1\.[A-Za-z0-9_-]{43}/);
  expect(page.url()).not.toContain("w=1");

  const visitor = await openVisitor();
  await joinRoom(visitor, link, "Noor");
  expect(visitor.url()).not.toContain("w=1");
  await expect(visitor.getByText("We were here before anybody came").first()).toBeVisible();
  for (const one of [page, visitor]) {
    await expect(one.getByText("2 people").first()).toBeVisible();
  }

  await say(visitor, "Hello from the other browser");
  await expect(page.getByText("Hello from the other browser").first()).toBeVisible();
  // Ada and Bo think on the first browser and answer the second.
  await untilSettled(visitor, 4);
  await addPersona(visitor, "Dov");
  await expect(page.getByRole("region", { name: "Cast" })).toContainText("Dov");
  await expect(page.getByRole("region", { name: "Cast" })).toContainText("on Noor's computer");
  await expect(visitor.getByRole("region", { name: "Cast" })).toContainText("on Mika's computer");

  await say(page, "Who is here now?");
  // Three personas on two devices answer.
  for (const one of [page, visitor]) await untilSettled(one, 7);
  const entries = await readEntries(visitor);
  expectSettledOnce(entries);
  const hosts = new Set(
    entries.filter(({ body }) => body.kind === "settle").map(({ device }) => device),
  );
  expect(hosts.size).toBe(2);
  expect(await saidTexts(page)).toEqual(await saidTexts(visitor));
  await expect(settledRows(page, ["failed", "deferred"])).toHaveCount(0);
  await checkAxe(page);
  await checkAxe(visitor);
  // The founder comes back to his room without a word of trouble.
  await page.reload();
  await expect(page.getByText("2 people, 2 here").first()).toBeVisible();
  await expect(page.getByText("Reading the list of models")).toHaveCount(0);
});

test("journey 3: a link with another key opens nothing and says so", async ({ page, openVisitor }) => {
  await startRoom(page);
  const link = await shareAndCopyLink(page);
  const visitor = await openVisitor();
  const swapped = link.endsWith("A") ? "B" : "A";
  await visitor.goto(link.slice(0, -3) + swapped + link.slice(-2));
  await visitor.getByLabel("The name others will see").fill("Eve");
  await visitor.getByRole("button", { name: "Join", exact: true }).click();
  await expect(visitor.getByText(/Waiting for the room/).first()).toBeVisible();
  await expect(visitor.getByText("The garden room")).toHaveCount(0);
  expect((await saidTexts(visitor)).length).toBe(0);
});
