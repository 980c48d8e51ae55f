/**
 * Counts what is unread in the title and on the icon, and notifies of rooms that nobody looks at.
 *
 * Owns the following of the rooms. Comes once the page can be used; decides nothing itself.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY193 What is unread is counted in the page's title and on the installed page's icon.
 *   SY251 A room that is not looked at has at most one notification, for what came since the page
 *         has all of the room; pressed it opens the room, and it goes when the room is read.
 *   SY252 A notification names the room and who wrote; words only where a person turned that on.
 */

import { effect, signal } from "@preact/signals";
import { addEnglish, formatList, t } from "../messages/translate.ts";
import { attention as words } from "../messages/english/attention.ts";
import type { PageCommand, WorkerReport } from "../../pwa/offline-files.ts";
import { dropBidi } from "../text/bidi.ts";
import type { App } from "../app-context.ts";
import { ATTENTION_STORED, isMuted, readAttention } from "./attention.ts";
import { type Call, decideCalls, type Told } from "./decide-calls.ts";
import { followRooms, keepAttention } from "./keep-attention.ts";
import { holdLook, isLookedAt } from "./looked-at.ts";
import { closeNotice, lookAtPermission, showNotice } from "./notifier.ts";
import { readRoomNow } from "./room-now.ts";
import { routeToHash } from "../route.ts";

addEnglish(words);

/** Characters of a message in a notification. */
const WORDS_CHARS_MAX = 160;

/** Runs as long as the page. */
export function startAttention(app: App): void {
  const isVisible = signal(document.visibilityState === "visible");
  document.addEventListener("visibilitychange", () => {
    isVisible.value = document.visibilityState === "visible";
    lookAtPermission();
  });
  addEventListener("storage", ({ key }) => {
    if (key === ATTENTION_STORED) app.attention.value = readAttention();
  });
  followNotices();
  carryAlong(app);
  effect(() => countUnread(app));
  effect(() => {
    const route = app.route.value;
    if (!isVisible.value || route.kind !== "room") return;
    const looking = new AbortController();
    holdLook(route.roomId, looking.signal);
    return () => looking.abort();
  });
  let told: Told = new Map();
  effect(() => {
    const rooms = app.part.rooms.value.map((room) => readRoomNow(app.client, room))
      .filter((room) => room !== undefined);
    const route = app.route.peek();
    const looksAt = (roomId: string): boolean =>
      isVisible.peek() && route.kind === "room" && route.roomId === roomId;
    const decided = decideCalls(told, rooms, app.attention.value, looksAt);
    told = decided.told;
    // One tab of all: the one that leads.
    const isMine = app.part.leader.peek();
    for (const call of decided.calls) if (isMine || call.kind === "close") answer(app, call);
  });
}

/** One after the other: a notification is closed behind its showing. Owned by the page. */
let answering: Promise<void> = Promise.resolve();

function answer(app: App, call: Call): void {
  answering = answering.then(() => carryOut(app, call)).catch((error: unknown) => {
    // A browser that notifies only from a worker, or a worker that is gone: the next may be shown.
    if (error instanceof TypeError || error instanceof DOMException) return;
    reportError(error);
  });
}

async function carryOut(app: App, call: Call): Promise<void> {
  if (call.kind === "close") return await closeNotice(call.roomId);
  if (await isLookedAt(call.roomId)) return;
  const { roomId, room, isLoud } = call;
  await showNotice({ roomId, title: room, body: describeCall(app, call), isLoud });
}

/** SY252 */
function describeCall(app: App, call: Extract<Call, { kind: "show" }>): string {
  const { names, newest, isToMe } = call;
  if (app.attention.peek().showsWords) {
    const text = dropBidi(newest.text).replace(/\s+/g, " ").slice(0, WORDS_CHARS_MAX);
    return t("attention.words", { name: newest.name, text });
  }
  return isToMe
    ? t("attention.to-you", { name: newest.name })
    : t("attention.from", { names: formatList(names) });
}

/** SY193, SY253, SY254 */
function countUnread(app: App): void {
  const attention = app.attention.value;
  const counts = app.part.rooms.value.map((room) => {
    const { roomId, unread } = room;
    if (attention.levels[roomId] === "none" || unread === 0) return 0;
    if (!attention.muted.some((mark) => mark.startsWith(`${roomId}/`))) return unread;
    const heard = readRoomNow(app.client, room)?.unread ?? [];
    return heard.filter(({ author }) => !isMuted(attention, roomId, author)).length;
  });
  const unread = counts.reduce((sum, count) => sum + count, 0);
  app.unread.value = unread;
  // A browser without badges, or one that refuses, shows the count in the title alone.
  navigator.setAppBadge?.(unread).catch(() => undefined);
}

/** SY255: what is gone is forgotten at the next start; a deleted room may come back till then. */
function carryAlong(app: App): void {
  let isFirst = true;
  effect(() => {
    const moved = app.part.movedRooms.value;
    const listed = app.part.rooms.value.map(({ roomId }) => roomId);
    if (listed.length === 0) return; // Not read yet, or nothing to forget for.
    const known = isFirst ? listed : undefined;
    isFirst = false;
    const now = app.attention.peek();
    if (followRooms(now, known, moved) === now) return;
    keepAttention(app.attention, (kept) => followRooms(kept, known, moved));
  });
}

/** A pressed notification leads to its room, in the tab that the service worker chose. */
function followNotices(): void {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener(
    "message",
    ({ data }: MessageEvent<PageCommand | WorkerReport>) => {
      if (data.kind !== "open-room") return;
      location.hash = routeToHash({ kind: "room", roomId: data.roomId });
    },
  );
}
