/** Who it is, what it does now, with what, and what a person can do about it. */

import "../room/side-text.ts";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { SessionInfo } from "#shared/session/mod.ts";
import { useApp } from "../app-context.ts";
import { formatList, formatNumber, t } from "../messages/translate.ts";
import { laneName, modelName } from "../models/model-names.ts";
import { Avatar } from "../parts/avatar.tsx";
import { personaHue } from "../room/room-names.ts";
import { useRoom } from "../room/room-context.ts";
import { RewindDialog } from "./rewind-dialog.tsx";
import { useSession } from "./session-context.ts";
import { personaOf } from "./session-names.ts";
import { causeWords, runningCause, toolName } from "./session-words.ts";

/** What the registry says of a session and its snapshot does not. */
type Beyond = "retired" | "stopped" | "unreachable" | "corrupt";

const BEYOND: ReadonlySet<string> = new Set<Beyond>([
  "retired",
  "stopped",
  "unreachable",
  "corrupt",
]);

export function SessionHead(): JSX.Element {
  const { state } = useRoom();
  const { session, name, snapshot, ask } = useSession();
  const info = useSignal<SessionInfo | undefined>(undefined);
  const { phase } = snapshot.value.status;
  useEffect(() => {
    const look = async (): Promise<void> => {
      const answer = await ask({ method: "inspect", session });
      if (answer?.kind === "inspection") info.value = answer.info;
    };
    // Owned by the screen: `ask` never rejects.
    void look();
  }, [session, phase]);
  const told = info.value;
  const beyond = told !== undefined && BEYOND.has(told.state) ? told.state as Beyond : undefined;
  return (
    <div class="insp-head">
      <Avatar name={name} hue={personaHue(state.value, personaOf(session))} size="l" />
      <div class="insp-who">
        <StatusLine beyond={beyond} detail={told?.detail} />
        <Facts />
      </div>
      <Actions beyond={beyond} canRestore={told?.canRestore === true} />
    </div>
  );
}

function StatusLine({ beyond, detail }: {
  readonly beyond: Beyond | undefined;
  readonly detail: string | undefined;
}): JSX.Element {
  const { snapshot } = useSession();
  const { status } = snapshot.value;
  if (beyond !== undefined) {
    return (
      <p class="insp-status" data-status={beyond}>
        <b>{t(`session.${beyond}`)}</b> ·{" "}
        <span>{t(`session.${beyond}-text`)}{detail !== undefined && ` (${detail})`}</span>
      </p>
    );
  }
  const cause = runningCause(snapshot.value);
  const words = status.phase === "running"
    ? [
      cause === undefined ? t("cause.turn") : causeWords(cause),
      t(`session.stage-${status.run.stage}`),
    ].join(", ")
    : status.phase === "paused" && status.run !== undefined
    ? t("session.pausing-text")
    : t(`session.${status.phase}-text`);
  return (
    <p class="insp-status" data-status={status.phase}>
      <b>{t(`session.${status.phase}`)}</b> · <span>{words}</span>
    </p>
  );
}

function Facts(): JSX.Element {
  const app = useApp();
  const { modelId, lane, contextTokens, tools } = useSession().snapshot.value.greeting;
  const model = modelId === undefined
    ? t("session.model-none")
    : [modelName(app.part.models.value, modelId), lane === undefined ? [] : laneName(lane)].flat()
      .join(" · ");
  const { models } = app.part;
  const place = models.value.phase === "loaded"
    ? models.value.rows.find(({ profile }) => profile.id === modelId)?.profile.endpoint
    : undefined;
  const leaves = place === undefined || place.isLocal
    ? ""
    : ` · ${t("place.leaves", { host: place.host })}`;
  const facts = [
    [t("session.model"), model + leaves],
    [t("session.context"), t("session.tokens", { count: formatNumber(contextTokens) })],
    [
      t("session.tools"),
      tools.length === 0 ? t("session.tools-none") : formatList(tools.map(toolName)),
    ],
  ] as const;
  return (
    <dl class="insp-facts" aria-label={t("session.facts")}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Actions({ beyond, canRestore }: {
  readonly beyond: Beyond | undefined;
  readonly canRestore: boolean;
}): JSX.Element {
  const { session, name, snapshot, perform } = useSession();
  const isRewinding = useSignal(false);
  const { phase } = snapshot.value.status;
  const isAlive = beyond === undefined;
  return (
    <div class="row-buttons insp-actions" role="group" aria-label={t("session.actions")}>
      {!isAlive && canRestore && (
        <button
          type="button"
          class="button button-key"
          onClick={() =>
            void perform(
              { method: "attach-or-restore", session },
              t("session.done-restore", { name }),
            )}
        >
          {t("session.restore")}
        </button>
      )}
      {isAlive && phase === "running" && (
        <button
          type="button"
          class="button"
          onClick={() => void perform({ method: "cancel" }, t("session.done-cancel"))}
        >
          {t("session.cancel")}
        </button>
      )}
      {isAlive && (phase === "paused"
        ? (
          <button
            type="button"
            class="button button-key"
            onClick={() => void perform({ method: "resume" }, t("session.done-resume"))}
          >
            {t("session.resume")}
          </button>
        )
        : (
          <button
            type="button"
            class="button"
            onClick={() => void perform({ method: "pause" }, t("session.done-pause"))}
          >
            {t("session.pause")}
          </button>
        ))}
      {isAlive && <CompactButton />}
      {isAlive && (
        <button
          type="button"
          class="button"
          onClick={() => {
            isRewinding.value = true;
          }}
        >
          {t("session.rewind")}
        </button>
      )}
      {isRewinding.value && (
        <RewindDialog
          onClose={() => {
            isRewinding.value = false;
          }}
        />
      )}
    </div>
  );
}

function CompactButton(): JSX.Element {
  const { ask, told } = useSession();
  const isBusy = useSignal(false);
  const compact = async (): Promise<void> => {
    isBusy.value = true;
    const answer = await ask({ method: "compact" });
    isBusy.value = false;
    if (answer?.kind !== "compacted") return;
    const text = t("session.done-compact", {
      before: formatNumber(answer.tokensBefore),
      after: formatNumber(answer.tokensAfter),
    });
    told.value = { tone: "done", text };
  };
  return (
    <button
      type="button"
      class="button"
      disabled={isBusy.value}
      onClick={() => void compact()}
    >
      {t("session.compact")}
    </button>
  );
}
