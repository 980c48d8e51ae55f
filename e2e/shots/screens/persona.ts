/** The persona's dialog and the look into her session. */

import type { Page } from "@playwright/test";
import type { Screen } from "../screen.ts";
import { chooseFile, GARDEN, openFromCast, press, SHARED } from "../steps.ts";

const WORK = "#/room/rm_work";

export const personaScreens: readonly Screen[] = [
  { name: "persona-new", scene: "room", hash: GARDEN, show: openNew },
  { name: "persona-incomplete", scene: "room", hash: GARDEN, show: saveIncomplete },
  { name: "persona-edit", scene: "room", hash: GARDEN, show: openEdit },
  { name: "persona-import", scene: "room", hash: GARDEN, show: importCard },
  { name: "persona-import-refused", scene: "room", hash: GARDEN, show: refuseCard },
  { name: "persona-not-owner", scene: "shared", hash: SHARED, show: openEdit },
  { name: "persona-remove", scene: "room", hash: GARDEN, show: askToRemove },
  { name: "session-asks-in-room", scene: "session", hash: WORK },
  { name: "session-log", scene: "session", hash: WORK, show: openSession },
  { name: "session-work", scene: "session", hash: WORK, show: openTab("Work") },
  { name: "session-memory", scene: "session", hash: WORK, show: openTab("Remembers") },
  { name: "session-rules", scene: "session", hash: WORK, show: openTab("May use") },
  { name: "session-helpers", scene: "session", hash: WORK, show: openTab("Helpers") },
  { name: "session-rewind", scene: "session", hash: WORK, show: askToRewind },
  { name: "session-empty", scene: "session-empty", hash: WORK, show: openSession },
  { name: "session-missing", scene: "session-missing", hash: WORK, show: openSession },
  { name: "session-long", scene: "session-long", hash: WORK, show: openSession },
];

const CARD = {
  spec: "chara_card_v3",
  spec_version: "3.0",
  data: {
    name: "Dov Ash",
    nickname: "Dov",
    description: "{{char}} is a night watchman who hums. He knows {{user}} by the steps.",
    personality: "Patient, dry, awake.",
    scenario: "A quiet yard behind the theatre.",
    first_mes: "Who goes there?",
    mes_example: "",
    system_prompt: "",
    post_history_instructions: "",
    creator_notes: "<b>Best at night.</b>",
    alternate_greetings: ["Halt!"],
    group_only_greetings: [],
    tags: [],
    creator: "",
    character_version: "",
    assets: [{ type: "icon", uri: "https://elsewhere.example/icon.png", name: "main", ext: "png" }],
    extensions: { regex_scripts: [{ findRegex: "(a+)+$" }], fav: true },
    character_book: {
      extensions: {},
      entries: [
        {
          ...{ keys: ["lamp"], content: "The lamp is out since Tuesday.", enabled: true },
          ...{ insertion_order: 1, extensions: {} },
        },
      ],
    },
  },
};

async function openNew(page: Page): Promise<void> {
  const dialog = await openFromCast(page, "Add persona");
  await dialog.getByRole("button", { name: "Import a card" }).waitFor();
}

async function saveIncomplete(page: Page): Promise<void> {
  await openNew(page);
  await press(page, "Add to the cast");
}

async function openEdit(page: Page): Promise<void> {
  await openFromCast(page, "Edit Ada");
}

async function importCard(page: Page): Promise<void> {
  await openNew(page);
  const dialog = page.getByRole("dialog").last();
  const button = dialog.getByRole("button", { name: "Import a card" });
  await chooseFile(page, button, "dov.json", JSON.stringify(CARD));
  await dialog.getByText("Read Dov from dov.json.").waitFor();
}

async function refuseCard(page: Page): Promise<void> {
  await openNew(page);
  const dialog = page.getByRole("dialog").last();
  await chooseFile(page, dialog.getByRole("button", { name: "Import a card" }), "dov.png", "no");
  await dialog.locator(".bad").first().waitFor();
}

async function askToRemove(page: Page): Promise<void> {
  await openEdit(page);
  await press(page, "Remove from the room");
}

async function openSession(page: Page): Promise<void> {
  await openFromCast(page, "How Ada works");
}

async function askToRewind(page: Page): Promise<void> {
  await openSession(page);
  await page.getByRole("group", { name: "Actions", exact: true })
    .getByRole("button", { name: "Rewind" }).click();
  await page.getByRole("dialog", { name: "Rewind Ada" }).waitFor();
}

function openTab(name: string): (page: Page) => Promise<void> {
  return async (page) => {
    await openSession(page);
    await page.getByRole("dialog").getByRole("tab", { name }).click();
  };
}
