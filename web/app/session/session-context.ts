/** What the parts of one session's screen share: what it shows, and the way to ask for more. */

import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { SessionAnswer, SessionCall, SessionSnapshot } from "#shared/session/mod.ts";
import type { App } from "../app-context.ts";
import { describeError } from "../messages/describe-error.ts";
import { describeRefusal } from "./refusal-text.ts";

/** What the last deed came to, in words. */
export interface Told {
  readonly tone: "done" | "bad";
  readonly text: string;
}

export interface SessionUi {
  readonly roomId: string;
  /** A persona's id, or `<persona>~<n>` of a helper. */
  readonly session: string;
  readonly name: string;
  readonly snapshot: ReadonlySignal<SessionSnapshot>;
  readonly told: Signal<Told | undefined>;
  /** Words for the box, such as what a rewind gave back. */
  readonly givenBack: Signal<string | undefined>;
  /** Tells a refusal in words and resolves to undefined then; `of` asks another session. */
  ask(call: SessionCall, of?: string): Promise<SessionAnswer | undefined>;
  /** As `ask`, and tells `done` when it was. */
  perform(call: SessionCall, done: string, of?: string): Promise<SessionAnswer | undefined>;
  /** Opens another session of this room. */
  open(session: string): void;
  close(): void;
}

export const SessionContext = createContext<SessionUi | undefined>(undefined);

export function useSession(): SessionUi {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("Cannot draw a part of a session outside its screen");
  return session;
}

/** Asks `session`; what it refuses, and why nobody answered, is told in words. */
export async function askSession(
  app: App,
  roomId: string,
  session: string,
  call: SessionCall,
  told: Signal<Told | undefined>,
): Promise<SessionAnswer | undefined> {
  const request = { requestId: app.client.newMessageId(), roomId, session, call };
  const sent = await app.client.send({ kind: "session", request });
  if (!sent.ok) {
    const { happened, advice } = describeError(sent.error);
    told.value = { tone: "bad", text: `${happened}. ${advice}` };
    return undefined;
  }
  if (sent.value.kind !== "session-replied") return undefined;
  const { reply } = sent.value;
  if (reply.ok) return reply.answer;
  told.value = { tone: "bad", text: describeRefusal(reply.error) };
  return undefined;
}
