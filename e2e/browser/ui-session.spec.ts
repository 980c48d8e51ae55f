/** How a persona works: her session's screen, and what she asks a person for in the room. */

import type { Locator, Page } from "@playwright/test";
import type { SessionCall, SessionEvent, SessionRefusal } from "#shared/session/mod.ts";
import { expect, openScene, test } from "./ui/ui-test.ts";

const ROOM = "#/room/rm_work";
const ADA = "pe_ada";

async function openSession(page: Page, scene = "session"): Promise<Locator> {
  await openScene(page, scene, ROOM);
  const button = page.getByRole("button", { name: "How Ada works" });
  const side = page.getByRole("button", { name: "Cast and turn" });
  if (await side.isVisible()) await side.click();
  await button.focus();
  await button.click();
  const dialog = page.getByRole("dialog", { name: "How Ada works" });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** The newest request that changes something. */
async function lastCall(page: Page, method: SessionCall["method"]): Promise<SessionCall> {
  const call = await page.evaluate(
    (wanted) => fixture.sessions.asked.findLast((one) => one.call.method === wanted)?.call,
    method,
  );
  if (call === undefined) throw new Error(`No request of method ${method}`);
  return call;
}

async function emit(page: Page, event: SessionEvent): Promise<void> {
  await page.evaluate(
    ([session, one]) => fixture.sessions.emit(session, one),
    [
      ADA,
      event,
    ] as const,
  );
}

async function refuseNext(page: Page, refusal: SessionRefusal): Promise<void> {
  await page.evaluate((one) => {
    fixture.sessions.refuse = one;
  }, refusal);
}

test("what she is, does and may do is said first, and what was done changes it", async ({ page }) => {
  const dialog = await openSession(page);
  await expect(dialog.getByText("Working · A private question, writing")).toBeVisible();
  await expect(dialog.locator(".insp-facts")).toContainText("Starter · CPU");
  await expect(dialog.locator(".insp-facts")).toContainText(
    "Search the room, Remember something, and Start a helper",
  );
  await dialog.getByRole("button", { name: "Pause" }).click();
  await expect(dialog.getByText("Paused · Takes on nothing new until you resume it."))
    .toBeVisible();
  await expect(dialog.locator("[data-told]")).toHaveText(/What it was doing is kept/);
  await dialog.getByRole("button", { name: "Resume" }).click();
  await expect(dialog.getByText("Idle · Nothing to do right now.")).toBeVisible();
  await dialog.getByRole("button", { name: "Shorten" }).click();
  await expect(dialog.locator("[data-told]")).toContainText("220 tokens instead of 1,840");
});

test("every refusal is told in words, and nothing else changes", async ({ page }) => {
  const dialog = await openSession(page);
  await refuseNext(page, { kind: "compaction-ineffective", tokens: 400, tokensMax: 300 });
  await dialog.getByRole("button", { name: "Shorten" }).click();
  await expect(dialog.locator('[data-told="bad"]')).toContainText("400 of at most 300 tokens");
  await refuseNext(page, { kind: "not-running" });
  await dialog.getByRole("button", { name: "Stop run" }).click();
  await expect(dialog.locator('[data-told="bad"]')).toHaveText(/Nothing is running/);
  await expect(dialog.locator(".insp-status")).toHaveAttribute("data-status", "running");
  await dialog.getByRole("button", { name: "Dismiss" }).click();
  await expect(dialog.locator("[data-told]")).toHaveCount(0);
});

test("the log says in plain words what happened, and grows while it is read", async ({ page }) => {
  const dialog = await openSession(page);
  const log = dialog.getByRole("log", { name: "Log of Ada" });
  await expect(log.locator('[data-line="flow"]')).toContainText("Noor mentioned a cold frame");
  await emit(page, {
    kind: "delta",
    runId: "run_4",
    block: 0,
    of: "text",
    offset: 62,
    text: " the first frost.",
  });
  await expect(log.locator('[data-line="flow"]')).toContainText("her before the first frost.");
  await page.evaluate((session) => {
    fixture.sessions.append(session, { kind: "said", runId: "run_4", text: "Ask Noor." });
  }, ADA);
  await expect(log.locator('[data-line="flow"]')).toHaveCount(0);
  await expect(log.locator('[data-line="words"]').last()).toContainText("Ask Noor.");
  await log.evaluate((box) => box.scrollTo({ top: 0 }));
  const call = log.locator('[data-line="call"]').first();
  await expect(call).toContainText("Used a tool: Search the room");
  await expect(call.getByText("dropped plants")).toBeHidden();
  await call.getByText("With which words").click();
  await expect(call.getByText("dropped plants")).toBeVisible();
  const aside = log.locator('[data-line="aside"]');
  await expect(aside).toContainText("1 entry set aside by a rewind");
  await expect(log.getByText("Set this aside.")).toHaveCount(0);
  await aside.getByRole("button", { name: "Show" }).click();
  await expect(log.getByText("Set this aside.")).toBeVisible();
});

test("older entries are read page by page, up to what was cleared away", async ({ page }) => {
  const dialog = await openSession(page);
  const log = dialog.getByRole("log", { name: "Log of Ada" });
  const total = await page.evaluate((session) => {
    const { length } = fixture.sessions.snapshot(session).entries;
    fixture.sessions.keepNewest(session, 4, 3);
    return length;
  }, ADA);
  const more = log.getByRole("button", { name: "Show older entries" });
  for (let left = total - 4 - 3; left > 0; left -= 8) {
    await log.evaluate((box) => box.scrollTo({ top: 0 }));
    await more.click();
  }
  await log.evaluate((box) => box.scrollTo({ top: 0 }));
  await more.click();
  await expect(log.getByText("What came before was cleared away")).toBeVisible();
  await expect(more).toHaveCount(0);
  // What comes meanwhile leaves no gap.
  await page.evaluate((session) => {
    fixture.sessions.append(session, { kind: "said", runId: "run_4", text: "Ask Noor." });
  }, ADA);
  await expect(log.getByText("What came before was cleared away")).toBeVisible();
});

test("what was said in the room leads to the message there", async ({ page }) => {
  const dialog = await openSession(page);
  const log = dialog.getByRole("log");
  await log.evaluate((box) => box.scrollTo({ top: 0 }));
  await log.getByRole("button", { name: "Go to the message" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator(`article[data-persona="${ADA}"]`)).toBeFocused();
});

test("ten thousand entries are a screenful of elements, from the newest to the oldest", async ({ page }) => {
  const dialog = await openSession(page, "session-long");
  const log = dialog.getByRole("log");
  await expect(log.getByText("Question 2499")).toBeVisible();
  expect(await log.locator(".row").count()).toBeLessThan(120);
  await log.evaluate((box) => box.scrollTo({ top: 0 }));
  await expect(log.getByText("Question 0", { exact: true })).toBeVisible();
  expect(await log.locator(".row").count()).toBeLessThan(120);
  await dialog.getByRole("button", { name: "Jump to newest" }).click();
  await expect(log.getByText("Question 2499")).toBeVisible();
});

test("a private question and a note go to her alone; a refused one is still in the box", async ({ page }) => {
  const dialog = await openSession(page);
  const box = dialog.getByRole("textbox", { name: "Private question to Ada" });
  await refuseNext(page, { kind: "ledger-full", scope: "persona", entriesMax: 64 });
  await box.fill("Where is the spade?");
  await box.press("Enter");
  await expect(dialog.locator('[data-told="bad"]')).toContainText("at most 64");
  await expect(box).toHaveValue("Where is the spade?");
  await box.press("Enter");
  await expect(dialog.locator('[data-told="done"]')).toContainText("Asked.");
  await expect(box).toHaveValue("");
  expect(await lastCall(page, "run")).toMatchObject({ text: "Where is the spade?" });
  await dialog.getByText("Leave a note").click();
  await dialog.getByRole("checkbox", { name: "Wake it to read this now" }).check();
  const note = dialog.getByRole("textbox", { name: "Note to Ada" });
  await note.fill("Noor is back.");
  await dialog.getByRole("button", { name: "Leave it" }).click();
  await expect(dialog.locator('[data-told="done"]')).toContainText("woken");
  expect(await lastCall(page, "notify")).toMatchObject({ text: "Noor is back.", autoRun: true });
});

test("a rewind says what it cannot take back and gives the words back", async ({ page }) => {
  const dialog = await openSession(page);
  const open = dialog.getByRole("group", { name: "Actions", exact: true })
    .getByRole("button", { name: "Rewind" });
  await open.click();
  const rewind = page.getByRole("dialog", { name: "Rewind Ada" });
  await expect(rewind.getByRole("radio")).toHaveCount(2);
  await expect(rewind.getByText("Search the room ran after it")).toBeVisible();
  const confirm = rewind.getByRole("button", { name: "Set aside from here" });
  await expect(confirm).toBeDisabled();
  await rewind.getByRole("radio").first().check();
  await refuseNext(page, { kind: "head-moved", head: 30 });
  // The list is read first, and that is not refused.
  await confirm.click();
  await expect(dialog.locator('[data-told="bad"]')).toContainText("The log went on meanwhile");
  await open.click();
  await rewind.getByRole("radio").first().check();
  await confirm.click();
  expect(await lastCall(page, "rewind")).toEqual({ method: "rewind", to: 16, expectHead: 26 });
  await expect(dialog.getByRole("textbox", { name: "Private question to Ada" })).toHaveValue(
    "Ask around about frost, please.",
  );
  await expect(dialog.getByText(/entries set aside by a rewind/)).toBeVisible();
});

test("a permission is asked for in the room and ends wherever it is answered", async ({ page }) => {
  await openScene(page, "session", ROOM);
  const ask = page.getByRole("region", { name: "Ada asks for permission" });
  await expect(ask).toContainText("Ada wants to use Remember something with these words:");
  await expect(ask).toContainText("Noor lends the cold frame from October on.");
  await expect(page.getByRole("textbox", { name: "Message" })).toBeFocused();
  await ask.getByRole("button", { name: "Allow once" }).click();
  expect(await lastCall(page, "answer-permission")).toMatchObject({
    callId: "c9",
    decision: "allow",
  });
  await expect(ask).toHaveCount(0);
  const again = { callId: "c10", tool: "remember", args: {}, askedAt: 1 as never };
  await emit(page, { kind: "ask", ask: again });
  await expect(ask).toContainText("without any words");
  await refuseNext(page, { kind: "call-unknown", callId: "c10" });
  await ask.getByRole("button", { name: "Do not allow" }).click();
  await expect(ask.getByRole("alert")).toHaveText("This was answered or ended elsewhere.");
  await emit(page, { kind: "ask-over", callId: "c10" });
  await expect(ask).toHaveCount(0);
});

test("every line that she remembers is in the person's hands", async ({ page }) => {
  const dialog = await openSession(page);
  await dialog.getByRole("tab", { name: "Remembers" }).click();
  const panel = dialog.getByRole("tabpanel");
  const first = panel.locator('[data-note="m1"]');
  await first.getByRole("button", { name: /^Forget/ }).click();
  await expect(first).toHaveCount(0);
  expect(await lastCall(page, "edit-memory")).toMatchObject({ id: "m1" });
  await panel.getByRole("button", { name: "Undo" }).click();
  await expect(first).toContainText("Mika waters twice a week");
  await panel.locator('[data-note="m2"]').getByRole("button", { name: /^Edit/ }).click();
  const edited = panel.getByRole("textbox", { name: "What Ada remembers" });
  await expect(edited).toBeFocused();
  await edited.fill("The wall was repaired in May.");
  await panel.getByRole("button", { name: "Save" }).click();
  await expect(panel.locator('[data-note="m2"]')).toContainText("repaired in May");
  await panel.getByRole("textbox", { name: "Something to remember" }).fill("Bo is shy.");
  await panel.getByRole("button", { name: "Remember this" }).click();
  await expect(panel.getByText("Bo is shy.")).toBeVisible();
});

test("a tool is used never until a person says otherwise, and exact rules stay", async ({ page }) => {
  const dialog = await openSession(page);
  await dialog.getByRole("tab", { name: "May use" }).click();
  const spawn = dialog.getByRole("group", { name: "Start a helper" });
  await expect(spawn.getByRole("radio", { name: "Never" })).toBeChecked();
  const remember = dialog.getByRole("group", { name: "Remember something" });
  await expect(remember.getByRole("radio", { name: "Ask me" })).toBeChecked();
  await expect(remember).toContainText("More exact rules");
  await remember.getByText("Always").click();
  await expect(remember.getByRole("radio", { name: "Always" })).toBeChecked();
  expect(await lastCall(page, "set-tools")).toEqual({
    method: "set-tools",
    rules: [
      { tool: "search_room", decision: "allow" },
      { tool: "remember", matches: "*secret*", decision: "deny" },
      { tool: "remember", decision: "allow" },
    ],
  });
});

test("work shows how far it came and why it ended", async ({ page }) => {
  const dialog = await openSession(page);
  const panel = dialog.getByRole("tabpanel", { name: /Work/ });
  const works = panel.locator("[data-input]");
  await expect(works).toHaveCount(4);
  await expect(works.last()).toContainText("tried several times without success");
  await works.last().getByText("Its way so far").click();
  await expect(works.last()).toContainText("waiting → given up");
  await expect(dialog.getByRole("tab", { name: "Work 2" })).toBeVisible();
});

test("helpers can be seen, opened and stopped, and lead back", async ({ page }) => {
  const dialog = await openSession(page);
  await dialog.getByRole("tab", { name: "Helpers" }).click();
  await dialog.getByRole("button", { name: "Stop: Helper 1 of Ada" }).click();
  await expect(dialog.locator("[data-told]")).toHaveText(/Helper 1 of Ada was stopped/);
  expect(await lastCall(page, "shutdown")).toEqual({ method: "shutdown" });
  await dialog.getByRole("button", { name: "Open: Helper 1 of Ada" }).click();
  const helper = page.getByRole("dialog", { name: "How Helper 1 of Ada works" });
  await expect(helper.getByText("Nothing has happened yet")).toBeVisible();
  await helper.getByRole("button", { name: "Back to Ada" }).click();
  await expect(dialog).toBeVisible();
});

test("the keyboard reaches every part, and closing gives the focus back", async ({ page }) => {
  const dialog = await openSession(page);
  await dialog.getByRole("tab", { name: "Work" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(dialog.getByRole("tab", { name: "Remembers" })).toBeFocused();
  await page.keyboard.press("End");
  await expect(dialog.getByRole("tab", { name: "Helpers" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole("button", { name: "How Ada works" })).toBeFocused();
  expect(await page.evaluate(() => fixture.sessions.watching)).toBe(0);
});

test("a session that is not here says why and what happens next", async ({ page }) => {
  const dialog = await openSession(page, "session-missing");
  await expect(dialog.getByText("Ada does not work here now")).toBeVisible();
  await expect(dialog.getByText(/looks again every few seconds/)).toBeVisible();
});

test("an empty session says what will stand in it", async ({ page }) => {
  const dialog = await openSession(page, "session-empty");
  await expect(dialog.getByText("Nothing has happened yet")).toBeVisible();
  await expect(dialog.getByText("No work yet")).toBeVisible();
});
