/** The sessions that this one started: what they do, the way to each, and stopping one. */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { SessionInfo } from "#shared/session/mod.ts";
import { plural, t } from "../messages/translate.ts";
import { useRoom } from "../room/room-context.ts";
import { useSession } from "./session-context.ts";
import { sessionName } from "./session-names.ts";

export function HelpersPanel(): JSX.Element {
  const { session, name, snapshot, ask } = useSession();
  const listed = useSignal<readonly SessionInfo[] | undefined>(undefined);
  /** Changes with whatever helpers do that their parent's log tells. */
  const news = useComputed(() =>
    snapshot.value.entries.findLast(({ body }) => body.kind === "child")?.index ?? -1
  );
  const look = async (): Promise<void> => {
    const answer = await ask({ method: "list-visible" });
    if (answer?.kind === "visible") {
      listed.value = answer.sessions.filter(({ relation }) => relation === "child");
    }
  };
  // Owned by the screen: `ask` never rejects.
  useEffect(() => void look(), [session, news.value]);
  const helpers = listed.value;
  if (helpers === undefined) return <p role="status" aria-busy="true">{t("session.opening")}</p>;
  if (helpers.length === 0) {
    return (
      <div class="insp-empty">
        <h3>{t("helper.empty")}</h3>
        <p>{t("helper.empty-text", { name })}</p>
      </div>
    );
  }
  return (
    <ul class="insp-list">
      {helpers.map((info) => (
        <Helper
          key={info.session}
          info={info}
          onChange={() => void look()}
        />
      ))}
    </ul>
  );
}

function Helper({ info, onChange }: {
  readonly info: SessionInfo;
  readonly onChange: () => void;
}): JSX.Element {
  const { state } = useRoom();
  const { open, perform } = useSession();
  const name = sessionName(state.value, info.session);
  const isAlive = info.state === "idle" || info.state === "running" || info.state === "paused";
  const act = async (method: "shutdown" | "attach-or-restore"): Promise<void> => {
    if (method === "shutdown") {
      await perform({ method }, t("session.done-stop", { name }), info.session);
    } else {
      const call = { method, session: info.session } as const;
      await perform(call, t("session.done-restore", { name }));
    }
    onChange();
  };
  return (
    <li class="insp-item" data-session={info.session} data-state={info.state}>
      <div class="insp-item-head">
        <b>{name}</b>
        <span class="tag">{t(`helper.${info.state}`)}</span>
      </div>
      {info.detail !== undefined && <p dir="auto">{info.detail}</p>}
      {info.children > 0 && <p class="hint">{plural("helper.more", info.children)}</p>}
      <div class="row-buttons">
        <button
          type="button"
          class="button button-small"
          aria-label={`${t("helper.open")}: ${name}`}
          onClick={() => open(info.session)}
        >
          {t("helper.open")}
        </button>
        {isAlive && (
          <button
            type="button"
            class="button button-small"
            aria-label={`${t("helper.stop")}: ${name}`}
            onClick={() => void act("shutdown")}
          >
            {t("helper.stop")}
          </button>
        )}
        {!isAlive && info.canRestore && (
          <button
            type="button"
            class="button button-small"
            aria-label={`${t("session.restore")}: ${name}`}
            onClick={() => void act("attach-or-restore")}
          >
            {t("session.restore")}
          </button>
        )}
      </div>
    </li>
  );
}
