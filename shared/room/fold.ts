/**
 * The fold: RoomState is a pure function of the log's prefix.
 *
 * Owns the meaning of every event. Does not own time, signatures (checked before an entry gets
 * here) or hosting; nothing happens in it because time passes, only at the next entry (D19).
 *
 * Rules (shared/SPEC.md, section RM):
 *   RM1   Two peers with the same prefix have the same state, however the entries were batched.
 *   RM2   Room time never steps back.
 *   RM3   The first valid settlement of (turn, persona, attempt) counts; every other is ignored.
 *   RM4   A settlement counts only from the holder of the assignment it cites.
 *   RM5   What is unsettled ten minutes of room time after it opened settles `deferred{stale}`.
 *   RM6   What nobody present can host settles `deferred{no-host}`, without an author.
 *   RM7   A stop settles what is unsettled in its scope; a reply ordered before it stands.
 *   RM8   A fully settled turn with a reply opens at most one follow-up, to the recipe's depth,
 *         never after a stop or a newer message of a person.
 *   RM9   An entry that breaks a rule changes nothing but the list of ignored entries.
 *   RM13  Another attempt opens only after the last one settled; the newest reply is shown unless
 *         picked.
 *   RM14  Only its author edits a message; editing the newest sets its answers aside and asks
 *         again.
 *   RM15  A rewind whose author had not seen the newest message changes nothing.
 *   RM16  An unknown event or a higher rules number makes this client a reader, never a different
 *         fold.
 *   RM23  The newest two checkpoints are remembered with their makers, and who disputes them; one
 *         that covers itself, or a dispute of an unknown one, is ignored.
 *   RM37  A vote counts only in a turn that asks for one, and nothing is said in such a turn; a
 *         turn of the choice follows it, also when the vote failed, and when a newer message came
 *         unless the older vote merged into a newer one.
 *   RM38  A recipe that needs higher rules than the room has is ignored: clients of the room's
 *         rules could not read it.
 *   RM46  A blob, and the images of a message, count in a room of rules 3; below, a blob is ignored
 *         and a message counts without them, as older clients read it.
 *   RM47  An image of a message is found at its author's newest blob of that hash before it.
 *   RM48  A state holds places of images and no bytes: those of its messages, and the newest 64
 *         blobs.
 *   RM58  The first `closed` of a device of the room closes it: what is open settles as stopped,
 *         assignments end, and of what is ordered after it only `left`, checkpoints and disputes
 *         count; every other entry is ignored as `room-closed`.
 *   RM59  A `closed` by a device that the room does not know, one that leads to the room itself or
 *         that begins behind itself, is ignored.
 *   RM61  Who a room left behind is known by name and none of its people, until it says its name
 *         again; a beginning that knows of such in a room of rules below 4 is ignored.
 *   RM63  One of the newest 200 messages that is not set aside is pinned for everybody, at most 32
 *         in the order in which they were pinned; one more, and any pin in a room of rules below 5,
 *         is ignored.
 *   RM65  The newest rewind is taken back while nothing was said behind it: what it set aside is
 *         as before, and what was set aside earlier stays so; in a room of rules below 5 never.
 *         Half an answer that it stopped is set aside with the rest, and comes back with it.
 *   RM17  A persona is assigned only while nobody holds her, to a device that announced a fitting
 *         lane.
 */

import { assert, unreachable } from "../base/assert.ts";
import { toRoomMs } from "../base/brands.ts";
import type { LogEntry } from "../ports/room-log.ts";
import { decodeRoomEvent } from "../protocol/decode-event.ts";
import {
  GONE_RULES_MIN,
  PIN_RULES_MIN,
  type Recipe,
  type RoomEvent,
  RULES_NUMBER,
  SEQUENCER,
} from "../protocol/events.ts";
import { createDraft, type Draft, type EntryContext, ignore } from "./draft.ts";
import {
  foldAnnounce,
  foldAssign,
  foldDevice,
  foldLeft,
  foldPersona,
  foldRelease,
} from "./fold-members.ts";
import { foldBlob } from "./fold-blobs.ts";
import { countsWhenClosed, foldClosed } from "./fold-closed.ts";
import { foldPin } from "./fold-pins.ts";
import { foldEdit, foldRestore, foldRewind, foldSay } from "./fold-talk.ts";
import {
  foldAgain,
  foldPartial,
  foldPick,
  foldSettle,
  foldStop,
  settleHostless,
  settleStale,
} from "./fold-turns.ts";
import { stateFromBeginning } from "./import-state.ts";
import { roomLimits } from "./limits.ts";
import { foldKnowledge, PRESENCE_RULES } from "./presence.ts";
import { recipeRules } from "./recipes/recipe-rules.ts";
import type { RoomState } from "./room-state.ts";

/** Folds `entries`, which must follow `state.head` without a gap. `state` itself stays valid. */
export function foldEntries(state: RoomState, entries: readonly LogEntry[]): RoomState {
  if (entries.length === 0) return state;
  const draft = createDraft(state);
  for (const entry of entries) foldOne(draft, entry);
  return draft;
}

function foldOne(draft: Draft, entry: LogEntry): void {
  assert(entry.seq === draft.head + 1, `Cannot fold entry ${entry.seq}: the head is ${draft.head}`);
  const at = toRoomMs(Math.max(draft.at, entry.ts)); // RM2
  draft.head = entry.seq;
  draft.at = at;
  const context = { seq: entry.seq, at, device: entry.device };
  settleStale(draft, context); // RM5
  const decoded = decodeRoomEvent(entry.body);
  if (decoded.ok) {
    foldEvent(draft, context, decoded.value);
  } else if (decoded.error.kind === "event-unknown") {
    draft.readerOnly ??= "event-unknown"; // RM16
    ignore(draft, entry.seq, "event-unknown");
  } else {
    ignore(draft, entry.seq, `malformed: ${decoded.error.path}`); // RM9
  }
  settleHostless(draft, context); // RM6
}

function foldEvent(draft: Draft, context: EntryContext, event: RoomEvent): void {
  if (draft.roomId === "" && event.kind !== "genesis" && event.kind !== "part") {
    return ignore(draft, context.seq, "no-genesis");
  }
  if (draft.closed !== undefined && !countsWhenClosed.has(event.kind)) {
    return ignore(draft, context.seq, "room-closed"); // RM58
  }
  switch (event.kind) {
    case "genesis":
      return foldGenesis(draft, context, event);
    case "device":
      return foldDevice(draft, context, event);
    case "announce":
      return foldAnnounce(draft, context, event);
    case "left":
      return context.device === SEQUENCER
        ? foldLeft(draft, context, event)
        : ignore(draft, context.seq, "not-the-orderer");
    case "persona":
      return foldPersona(draft, context, event);
    case "assign":
      return foldAssign(draft, context, event);
    case "release":
      return foldRelease(draft, context, event);
    case "say":
      return foldSay(draft, context, event);
    case "blob":
      return foldBlob(draft, context, event);
    case "settle":
      return foldSettle(draft, context, event);
    case "partial":
      return foldPartial(draft, context, event);
    case "stop":
      return foldStop(draft, context, event.scope);
    case "again":
      return foldAgain(draft, context, event);
    case "pick":
      return foldPick(draft, context, event);
    case "edit":
      return foldEdit(draft, context, event);
    case "rewind":
      return foldRewind(draft, context, event);
    case "restore":
      return foldRestore(draft, context, event);
    case "pin":
      return foldPin(draft, context, event);
    case "recipe":
      return foldRecipe(draft, context, event.recipe);
    case "knowledge":
      return foldKnowledge(draft, context, event.scope);
    case "name":
      draft.name = event.name;
      return;
    case "rules":
      return foldRules(draft, event.rules);
    case "checkpoint":
      return foldCheckpoint(draft, context, event);
    case "dispute":
      return foldDispute(draft, context, event);
    case "closed":
      return foldClosed(draft, context, event);
    case "part":
      return;
    case "refused":
      return ignore(draft, context.seq, event.reason);
    default:
      return unreachable(event);
  }
}

function foldGenesis(
  draft: Draft,
  context: EntryContext,
  event: Extract<RoomEvent, { kind: "genesis" }>,
): void {
  if (draft.roomId !== "") return ignore(draft, context.seq, "genesis-again");
  if (event.rules < recipeRules[event.recipe.kind].rulesMin) {
    return ignore(draft, context.seq, "rules-older"); // RM38
  }
  if (event.checkpoint !== undefined) {
    const begun = stateFromBeginning(event.checkpoint);
    if (begun.ok && begun.value.presence !== undefined && event.rules < PRESENCE_RULES) {
      return ignore(draft, context.seq, "rules-older"); // RM40
    }
    if (begun.ok && begun.value.pins !== undefined && event.rules < PIN_RULES_MIN) {
      return ignore(draft, context.seq, "rules-older"); // RM63
    }
    const isGone = begun.ok && [...begun.value.devices.values()].some(({ gone }) => gone);
    if (isGone && event.rules < GONE_RULES_MIN) return ignore(draft, context.seq, "rules-older");
    if (begun.ok) {
      const { head, at } = draft;
      Object.assign(draft, createDraft(begun.value), { head, at, importedBy: context.device });
    } else {
      ignore(draft, context.seq, `checkpoint-malformed: ${begun.error.detail}`); // RM20
    }
  }
  draft.roomId = event.roomId;
  draft.name = event.name;
  draft.recipe = event.recipe;
  foldRules(draft, event.rules);
}

/** A client of lower rules could not read it, so that it would fold differently (RM38). */
function foldRecipe(draft: Draft, context: EntryContext, recipe: Recipe): void {
  if (draft.rules < recipeRules[recipe.kind].rulesMin) {
    return ignore(draft, context.seq, "rules-older");
  }
  draft.recipe = recipe;
}

function foldRules(draft: Draft, rules: number): void {
  draft.rules = Math.max(draft.rules, rules);
  if (rules > RULES_NUMBER) draft.readerOnly = "rules-newer"; // RM16
}

function foldCheckpoint(
  draft: Draft,
  context: EntryContext,
  event: Extract<RoomEvent, { kind: "checkpoint" }>,
): void {
  if (event.covers >= context.seq) return ignore(draft, context.seq, "checkpoint-ahead"); // RM23
  if (!draft.devices.has(context.device)) return ignore(draft, context.seq, "device-unknown");
  const { covers, stateHash } = event;
  draft.checkpoints = [
    ...draft.checkpoints,
    { seq: context.seq, covers, stateHash, device: context.device, disputedBy: [] },
  ].slice(-roomLimits.checkpointsMax);
}

/** Says that another device folded something else: for people to see, nothing is decided by it. */
function foldDispute(
  draft: Draft,
  context: EntryContext,
  { checkpoint, stateHash }: Extract<RoomEvent, { kind: "dispute" }>,
): void {
  const { device } = context;
  const disputed = draft.checkpoints.find((one) => one.seq === checkpoint);
  if (disputed === undefined || !draft.devices.has(device)) {
    return ignore(draft, context.seq, "checkpoint-unknown");
  }
  if (disputed.stateHash === stateHash || disputed.disputedBy.includes(device)) {
    return ignore(draft, context.seq, "dispute-void");
  }
  const disputedBy = [...disputed.disputedBy, device];
  draft.checkpoints = draft.checkpoints.map((one) =>
    one.seq === checkpoint ? { ...one, disputedBy } : one
  );
}
