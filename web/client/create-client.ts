/**
 * The client of one tab: boots storage, follows the rooms, leads when it is this tab's turn, and
 * shows it all as one snapshot (app-client.ts).
 *
 * Owns the composition and the way of a command. Does not own rooms (tab-rooms), leading
 * (tab-leader) or words.
 */

import { createLatch, err, ok, type Result } from "#shared/base/mod.ts";
import type { DeviceOffer } from "#shared/hosting/mod.ts";
import type { PeerStore, StorageError } from "#shared/ports/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { protocolLimits } from "#shared/protocol/mod.ts";
import type { AppClient, AppCommand } from "./app-client.ts";
import type { ClientDeps } from "./client-deps.ts";
import { createImageClient } from "./images/image-client.ts";
import { createLateLeader } from "./late-leader.ts";
import { createLateTyped, type LateTyped } from "./late-typed.ts";
import { createLeadWait, type LeadWait } from "./lead-wait.ts";
import { clientLimits } from "./limits.ts";
import { isPeerCommand, type PeerAnswer, type PeerStatus } from "./peer-status.ts";
import { type RoomCommand, runRoomCommand } from "./room-commands.ts";
import { isSharedCommand } from "./shared/shared-kinds.ts";
import { isSent } from "./shared/shared-log.ts";
import { openSessionWatch } from "./sessions/session-view.ts";
import { type AttemptKey, createStreamHub } from "./stream-hub.ts";
import { createTabContext, emptyStatus, type TabContext } from "./tab-context.ts";
import type { TabLeader } from "./tab-leader.ts";
import { createTabRooms, type TabRooms } from "./tab-rooms.ts";

/** The parts of one client, as its functions need them. */
interface Tab {
  readonly deps: ClientDeps;
  readonly context: TabContext;
  readonly rooms: TabRooms;
  readonly leader: TabLeader;
  readonly leadWait: LeadWait;
  readonly lateTyped: LateTyped;
  readonly status: () => PeerStatus;
  readonly onStatus: (observer: () => void) => Disposable;
  /** The room went on as another one. */
  readonly follow: (roomId: string) => void;
}

const done: PeerAnswer = ok({ kind: "done" });

/** Boots in the background: `snapshot` says how far it is. */
export function createClient(deps: ClientDeps): AppClient {
  const closing = new AbortController();
  const context = createTabContext(deps, closing.signal);
  const movedTo = (roomId: string) => context.snapshot.peek().movedRooms.get(roomId);
  const hub = createStreamHub();
  let status: PeerStatus = emptyStatus(deps.starter);
  const leader = createLateLeader({
    ...{ clock: deps.clock, limits: clientLimits, signal: closing.signal },
    async load() {
      const { createTabLeader } = await import("./tab-leader.ts");
      return createTabLeader({ client: deps, context, rooms: () => rooms, hub });
    },
    onProblem: (error) => context.report({ kind: "internal", detail: String(error) }, "background"),
  });
  const rooms = createTabRooms({
    ...deps,
    context,
    running: () => status.running,
    textOf: ({ roomId, turn, persona, attempt }) =>
      hub.textOf(roomId, turn, persona, attempt).peek(),
    links: () => status.links,
    onClosed: (roomId) => tab.follow(roomId),
    onMoved(from) { // Those of before are carried at the end of the boot.
      if (context.snapshot.peek().boot.phase === "ready") lateTyped.carry(from);
    },
    onRoom: (roomId, change) =>
      change === "added" ? leader.peer()?.addRoom(roomId) : leader.peer()?.dropRoom(roomId),
  });
  const lateTyped = createLateTyped({
    ...{ ...deps, movedTo, storage: context.storage, signal: closing.signal },
    ...{ openRoomId: () => rooms.openRoomId(), relist: () => rooms.list() },
  });
  const statusObservers = new Set<() => void>();
  const tab: Tab = {
    deps,
    context,
    rooms,
    leader,
    leadWait: createLeadWait({ clock: deps.clock, limits: clientLimits }),
    lateTyped,
    follow: createFollower(() => tab),
    status: () => status,
    onStatus(observer) {
      const own = (): void => observer();
      statusObservers.add(own);
      return { [Symbol.dispose]: () => void statusObservers.delete(own) };
    },
  };

  deps.tabs.subscribe({
    onStream(frame) {
      if (hub.apply(frame)) rooms.show();
    },
    onStatus(next) {
      status = next;
      hub.keepOnly(next.running, (one) => isOpen(rooms.feeds.get(one.roomId)?.state(), one));
      const { engine, facts, models, modelHost, endpoints, downloads, asks, services } = next;
      const ofModels = { engine, facts, models, modelHost, endpoints, downloads };
      context.patch({ ...ofModels, asks, services, answering: next.running.length > 0 });
      rooms.onStatus();
      for (const observer of [...statusObservers]) observer();
    },
  });
  const online = deps.online.subscribe(() => retryLinks(tab));
  // Owned by the client: its end is a phase of `boot`.
  void boot(tab).catch((error: unknown) => {
    if (closing.signal.aborted) return;
    const failed: StorageError = { kind: "storage-failed", detail: String(error) };
    context.patch({ boot: { phase: "failed", error: failed } });
  });

  return {
    snapshot: context.snapshot,
    streamText: hub.textOf,
    send: (command) => answerCommand(tab, command),
    newMessageId: () => deps.ids.next("msg"),
    lookInto(roomId) {
      const feed = rooms.feeds.get(roomId);
      if (feed?.isCaughtUp() !== true) return undefined;
      const link = status.links.find((one) => one.roomId === roomId)?.link;
      return { state: feed.state(), device: feed.device, link };
    },
    async authorOf(roomId, seq) {
      const read = await context.storage().logOf(roomId).read(seq - 1, 1, closing.signal);
      return read.ok ? read.value.find((entry) => entry.seq === seq)?.device : undefined;
    },
    images: createImageClient({
      ...{ ids: deps.ids, movedTo, signal: closing.signal, storage: context.storage },
      blobsOf: (roomId) => rooms.feeds.get(roomId)?.state().blobs ?? [],
      inFlight: () => deps.unsent.left().flatMap(({ attachments }) => attachments ?? []),
      onKept: lateTyped.carry,
    }),
    usable: context.usable,
    markUsable: () => tab.leadWait.want(),
    watchSession: (roomId, session) =>
      openSessionWatch(watchDeps(deps), roomId, session, closing.signal),
    openSearch: () => deps.openSearch(),
    readCard: deps.readCard,
    logLines: () => deps.logLines(),
    async rescueText() {
      try {
        return await deps.rescueText(closing.signal);
      } catch (error) { // The code for it did not come.
        return err({ kind: "storage-failed", detail: String(error) });
      }
    },
    ...lateTyped.client,
    async close() {
      online[Symbol.dispose]();
      await leader.close();
      closing.abort("client closes");
      await rooms.feeds.close("client closes");
      deps.tabs.close();
    },
  };
}

const watchDeps = (deps: ClientDeps) => ({
  ...deps,
  watches: deps.tabs.watches,
  limits: clientLimits,
});

async function boot(tab: Tab): Promise<void> {
  const { deps, context, rooms, leader } = tab;
  const booted = await deps.bootStorage(context.signal);
  if (!booted.ok) {
    context.usable.value = true;
    return context.patch({ boot: { phase: "failed", error: booted.error } });
  }
  const { storage, device, dataLoss } = booted.value;
  const kept = await deps.typed.attach(storage.typed, context.signal); // SY102
  context.setStorage(storage);
  context.patch({ device });
  if (dataLoss !== undefined) {
    context.report({ kind: "storage-lost", detail: dataLoss }, "background");
  }
  booted.value.watchLoss((error) => context.report(error, "background")); // SY265
  if (!kept.ok) context.report(kept.error, "background");
  await rooms.list();
  context.patch({ boot: { phase: "ready" } });
  for (const say of deps.unsent.left()) { // SY40
    if (await isSent(context, say, context.signal)) { // SY99
      deps.unsent.forget(say.id);
      continue;
    }
    const answer = await answerCommand(tab, say);
    if (!answer.ok) context.report(answer.error, "say");
  }
  // Owned by the client's signal: a list that cannot be read is reported by `list` itself.
  storage.index.subscribe(() => void rooms.list().catch(() => undefined));
  await tab.leadWait.wait(context.signal);
  context.usable.value = true;
  leader.start();
  // Owned by the client's signal; what it does not finish is found again at the next start.
  void import("./room-deletion.ts").then(({ finishDeletions }) => finishDeletions(tab))
    .catch(() => undefined);
  for (const feed of rooms.feeds.all()) {
    if (feed.state().closed !== undefined) tab.follow(feed.roomId);
  }
  for (const from of context.snapshot.peek().movedRooms.keys()) tab.lateTyped.carry(from);
}

/** Actor shell of commands: a screen gets an answer whatever happened, and shows it. */
async function answerCommand(tab: Tab, command: AppCommand): Promise<PeerAnswer> {
  // In the same task as the clearing of the draft (SY40).
  if (command.kind === "say") tab.deps.unsent.keep(command);
  try {
    if (command.kind === "say") await tab.deps.typed.flush(); // SY103
    const answer = await runCommand(tab, command);
    if (command.kind === "say") {
      tab.deps.unsent.forget(command.id);
      if (answer.ok) await forgetImages(tab, command);
    }
    return answer;
  } catch (error) {
    return err({ kind: "storage-failed", detail: String(error) });
  }
}

async function runCommand(tab: Tab, command: AppCommand): Promise<PeerAnswer> {
  const { deps, context, rooms } = tab;
  if (command.kind === "dismiss-problem") {
    const problems = context.snapshot.peek().problems.filter(({ id }) => id !== command.id);
    context.patch({ problems });
    return done;
  }
  if (context.snapshot.peek().boot.phase !== "ready" && command.kind !== "open-room") {
    return err({ kind: "storage-failed", detail: "not ready" });
  }
  if (command.kind === "open-room") {
    await rooms.open(command.roomId);
    return done;
  }
  if (command.kind === "read-earlier") {
    const feed = rooms.feeds.get(command.roomId);
    if (feed === undefined) return err({ kind: "not-found", what: "room" });
    await feed.whole(context.signal);
    await untilShownWhole(context, command.roomId);
    return done;
  }
  if (command.kind === "close-room") {
    rooms.close(command.roomId);
    tab.lateTyped.carry(command.roomId);
    return done;
  }
  if (isPeerCommand(command)) {
    tab.leadWait.want();
    const sent = await deps.tabs.send(command, context.signal);
    return sent.ok ? sent.value : sent;
  }
  if (command.kind === "check-endpoint") {
    const { checkEndpoint } = await import("./endpoints/check-endpoint.ts");
    const check = await checkEndpoint(command.draft, deps.clock, context.signal);
    return ok({ kind: "endpoint-checked", check });
  }
  if (command.kind === "set-name") return await setName(tab, command.name);
  if (command.kind === "hold-room" || command.kind === "delete-room") {
    const { runDeletion } = await import("./room-deletion.ts");
    return await runDeletion(tab, command);
  }
  if (isSharedCommand(command)) {
    tab.leadWait.want();
    const { runSharedCommand } = await import("./shared/run-shared-command.ts");
    return await runSharedCommand({ ...tab, offer: () => offerOf(tab) }, command, context.signal);
  }
  const given = {
    ids: deps.ids,
    feeds: rooms.feeds,
    index: context.storage().index,
    imageDrafts: () => context.storage().imageDrafts,
    offer: () => offerOf(tab),
    accessOf: (roomId: string) => context.shared.get(roomId)?.access,
    queue: (row: QueuedRow, signal: AbortSignal) => queueRow(tab, row, signal),
  };
  const run = (now: RoomCommand) => runRoomCommand(given, now, context.signal);
  const answered = await (command.kind === "say" ? tab.lateTyped.say(command, run) : run(command));
  if (answered.ok && answered.value.kind === "room-created") await rooms.list();
  return answered;
}

/** What is unsent is paired with the state that is shown, which comes a little later (SY95). */
async function untilShownWhole({ snapshot, signal }: TabContext, roomId: string): Promise<void> {
  const isPartial = (): boolean => {
    const state = snapshot.peek().room?.state;
    return state?.roomId === roomId && state.earlier !== undefined;
  };
  const bell = createLatch();
  const stop = snapshot.subscribe(() => bell.ring());
  try {
    while (isPartial()) await bell.wait(signal);
  } finally {
    stop();
  }
}

type QueuedRow = Parameters<PeerStore["addOutbox"]>[0];

/** SY154: another tab may have followed the room while this row was on its way. */
async function queueRow(
  tab: Tab,
  row: QueuedRow,
  signal: AbortSignal,
): Promise<Result<void, StorageError>> {
  const { index, store } = tab.context.storage();
  const added = await store.addOutbox(row, signal);
  const room = added.ok ? await index.get(row.roomId, signal) : added;
  if (!room.ok) return room;
  if (room.value?.movedTo !== undefined) {
    await answerCommand(tab, { kind: "follow-room", roomId: row.roomId });
  }
  return ok(undefined);
}

/** Follows once, and again when asked after a failure; who is left out stays (SY153). */
function createFollower(tab: () => Tab): (roomId: string) => void {
  const under = new Set<string>();
  return (roomId) => {
    const { context, rooms } = tab();
    if (under.has(roomId) || context.snapshot.peek().boot.phase !== "ready") return;
    under.add(roomId);
    // Owned by the client: its answer is kept, and it ends with the client's signal.
    void answerCommand(tab(), { kind: "follow-room", roomId }).then((answer) => {
      if (answer.ok || answer.error.kind === "left-out") return;
      if (answer.error.kind === "move-box-void") return rooms.markDeadEnd(roomId); // SY166
      under.delete(roomId);
      context.report(answer.error, "background");
    });
  };
}

/** After its message is forgotten: a page that dies between shows them as attached (RM53). */
async function forgetImages(
  { context }: Tab,
  { roomId, attachments = [] }: Extract<AppCommand, { readonly kind: "say" }>,
): Promise<void> {
  if (attachments.length === 0) return;
  const { imageDrafts } = context.storage();
  const to = context.snapshot.peek().movedRooms.get(roomId); // They went along meanwhile.
  for (const room of to === undefined ? [roomId] : [roomId, to]) {
    await imageDrafts.remove(room, attachments, context.signal);
  }
}

async function setName({ context, leader }: Tab, given: string): Promise<PeerAnswer> {
  const name = given.trim();
  if (name === "" || name.length > protocolLimits.nameCharsMax) {
    return err({ kind: "card-invalid", field: "name" });
  }
  const saved = await context.storage().saveName(name, context.signal);
  if (!saved.ok) return saved;
  context.patch({ device: { ...context.snapshot.peek().device, name } });
  leader.peer()?.wake();
  return done;
}

/** The leader has the connections; another tab asks it for that of the room it shows. */
function retryLinks({ deps, context, rooms, leader }: Tab): void {
  const peer = leader.peer();
  if (peer !== undefined) return peer.retryLinks();
  const roomId = rooms.openRoomId();
  if (roomId === undefined || context.shared.get(roomId) === undefined) return;
  // Owned by the client's signal; an answer is not waited for.
  void deps.tabs.send({ kind: "reconnect", roomId }, context.signal).catch(() => undefined);
}

/** Whether an attempt waits for its settlement, whoever hosts it. */
function isOpen(state: RoomState | undefined, one: AttemptKey): boolean {
  const entry = state?.turns.get(one.turn)?.entries.find(({ persona }) => persona === one.persona);
  return entry?.attempt === one.attempt && entry.settled === undefined;
}

/** What this device offers, as far as this tab knows: enough to found a room with hosts. */
function offerOf({ deps, context, status }: Tab): DeviceOffer {
  const { device } = context.snapshot.peek();
  const { engine, lanes } = status();
  return {
    device: device.id,
    name: device.name,
    hostsForOthers: true,
    lanes: lanes !== undefined && lanes.length > 0 ? lanes : [{
      engine: deps.starter.engine,
      modelId: engine.modelId || deps.starter.id,
      lane: engine.phase === "ready" ? engine.lane : "unknown",
      contextTokens: deps.starter.contextTokens,
      slots: 1,
      replyTokensMax: deps.starter.replyTokensMax,
    }],
  };
}
