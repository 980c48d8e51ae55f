/** What a screen reader hears of a room in which several personas answer at once. */

import type { Page } from "@playwright/test";
import { heardSoFar, listenAnew, recordSpeech } from "../support/heard.ts";
import { expect, openScene, test } from "./ui/ui-test.ts";

const GARDEN = "#/room/rm_garden";
const NAMES = ["Ada", "Bo", "Cleo", "Dara"];

/** Everything the browser hands to screen readers: role and name of each node, in order. */
async function readTree(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes.filter(({ ignored }) => !ignored)
    .map(({ role, name }) => `${role?.value ?? ""}: ${name?.value ?? ""}`);
}

/** A question that four personas begin to answer in the same moment. */
async function askFour(page: Page): Promise<void> {
  await recordSpeech(page);
  await openScene(page, "room", GARDEN);
  await page.getByRole("status", { name: "New messages" }).waitFor({ state: "attached" });
  await page.evaluate(() => {
    fixture.pace = Infinity;
    const room = fixture.rooms.get("rm_garden");
    room?.addPersona("pe_dara", { ...room.state.personas.get("pe_ada")!.card, name: "Dara" });
    fixture.publish();
  });
  await page.getByRole("textbox", { name: "Message", exact: true }).fill("And in winter?");
  await page.keyboard.press("Enter");
  await page.locator("article", { hasText: "And in winter?" }).waitFor();
}

/** Lets `name` have said `text` so far; `isDone` ends the answer. */
async function speak(page: Page, name: string, text: string, isDone = false): Promise<void> {
  await page.evaluate(([who, words, done]) => {
    const persona = `pe_${who.toLowerCase()}`;
    const room = fixture.rooms.get("rm_garden");
    const turn = room?.state.messages.findLast(({ kind }) => kind === "person")?.turn ?? 0;
    if (room === undefined) return;
    if (done) {
      room.running = room.running.filter((one) => one.persona !== persona);
      room.reply(turn, persona, words, 10);
      fixture.publish();
    } else {
      fixture.run("rm_garden", { turn, persona, attempt: 0, phase: "speaking" }, words);
    }
  }, [name, text, isDone] as const);
  // What was drawn of it is drawn, and what is said of it is said.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
}

const answerOf = (name: string): readonly string[] => [
  `${name} waits for the frost.`,
  `Then ${name} covers the bed.`,
  `In March ${name} uncovers it.`,
];

/** All four, a few characters each in turn; then they end in another order than they began. */
async function speakTogether(page: Page): Promise<void> {
  const length = answerOf("Dara").join(" ").length;
  for (let count = 6; count < length; count += 9) {
    for (const name of NAMES) await speak(page, name, answerOf(name).join(" ").slice(0, count));
  }
  for (const name of ["Cleo", "Ada", "Dara", "Bo"]) {
    await speak(page, name, answerOf(name).join(" "), true);
  }
}

test("[SY236] [SY238] four that answer at once are heard one by one, whole, once and by name", async ({ page }) => {
  await askFour(page);
  expect(await heardSoFar(page)).toEqual([]);
  await speakTogether(page);
  const whole = ["Cleo", "Ada", "Dara", "Bo"]
    .map((name) => `${name} says: ${answerOf(name).join(" ")}`);
  expect(await heardSoFar(page)).toEqual(whole);
  // Scrolling takes rows out of the page and brings them back: nothing is said of that.
  const log = page.getByRole("log");
  await log.evaluate((box) => box.scrollTo(0, 0));
  await page.getByText("Morning, all.").first().waitFor();
  await page.getByRole("button", { name: /Jump to newest|new message/ }).click();
  await page.locator('article[data-persona="pe_dara"]').last().waitFor();
  expect(await heardSoFar(page)).toEqual(whole);
  // Nor of what was said before the room was opened.
  await page.getByRole("link", { name: /Night school/ }).click();
  await page.getByRole("heading", { name: "Night school" }).waitFor();
  await page.getByRole("link", { name: /Garden plans/ }).click();
  await page.getByRole("status", { name: "New messages" }).waitFor({ state: "attached" });
  expect(await heardSoFar(page)).toEqual(whole);
  await page.reload();
  await page.getByRole("status", { name: "New messages" }).waitFor({ state: "attached" });
  expect(await heardSoFar(page)).toEqual([]);
});

test("[SY237] sentence by sentence one has the floor, and the others are heard after", async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem("conclave.speech", "sentences"));
  await askFour(page);
  await speakTogether(page);
  const [first = "", second = "", third = ""] = answerOf("Ada");
  const heard = await heardSoFar(page);
  expect(heard.slice(0, 2)).toEqual([`Ada says: ${first}`, second]);
  // Cleo ended while Ada had the floor, and is heard whole when Ada is done.
  expect(heard.slice(2, 4)).toEqual([third, `Cleo says: ${answerOf("Cleo").join(" ")}`]);
  expect(heard.join(" ")).toBe(
    [`Ada says: ${answerOf("Ada").join(" ")}`]
      .concat(["Cleo", "Bo", "Dara"].map((name) => `${name} says: ${answerOf(name).join(" ")}`))
      .join(" "),
  );
});

test("the tree for screen readers names who streams, as busy and outside what is read", async ({ page }) => {
  await askFour(page);
  for (const name of NAMES) await speak(page, name, `${name} waits for the fr`);
  const tree = await readTree(page);
  const articles = tree.filter((node) => node.startsWith("article: "));
  expect(articles.slice(-5)).toEqual([
    expect.stringMatching(/^article: You, /),
    ...NAMES.map((name) => `article: ${name}, AI persona, is answering`),
  ]);
  expect(tree).toContain("log: Conversation");
  for (const name of NAMES) {
    expect(tree.filter((node) => node.endsWith(`: ${name} waits for the fr`)).length)
      .toBeGreaterThan(0);
    await expect(page.getByRole("article", { name: `${name}, AI persona, is answering` }))
      .toHaveAttribute("aria-busy", "true");
  }
  await expect(page.getByRole("log")).toHaveAttribute("aria-live", "off");
  expect(await heardSoFar(page)).toEqual([]);
  await listenAnew(page);
  await speak(page, "Bo", "Bo waits for the frost.", true);
  expect(await heardSoFar(page)).toEqual(["Bo says: Bo waits for the frost."]);
  const settled = (await readTree(page)).filter((node) => node.startsWith("article: Bo, AI"));
  expect(settled.at(-1)).toMatch(/^article: Bo, AI persona, .*hosted by this device$/);
});
