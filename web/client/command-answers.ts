/** What a command of a screen is answered: what was done, or why not. */

import type { EngineError } from "#shared/inference/mod.ts";
import type { AppendError } from "#shared/ports/mod.ts";
import type { SessionReply } from "#shared/session/mod.ts";
import type { EndpointCheck } from "./endpoints/check-endpoint.ts";
import type { EndpointRefused } from "./endpoints/endpoint.ts";
import type { PeopleReply } from "./shared/people/people-ask.ts";

export type CommandError =
  | AppendError
  | EngineError
  | EndpointRefused
  | { readonly kind: "text-empty" }
  | { readonly kind: "text-too-long"; readonly bytes: number; readonly bytesMax: number }
  | { readonly kind: "images-full"; readonly imagesMax: number }
  | { readonly kind: "card-invalid"; readonly field: string }
  | { readonly kind: "not-found"; readonly what: string }
  | { readonly kind: "room-read-only" }
  | { readonly kind: "pins-full"; readonly pinsMax: number }
  /** The message is not among the newest 200, or set aside (RM63). */
  | { readonly kind: "pin-out-of-reach" }
  /** Something was said behind the rewind, or it is not in the log yet (RM65). */
  | { readonly kind: "nothing-to-restore" }
  | { readonly kind: "url-invalid" }
  | { readonly kind: "leader-silent" }
  | { readonly kind: "link-invalid" }
  | { readonly kind: "link-read-only" }
  /** This browser's WebCrypto lacks an algorithm that shared rooms need. */
  | { readonly kind: "crypto-unfit"; readonly missing: string }
  | { readonly kind: "room-not-shared" }
  /** The room went on as another one. */
  | { readonly kind: "room-moved" }
  /** A move is on its way to the relay and cannot be taken back. */
  | { readonly kind: "move-under-way" }
  /** Who moved the room left this device out. */
  | { readonly kind: "left-out" }
  /** The key of the new room could not be opened here. */
  | { readonly kind: "move-box-void" }
  /** The relay did not take the room in time; the room is as it was. */
  | { readonly kind: "relay-unreachable" }
  /** The relay said no, to a room or to one entry of it; `reason` is its name for why. */
  /** `text`: of a message that the relay will never take, so that it can be said otherwise. */
  | { readonly kind: "relay-refused"; readonly reason: string; readonly text?: string }
  /** What a relay keeps as this room is the log of `roomId`. */
  | { readonly kind: "wrong-room"; readonly roomId: string };

export type CommandDone =
  | { readonly kind: "done" }
  /** `messagesLeftOut`: of a branch, the oldest that did not fit. */
  | {
    readonly kind: "room-created";
    readonly roomId: string;
    readonly messagesLeftOut?: number;
  }
  | { readonly kind: "room-shared"; readonly roomId: string }
  | { readonly kind: "room-joined"; readonly roomId: string }
  /** The room is `roomId` now; `unreachable` are names of who cannot come by themselves. */
  | {
    readonly kind: "room-moved";
    readonly roomId: string;
    readonly unreachable?: readonly string[];
  }
  /** The move will be finished when the relay takes its end. */
  | { readonly kind: "room-moving" }
  /** `fragment` alone is the key; `address` alone is the link without it. */
  | { readonly kind: "invite"; readonly address: string; readonly fragment: string }
  | { readonly kind: "endpoint-checked"; readonly check: EndpointCheck }
  | { readonly kind: "persona-put"; readonly persona: string }
  | { readonly kind: "people-replied"; readonly reply: PeopleReply }
  | { readonly kind: "session-replied"; readonly reply: SessionReply };
