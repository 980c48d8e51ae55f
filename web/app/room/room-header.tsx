/** The room's name, who is in it, and what goes on, in one line. */

import type { JSX } from "preact";
import type { RunningAttempt } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { formatList, formatNumber, plural, t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";
import { lazyPart } from "../parts/lazy.tsx";
import { isWide } from "../parts/media.ts";
import { cleanName } from "../text/clean-name.ts";
import { knownPresent, listPeople } from "./cast/people.ts";
import { wordsOf } from "./connection/use-connection.ts";
import { personaName } from "./room-names.ts";
import { useRoom } from "./room-context.ts";
import { isChoice } from "./turn/choice.ts";

const RoomSearch = lazyPart(async () => (await import("../search/room-search.tsx")).RoomSearch);

export function RoomHeader(): JSX.Element {
  const { client } = useApp();
  const { state, opened } = useRoom();
  const name = cleanName(state.value.name);
  return (
    <header class="room-head">
      <a class="icon-button room-back" href="#/" aria-label={t("nav.back")}>
        <Icon name="back" />
      </a>
      <div class="room-title">
        <h1 dir="auto">{name}</h1>
        <p class="room-sub">
          <ConnectionMark />
          <RoomSub />
        </p>
      </div>
      {client.usable.value && <RoomSearch />}
      <button
        type="button"
        class="button invite-button"
        aria-label={t("invite.open")}
        title={t("invite.open")}
        onClick={() => {
          opened.value = { kind: "invite" };
        }}
      >
        <Icon name="invite" />
        <span class="invite-word">{t("invite.open")}</span>
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t("room.more")}
        title={t("room.more")}
        onClick={() => {
          opened.value = { kind: "room" };
        }}
      >
        <Icon name="more" />
      </button>
      {!isWide.value && (
        <button
          type="button"
          class="icon-button"
          aria-label={t("room.side")}
          title={t("room.side")}
          onClick={() => {
            opened.value = { kind: "side" };
          }}
        >
          <Icon name="panel" />
        </button>
      )}
    </header>
  );
}

/** The connection in a word, in front of what else goes on; nothing while all is well. */
function ConnectionMark(): JSX.Element | null {
  const { connection, canWrite } = useRoom();
  const words = wordsOf(connection.value, canWrite.value);
  if (words === undefined) return null;
  return (
    <>
      <span class={`link-mark link-${words.tone}`}>{words.short}</span> ·{" "}
    </>
  );
}

/** What goes on while something goes on; who is here otherwise. */
function RoomSub(): JSX.Element {
  const { state, view, ownDevice, connection } = useRoom();
  const listed = (is: (attempt: RunningAttempt) => boolean): string =>
    formatList(
      view.value.running.filter(is).map(({ persona }) => personaName(state.value, persona)),
    );
  const speaks = ({ turn }: RunningAttempt): boolean => !isChoice(state.value, turn);
  const speaking = listed((one) => one.phase === "speaking" && speaks(one));
  const thinking = listed((one) => one.phase === "thinking" && speaks(one));
  const choosing = listed((one) => one.phase !== "queued" && !speaks(one));
  if (view.value.running.some(({ phase }) => phase === "restarting")) {
    return <span class="warn">{t("room.restarting")}</span>;
  }
  if (speaking !== "") return <span class="live">{t("room.speaking", { names: speaking })}</span>;
  if (thinking !== "") return <span class="live">{t("room.thinking", { names: thinking })}</span>;
  if (choosing !== "") return <span class="live">{t("room.choosing", { names: choosing })}</span>;
  const { shared } = view.value;
  const personas = [...state.value.personas.values()].filter(({ removed }) => !removed).length;
  if (shared === undefined) {
    return (
      <>
        {plural("room.personas", personas)} · {t("room.sub-local")}
      </>
    );
  }
  const people = listPeople(state.value, knownPresent(shared), ownDevice.value);
  const here = people.filter(({ presence }) => presence === "here").length;
  return (
    <>
      {plural("shared.sub", people.length)}
      {people.length > 1 && connection.value.kind === "quiet" && (
        <>, {t("shared.here", { count: formatNumber(here) })}</>
      )} · {plural("room.personas", personas)}
    </>
  );
}
