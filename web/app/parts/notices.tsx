/**
 * Failures and deeds at the edge of the page: failed commands, and the problems of the snapshot.
 * Mostly there are none; their words come once the page can be used, or with the first of them.
 */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { lazyPart, lazyScreen } from "./lazy.tsx";

const UpdateLine = lazyScreen(
  async () => (await import("../updates/update-line.tsx")).UpdateLine,
  null,
);
const NoticeList = lazyPart(async () => (await import("./notice-list.tsx")).NoticeList);

export function Notices(): JSX.Element {
  const app = useApp();
  const isUsable = app.client.usable.value;
  useEffect(() => {
    if (isUsable) NoticeList.preload();
  }, [isUsable]);
  const count = app.part.problems.value.length + app.notices.value.length;
  return (
    <div class="notices" role="region" aria-label={t("problem.region")}>
      {app.updates.isReady.value && <UpdateLine />}
      {count > 0 && <NoticeList />}
    </div>
  );
}
