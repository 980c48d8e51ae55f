/** Searching all rooms of this device: what was found by room, each a way to its message. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RoomFound, RoomHit } from "../../client/search/room-search.ts";
import type { Snippet } from "../../client/search/find-query.ts";
import { useApp } from "../app-context.ts";
import { formatList, plural, t } from "../messages/translate.ts";
import { Detail } from "../parts/detail.tsx";
import { formatWhen } from "../parts/format.ts";
import { routeToHash } from "../route.ts";
import { cleanName } from "../text/clean-name.ts";
import { PlainText } from "../text/plain-text.tsx";
import "./search-text.ts";
import { type SearchState, useSearch } from "./use-search.ts";

export function SearchScreen(): JSX.Element {
  const app = useApp();
  const rooms = app.part.rooms.value;
  const [text, setText] = useState(app.searching.value?.text ?? "");
  const [tries, setTries] = useState(0);
  const [roomIds] = useState(() => rooms.map(({ roomId }) => roomId));
  const ask = text.trim() === "" ? undefined : { text, roomIds, scope: "all" as const };
  const [search, stop] = useSearch(ask, tries);
  const found = ask === undefined ? [] : search.found.filter(({ count }) => count > 0);
  const nameOf = (roomId: string): string =>
    cleanName(rooms.find((room) => room.roomId === roomId)?.name ?? t("nav.rooms"));
  const type = (typed: string): void => {
    setText(typed);
    // Kept for a way back from a room.
    app.searching.value = { roomId: undefined, text: typed };
  };
  return (
    <main id="main" class="screen screen-narrow search-screen" tabIndex={-1}>
      <header class="screen-title">
        <h1>{t("search.title")}</h1>
        <p class="hint">{t("search.hint")}</p>
      </header>
      <form
        role="search"
        class="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          setTries(tries + 1);
        }}
      >
        <input
          class="input"
          type="search"
          dir="auto"
          autocomplete="off"
          enterkeyhint="search"
          aria-label={t("search.label")}
          placeholder={t("search.all-placeholder")}
          value={text}
          onInput={(event) => type(event.currentTarget.value)}
        />
        {search.phase === "searching" && (
          <button type="button" class="button" onClick={stop}>{t("search.stop")}</button>
        )}
      </form>
      <Progress search={search} found={found} />
      {search.unread.length > 0 && (
        <p class="note note-warn">
          {plural("search.unread", search.unread.length, {
            names: formatList(search.unread.map(nameOf)),
          })}
        </p>
      )}
      {found.map((one) => (
        <FoundRoom key={one.roomId} found={one} name={nameOf(one.roomId)} text={text} />
      ))}
    </main>
  );
}

function Progress({ search, found }: {
  readonly search: SearchState;
  readonly found: readonly RoomFound[];
}): JSX.Element {
  const { phase, done, total } = search;
  const count = found.reduce((sum, one) => sum + one.count, 0);
  const words = phase === "none" || phase === "failed" || phase === "searching"
    ? ""
    : count === 0
    ? t("search.none")
    : plural("search.found", count, { rooms: plural("search.rooms", found.length) });
  return (
    <div class="search-progress">
      {phase === "searching" && (
        <>
          <progress
            value={done}
            max={total}
            aria-label={t("search.progress", { done, total })}
          />
          <span class="hint">{t("search.progress", { done, total })}</span>
        </>
      )}
      <p role="status" aria-busy={phase === "searching"}>
        {phase === "stopped" ? `${t("search.stopped")} ${words}` : words}
      </p>
      {phase === "failed" && (
        <p class="note note-warn" role="alert">
          {t("search.failed")}
          <Detail text={search.detail} />
        </p>
      )}
    </div>
  );
}

function FoundRoom({ found, name, text }: {
  readonly found: RoomFound;
  readonly name: string;
  readonly text: string;
}): JSX.Element {
  const more = found.count - found.hits.length;
  return (
    <section class="search-room" aria-label={name}>
      <h2>
        <bdi>{name}</bdi> <small>{plural("search.count", found.count)}</small>
      </h2>
      <ul>
        {found.hits.map((hit) => (
          <li key={hit.seq}>
            <FoundLink roomId={found.roomId} hit={hit} text={text} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <ToRoom roomId={found.roomId} text={text} hit={undefined}>
          {plural("search.more", more)}
        </ToRoom>
      )}
    </section>
  );
}

function FoundLink({ roomId, hit, text }: {
  readonly roomId: string;
  readonly hit: RoomHit;
  readonly text: string;
}): JSX.Element {
  const name = hit.name === "" ? t("search.someone") : cleanName(hit.name);
  return (
    <ToRoom roomId={roomId} text={text} hit={hit}>
      <span class="search-who">
        <b dir="auto">{name}</b>{" "}
        <time dateTime={new Date(hit.at).toISOString()}>{formatWhen(hit.at, Date.now())}</time>
        {hit.aside && ` · ${t("search.aside")}`}
      </span>
      {hit.snippet !== undefined && <SnippetLine snippet={hit.snippet} />}
    </ToRoom>
  );
}

function ToRoom({ roomId, text, hit, children }: {
  readonly roomId: string;
  readonly text: string;
  readonly hit: RoomHit | undefined;
  readonly children: JSX.Element | string | readonly (JSX.Element | string | boolean)[];
}): JSX.Element {
  const app = useApp();
  return (
    <a
      href={routeToHash({ kind: "room", roomId })}
      onClick={() => {
        app.searching.value = { roomId, text, hit };
      }}
    >
      {children}
    </a>
  );
}

/** The line in pieces, so that what was found is marked without any markup in it being read. */
function SnippetLine({ snippet: { text, spans } }: { readonly snippet: Snippet }): JSX.Element {
  const pieces: JSX.Element[] = [];
  let from = 0;
  for (const { start, end } of spans) {
    pieces.push(<PlainText key={from} text={text.slice(from, start)} />);
    pieces.push(
      <mark key={`m${start}`}>
        <PlainText text={text.slice(start, end)} />
      </mark>,
    );
    from = end;
  }
  return (
    <span class="search-line" dir="auto">
      {pieces}
      <PlainText text={text.slice(from)} />
    </span>
  );
}
