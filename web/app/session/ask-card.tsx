/** A call that waits for a person: who wants what, with which words, and the two answers. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { PermissionAsk, SessionCall } from "#shared/session/mod.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { hueProps } from "../parts/avatar.tsx";
import { Icon } from "../parts/icon.tsx";
import { personaHue } from "../room/room-names.ts";
import { useRoom } from "../room/room-context.ts";
import { Arguments } from "./log-line-view.tsx";
import { askSession, type Told } from "./session-context.ts";
import { personaOf, sessionName } from "./session-names.ts";
import { argsList, toolName } from "./session-words.ts";

export function AskCard({ session, ask, place }: {
  readonly session: string;
  readonly ask: PermissionAsk;
  /** In the room there is a way to the session's own screen. */
  readonly place: "room" | "session";
}): JSX.Element {
  const app = useApp();
  const { roomId, state, opened } = useRoom();
  const id = useId();
  const told = useSignal<Told | undefined>(undefined);
  const isSent = useSignal(false);
  const name = sessionName(state.value, session);
  const args = argsList(ask.args);
  const answer = async (decision: "allow" | "deny"): Promise<void> => {
    isSent.value = true;
    told.value = undefined;
    const call: SessionCall = { method: "answer-permission", callId: ask.callId, decision };
    await askSession(app, roomId, session, call, told);
    // It goes away when the session says that it is over; until then it cannot be answered twice.
    if (told.peek() !== undefined) isSent.value = false;
  };
  return (
    <section
      class="ask"
      aria-labelledby={id}
      data-call={ask.callId}
      {...hueProps(personaHue(state.value, personaOf(session)))}
    >
      <Icon name="lock" size={20} />
      <div class="ask-words">
        <h3 id={id}>{t("ask.title", { name })}</h3>
        <p>
          <b class="ask-who">{name}</b> {t("ask.wants")} <b>{toolName(ask.tool)}</b>{" "}
          {args.length === 0 ? t("ask.no-words") : `${t("ask.words")}:`}
        </p>
        {args.length > 0 && <Arguments args={args} />}
        {told.value !== undefined && <p class="bad" role="alert">{told.value.text}</p>}
        <div class="row-buttons">
          <button
            type="button"
            class="button"
            disabled={isSent.value}
            onClick={() => void answer("deny")}
          >
            {t("ask.deny")}
          </button>
          <button
            type="button"
            class="button button-key"
            disabled={isSent.value}
            onClick={() => void answer("allow")}
          >
            {t("ask.allow")}
          </button>
          {place === "room" && (
            <button
              type="button"
              class="link-button"
              onClick={() => {
                opened.value = { kind: "session", session };
              }}
            >
              {t("ask.look")}
            </button>
          )}
        </div>
      </div>
    </section>
  );
}
