/** What the parts of one open room share: its state, and what the reader has open in it. */

import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { RoomState } from "#shared/room/mod.ts";
import type { RoomView } from "../../client/app-client.ts";
import type { Handover } from "../app-handover.ts";
import type { Connection } from "./connection/connection.ts";

/** A thing that opened over the room. */
export type Opened =
  | { readonly kind: "why"; readonly turn: number; readonly persona: string }
  | { readonly kind: "rewind"; readonly to: number }
  | {
    readonly kind: "persona";
    readonly persona: string | undefined;
    /** A card that was handed in for a new one. */
    readonly card?: Handover | undefined;
  }
  /** How a persona of this device, or a helper of hers, works. */
  | { readonly kind: "session"; readonly session: string }
  /** A new room with the talk up to this message. */
  | { readonly kind: "branch"; readonly seq: number }
  | { readonly kind: "recipe" }
  | { readonly kind: "room" }
  | { readonly kind: "invite" }
  /** What is known of a person's device. */
  | { readonly kind: "device"; readonly device: string }
  /** Moves the room without this device. */
  | { readonly kind: "move"; readonly device: string }
  | { readonly kind: "side" };

export interface RoomUi {
  readonly roomId: string;
  readonly view: ReadonlySignal<RoomView>;
  readonly state: ReadonlySignal<RoomState>;
  /** This person's device in this room. */
  readonly ownDevice: ReadonlySignal<string>;
  /** False for who came with a link for reading. */
  readonly canWrite: ReadonlySignal<boolean>;
  readonly connection: ReadonlySignal<Connection>;
  /** Own message being edited; kept here so that scrolling away does not lose the text. */
  readonly editing: Signal<{ readonly seq: number; readonly text: string } | undefined>;
  readonly opened: Signal<Opened | undefined>;
  readonly openAsides: Signal<ReadonlySet<string>>;
  /** A persona whose name the composer should put into the draft. */
  readonly mention: Signal<string | undefined>;
  /** Key of a row that the log should bring into sight. */
  readonly goal: Signal<string | undefined>;
  /** Keys that own messages have had since before they were sent, by seq (unsent-rows.ts). */
  readonly sentKeys: Signal<ReadonlyMap<number, string>>;
  /** The message that the draft answers. */
  readonly replying: Signal<number | undefined>;
  /** Words that the composer should take for its draft, such as an opener of an empty room. */
  readonly draftText: Signal<string | undefined>;
}

export const RoomContext = createContext<RoomUi | undefined>(undefined);

export function useRoom(): RoomUi {
  const room = useContext(RoomContext);
  if (room === undefined) throw new Error("Cannot draw a part of a room outside a room");
  return room;
}
