/** How a persona works: her session's status, log, work, memory and permissions (app.md, 6). */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { SessionSnapshot } from "#shared/session/mod.ts";
import type { SessionView } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { hueProps } from "../parts/avatar.tsx";
import { Icon } from "../parts/icon.tsx";
import { Modal } from "../parts/modal.tsx";
import { personaHue } from "../room/room-names.ts";
import { useRoom } from "../room/room-context.ts";
import {
  askSession,
  SessionContext,
  type SessionUi,
  type Told,
  useSession,
} from "./session-context.ts";
import { SessionHead } from "./session-head.tsx";
import { parentOf, personaOf, sessionName } from "./session-names.ts";
import { SessionPanels } from "./session-panels.tsx";

export function SessionDialog({ session, onClose }: {
  readonly session: string;
  readonly onClose: () => void;
}): JSX.Element {
  const app = useApp();
  const { roomId, state } = useRoom();
  const watch = useMemo(() => app.client.watchSession(roomId, session), [roomId, session]);
  useEffect(() => () => watch[Symbol.dispose](), [watch]);
  const view = watch.view.value;
  const name = sessionName(state.value, session);
  const hue = personaHue(state.value, personaOf(session));
  return (
    <Modal title={t("session.title", { name })} kind="inspector" onClose={onClose}>
      <div
        class="insp"
        {...hueProps(hue)}
        data-persona={personaOf(session)}
        data-phase={view.phase}
      >
        {"snapshot" in view
          ? <LiveSession session={session} name={name} view={watch.view} onClose={onClose} />
          : <NoSession name={name} view={view} />}
      </div>
    </Modal>
  );
}

function NoSession({ name, view }: {
  readonly name: string;
  readonly view: Exclude<SessionView, { readonly snapshot: SessionSnapshot }>;
}): JSX.Element {
  return view.phase === "opening"
    ? <p class="insp-empty" role="status" aria-busy="true">{t("session.opening")}</p>
    : (
      <div class="insp-empty" role="status">
        <h3>{t("session.missing", { name })}</h3>
        <p>{t(`session.missing-${view.reason}`)}</p>
      </div>
    );
}

interface LiveProps {
  readonly session: string;
  readonly name: string;
  readonly view: { readonly value: SessionView; peek(): SessionView };
  readonly onClose: () => void;
}

function LiveSession(props: LiveProps): JSX.Element {
  const { phase } = props.view.value;
  const ui = useSessionUi(props);
  return (
    <SessionContext.Provider value={ui}>
      <ParentLink />
      {(phase === "lost" || phase === "ended") && (
        <p class="note note-warn" role="status">{t(`session.${phase}`)}</p>
      )}
      <SessionHead />
      <ToldLine />
      <SessionPanels />
    </SessionContext.Provider>
  );
}

function useSessionUi({ session, name, view, onClose }: LiveProps): SessionUi {
  const app = useApp();
  const { roomId, opened } = useRoom();
  const first = useMemo(() => view.peek(), []);
  // Between two views there may be none; the last one stands until the screen is gone.
  const snapshot = useComputed(() => {
    const now = view.value;
    const shown = "snapshot" in now ? now : first;
    if (!("snapshot" in shown)) throw new Error("Cannot draw a session without a snapshot");
    return shown.snapshot;
  });
  const told = useSignal<Told | undefined>(undefined);
  const givenBack = useSignal<string | undefined>(undefined);
  return useMemo<SessionUi>(() => {
    const ask: SessionUi["ask"] = (call, of = session) => askSession(app, roomId, of, call, told);
    return {
      roomId,
      session,
      name,
      snapshot,
      told,
      givenBack,
      ask,
      async perform(call, done, of) {
        const answer = await ask(call, of);
        if (answer !== undefined) told.value = { tone: "done", text: done };
        return answer;
      },
      open: (other) => {
        opened.value = { kind: "session", session: other };
      },
      close: onClose,
    };
  }, [roomId, session, name]);
}

/** What the last deed came to; the box for it is always there, so that readers hear it change. */
function ToldLine(): JSX.Element {
  const { told } = useSession();
  const now = told.value;
  return (
    <div class="insp-told" role="status">
      {now !== undefined && (
        <p class={`note ${now.tone === "bad" ? "note-bad" : "note-good"}`} data-told={now.tone}>
          <Icon name={now.tone === "bad" ? "warn" : "check"} />
          <span class="note-text">{now.text}</span>
          <button
            type="button"
            class="icon-button insp-told-close"
            aria-label={t("do.dismiss")}
            onClick={() => {
              told.value = undefined;
            }}
          >
            <Icon name="close" size={16} />
          </button>
        </p>
      )}
    </div>
  );
}

/** A helper's way back to who started it. */
function ParentLink(): JSX.Element | null {
  const { session, open, snapshot } = useSession();
  const { state } = useRoom();
  const parent = snapshot.value.greeting.parent ?? parentOf(session);
  if (parent === undefined) return null;
  return (
    <button type="button" class="link-button insp-parent" onClick={() => open(parent)}>
      <Icon name="back" size={14} />
      {t("session.parent", { name: sessionName(state.value, parent) })}
    </button>
  );
}
