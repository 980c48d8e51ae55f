/** The notices themselves: failures in words, and deeds that are done. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { ErrorNote } from "./error-note.tsx";
import { Icon } from "./icon.tsx";
import { UndoNotice } from "./undo-notice.tsx";

export function NoticeList(): JSX.Element {
  const app = useApp();
  const problems = app.part.problems.value;
  const isOnModels = app.route.value.kind === "models";
  return (
    <>
      {problems.map((problem) => (
        <ErrorNote
          key={problem.id}
          error={problem.error}
          doing={t(`doing.${problem.doing}`)}
          isOnModels={isOnModels}
          onDismiss={() => void app.act({ kind: "dismiss-problem", id: problem.id })}
        />
      ))}
      {/* The newest first: its way back is the one that the key takes. */}
      {app.notices.value.toReversed().map((notice) =>
        notice.kind === "failed"
          ? (
            <ErrorNote
              key={notice.id}
              error={notice.error}
              doing={t(`doing.${notice.doing}`)}
              isOnModels={isOnModels}
              onDismiss={() => app.dismiss(notice.id)}
            />
          )
          : notice.undo !== undefined
          ? <UndoNotice key={notice.id} id={notice.id} text={notice.text} undo={notice.undo} />
          : (
            <div key={notice.id} class="note note-good" role="status">
              <Icon name="check" />
              <p class="note-text">{notice.text}</p>
            </div>
          )
      )}
    </>
  );
}
