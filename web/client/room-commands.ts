/**
 * Commands about rooms: each becomes entries of a room's log. Any tab may run them (D30).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY97  In a shared room a command is done when its entry is durable in the outbox, whether or
 *         not the relay can be reached; who may only read appends nothing.
 *   SY157 In a room that moved only who goes along says anything, and it goes along.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  type DeviceOffer,
  foundingEntries,
  type RoomFeed,
  type RoomFeeds,
} from "#shared/hosting/mod.ts";
import { findAddressed } from "#shared/personas/mod.ts";
import type { IdSource, NewEntry, StorageError } from "#shared/ports/mod.ts";
import {
  type Card,
  loreChars,
  PIN_RULES_MIN,
  protocolLimits as limits,
  type Recipe,
  type RoomEvent,
} from "#shared/protocol/mod.ts";
import { type Message, PRESENCE_RULES, recipeRules, type RoomState } from "#shared/room/mod.ts";
import type { ImageDraftRows } from "../adapters/idb-image-drafts.ts";
import type { RoomIndex } from "../adapters/idb-room-index.ts";
import type { AppCommand, CommandDone, CommandError } from "./app-client.ts";
import type { PeerCommand } from "./peer-status.ts";
import type { SharedCommand } from "./shared/shared-command.ts";

export type RoomCommand = Exclude<
  AppCommand,
  PeerCommand | SharedCommand | {
    readonly kind:
      | "open-room"
      | "read-earlier"
      | "close-room"
      | "set-name"
      | "dismiss-problem"
      | "delete-room"
      | "hold-room"
      | "check-endpoint";
  }
>;

export interface RoomCommandDeps {
  readonly ids: IdSource;
  readonly feeds: RoomFeeds;
  readonly index: RoomIndex;
  readonly imageDrafts: () => ImageDraftRows;
  /** What this device offers, as far as this tab knows. */
  readonly offer: () => DeviceOffer;
  /** What a person may do in a shared room; undefined for a local one. */
  readonly accessOf: (roomId: string) => "write" | "read" | undefined;
  /** Queues an entry for a shared room. */
  readonly queue: (
    row: { readonly roomId: string; readonly entry: NewEntry },
    signal: AbortSignal,
  ) => Promise<Result<void, StorageError>>;
}

type SayCommand = Extract<AppCommand, { readonly kind: "say" }>;

export type RoomAnswer = Result<CommandDone, CommandError>;

const encoder = new TextEncoder();
const done: RoomAnswer = ok({ kind: "done" });

/** Resolves when the effect is durable. Aborting cancels the wait. */
export async function runRoomCommand(
  deps: RoomCommandDeps,
  command: RoomCommand,
  signal: AbortSignal,
): Promise<RoomAnswer> {
  if (command.kind === "create-room") return await createRoom(deps, command, signal);
  if (command.kind === "import-room") {
    return await (await import("./import-room.ts")).importRoom(deps, command, signal);
  }
  if (command.kind === "branch-room") return await branch(deps, command, signal);
  const feed = deps.feeds.get(command.roomId);
  if (feed === undefined) return err({ kind: "not-found", what: "room" });
  const state = feed.state();
  const access = deps.accessOf(command.roomId);
  if (state.readerOnly !== undefined || access === "read") return err({ kind: "room-read-only" });
  const { closed } = state;
  if (closed !== undefined) { // SY157
    const goesAlong = closed.boxes.some(({ device }) => device === feed.device);
    if (command.kind !== "say" || !goesAlong) return err({ kind: "room-moved" });
  }
  const isLocal = access === undefined;
  const append = isLocal ? appendTo(feed, signal) : queueFor(deps, feed, signal); // SY97
  switch (command.kind) {
    case "say":
      return await say(deps, command, state, append, signal);
    case "edit": {
      const text = checkText(command.text);
      if (!text.ok) return text;
      return await append({ kind: "edit", of: command.of, text: text.value });
    }
    case "rewind":
      return await rewind(command.to, state, feed, append, signal);
    case "restore":
    case "pin": {
      const { runTalkCommand } = await import("./talk-commands.ts");
      return await runTalkCommand(command, state, () => feed.whole(signal), append);
    }
    case "put-persona":
      return await putPersona(deps, command, state, append);
    case "remove-persona": {
      const persona = state.personas.get(command.persona);
      if (persona === undefined) return err({ kind: "not-found", what: "persona" });
      const { id, card, requirement, hosts } = persona;
      const change = { persona: id, card, requirement, hosts, removed: true };
      return await append({ kind: "persona", ...change });
    }
    case "rename-room": {
      const name = command.name.trim();
      if (name === "" || name.length > limits.nameCharsMax) {
        return err({ kind: "card-invalid", field: "name" });
      }
      const renamed = await append({ kind: "name", name });
      if (renamed.ok) await deps.index.rename(command.roomId, name, signal);
      return renamed;
    }
    case "set-recipe":
      return await setRecipe(command.recipe, state, append);
    case "set-knowledge":
      return await setKnowledge(command.knowledge, state, append);
    case "stop":
      return await append({ kind: "stop", scope: command.scope });
    case "again":
      return await append({ kind: "again", turn: command.turn, persona: command.persona });
    case "pick": {
      const { turn, persona, attempt } = command;
      return await append({ kind: "pick", turn, persona, attempt });
    }
  }
}

async function branch(
  deps: RoomCommandDeps,
  command: Extract<RoomCommand, { readonly kind: "branch-room" }>,
  signal: AbortSignal,
): Promise<RoomAnswer> {
  return await (await import("./branch-room.ts")).branchRoom(deps, command, signal);
}

type Append = (event: RoomEvent, id?: string) => Promise<RoomAnswer>;

function appendTo(feed: RoomFeed, signal: AbortSignal): Append {
  return async (event, id) => {
    const appended = await feed.append(event, signal, id);
    return appended.ok ? done : err(appended.error);
  };
}

function queueFor(deps: RoomCommandDeps, feed: RoomFeed, signal: AbortSignal): Append {
  return async (body, id = deps.ids.next("en")) => {
    const { roomId, device } = feed;
    const queued = await deps.queue({ roomId, entry: { id, device, body } }, signal);
    return queued.ok ? done : queued;
  };
}

/** Images first (RM54). */
async function say(
  { imageDrafts }: RoomCommandDeps,
  { roomId, id, text, addressed, replyTo, attachments = [] }: SayCommand,
  state: RoomState,
  append: Append,
  signal: AbortSignal,
): Promise<RoomAnswer> {
  const hasImages = attachments.length > 0;
  const checked = hasImages && text.trim() === "" ? ok("") : checkText(text);
  if (!checked.ok) return checked;
  const all = addressedBy(state, text, addressed);
  const event = { kind: "say", text: checked.value, addressed: all, replyTo } as const;
  if (!hasImages) return await append(event, id);
  const { offerImages } = await import("./images/image-commands.ts");
  const given = { drafts: imageDrafts(), state, append };
  const images = await offerImages(given, roomId, attachments, signal);
  return images.ok ? await append({ ...event, images: images.value }, id) : images;
}

async function rewind(
  to: number,
  state: RoomState,
  feed: RoomFeed,
  append: Append,
  signal: AbortSignal,
): Promise<RoomAnswer> {
  const isShown = (message: Message): boolean => !message.aside;
  const expect = (state.messages.findLast(isShown) ??
    (await feed.whole(signal)).messages.findLast(isShown))?.seq;
  if (expect === undefined) return err({ kind: "not-found", what: "message" });
  // So that it can be taken back (RM65).
  return await raised(PIN_RULES_MIN, state, append, { kind: "rewind", to, expect });
}

async function createRoom(
  deps: RoomCommandDeps,
  command: Extract<AppCommand, { kind: "create-room" }>,
  signal: AbortSignal,
): Promise<RoomAnswer> {
  for (const { card } of command.personas) {
    const checked = checkCard(card);
    if (!checked.ok) return checked;
  }
  const roomId = deps.ids.next("rm");
  const name = command.name.trim().slice(0, limits.nameCharsMax) || "Room";
  const personas = command.personas.map((one) => ({ ...one, id: deps.ids.next("ps") }));
  const entries = foundingEntries(roomId, name, command.recipe, personas, deps.offer());
  const created = await deps.index.create({ roomId, name }, entries, signal);
  return created.ok ? ok({ kind: "room-created", roomId }) : err(created.error);
}

async function setRecipe(recipe: Recipe, state: RoomState, append: Append): Promise<RoomAnswer> {
  return await raised(recipeRules[recipe.kind].rulesMin, state, append, { kind: "recipe", recipe });
}

async function setKnowledge(
  scope: "everyone" | "present",
  state: RoomState,
  append: Append,
): Promise<RoomAnswer> {
  return await raised(PRESENCE_RULES, state, append, { kind: "knowledge", scope });
}

/** Raises the room's rules first where the event needs it (RM38, RM40). */
async function raised(
  rulesMin: number,
  state: RoomState,
  append: Append,
  event: RoomEvent,
): Promise<RoomAnswer> {
  if (state.rules < rulesMin) {
    const done = await append({ kind: "rules", rules: rulesMin });
    if (!done.ok) return done;
  }
  return await append(event);
}

async function putPersona(
  deps: RoomCommandDeps,
  command: Extract<AppCommand, { kind: "put-persona" }>,
  state: RoomState,
  append: Append,
): Promise<RoomAnswer> {
  const checked = checkCard(command.card);
  if (!checked.ok) return checked;
  const { card, requirement } = command;
  const known = command.persona === undefined ? undefined : state.personas.get(command.persona);
  if (command.persona !== undefined && known === undefined) {
    return err({ kind: "not-found", what: "persona" });
  }
  const persona = known?.id ?? deps.ids.next("ps");
  const hosts = known?.hosts ?? "any";
  const put = await append({ kind: "persona", persona, card, requirement, hosts, removed: false });
  return put.ok ? ok({ kind: "persona-put", persona }) : put;
}

function checkText(text: string): Result<string, CommandError> {
  if (text.trim() === "") return err({ kind: "text-empty" });
  const bytes = encoder.encode(text).length;
  const bytesMax = limits.textBytesMax;
  return bytes > bytesMax ? err({ kind: "text-too-long", bytes, bytesMax }) : ok(text);
}

/** Names the first field that the protocol would refuse. */
function checkCard(card: Card): Result<void, CommandError> {
  const charsMaxByField = {
    name: limits.nameCharsMax,
    gist: limits.gistCharsMax,
    description: limits.descriptionCharsMax,
    greeting: limits.greetingCharsMax,
  } as const;
  if (card.name.trim() === "") return err({ kind: "card-invalid", field: "name" });
  for (const field of ["name", "gist", "description", "greeting"] as const) {
    if (card[field].length > charsMaxByField[field]) return err({ kind: "card-invalid", field });
  }
  const lore = card.lore?.entries ?? [];
  if (lore.length > limits.loreEntriesMax || loreChars(lore) > limits.loreCharsMax) {
    return err({ kind: "card-invalid", field: "lore" });
  }
  return Number.isSafeInteger(card.hue) && card.hue >= 0 && card.hue <= 359
    ? ok(undefined)
    : err({ kind: "card-invalid", field: "hue" });
}

/** Who was picked with @ and who is called by name in the text (PL7), each once, in cast order. */
function addressedBy(
  state: RoomState,
  text: string,
  picked: readonly string[],
): readonly string[] {
  const cast = [...state.personas.values()].filter((persona) => !persona.removed);
  const called = findAddressed(text, cast.map(({ id, card }) => ({ id, name: card.name })));
  return cast.map(({ id }) => id).filter((id) => picked.includes(id) || called.includes(id));
}
