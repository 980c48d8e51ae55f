/**
 * The bar of a search in the open room: words, who said them, how many, and from one to the next.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY217 A search in a room counts what it found, the newest first, and goes to each, also where
 *         it is not loaded or is set aside. While somebody types, it goes only to what is loaded.
 */

import { batch } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { parseQuery } from "../../client/search/find-query.ts";
import { speakerKey } from "../../client/search/room-lines.ts";
import type { RoomFound, RoomHit } from "../../client/search/room-search.ts";
import { useApp } from "../app-context.ts";
import { formatNumber, plural, t } from "../messages/translate.ts";
import { Detail } from "../parts/detail.tsx";
import { Icon } from "../parts/icon.tsx";
import { goTo } from "../route.ts";
import { buildRows, rowKey } from "../room/log/log-rows.ts";
import { type RoomUi, useRoom } from "../room/room-context.ts";
import { deviceName, personaName } from "../room/room-names.ts";
import { keepMarked } from "./mark-log.ts";
import "./search-text.ts";
import type { Searching } from "./searching.ts";
import { type SearchState, useSearch } from "./use-search.ts";

export function SearchBar({ first }: { readonly first: Searching }): JSX.Element {
  const app = useApp();
  const room = useRoom();
  const { roomId, state } = room;
  const [text, setText] = useState(first.text);
  const [speaker, setSpeaker] = useState("");
  const [tries, setTries] = useState(0);
  const box = useRef<HTMLInputElement>(null);
  // Before the next letter comes.
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);
  const ask = text.trim() === ""
    ? undefined
    : { text, roomIds: [roomId], scope: "one" as const, speaker: speaker || undefined };
  // What was said since is looked for too.
  const [search] = useSearch(ask, state.value.head + tries);
  const found = ask === undefined ? undefined : search.found[0];
  const question = JSON.stringify(ask);
  const answer = search.asked === question ? found : undefined;
  const [current, go] = useCurrent(room, first.hit, answer, question);
  useEffect(() => {
    const log = document.querySelector<HTMLElement>(".log");
    if (log === null || found === undefined) return;
    const keyOf = keysOf(room);
    const marked = keepMarked(log, {
      query: parseQuery(text),
      keys: new Set(found.hits.map(keyOf)),
      current: current && keyOf(current),
    });
    return () => marked[Symbol.dispose]();
  }, [found, current?.seq, state.value]);
  const close = (): void => {
    app.searching.value = undefined;
    focusFound(current && keysOf(room)(current));
  };
  const place = found?.hits.findIndex(({ seq }) => seq === current?.seq) ?? -1;
  const step = (by: 1 | -1): void => {
    const { hits = [] } = found ?? {};
    const next = hits[(place + by + hits.length) % hits.length];
    if (next !== undefined) void go(next);
  };
  return (
    <div
      class="find-bar"
      role="search"
      aria-label={t("search.bar")}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          // The room stops generation on Escape; here Escape only closes.
          event.stopPropagation();
          close();
        } else if (event.key === "Enter" && event.target === box.current && !event.isComposing) {
          event.preventDefault();
          step(event.shiftKey ? -1 : 1);
        }
      }}
    >
      <input
        ref={box}
        class="input find-words"
        type="search"
        dir="auto"
        autocomplete="off"
        enterkeyhint="search"
        aria-label={t("search.label")}
        placeholder={t("search.placeholder")}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <SpeakerChoice speaker={speaker} onChange={setSpeaker} />
      <Status search={search} found={found} place={place} />
      <FindButtons isOff={!found?.count} text={text} step={step} onClose={close} />
      {search.phase === "failed" && (
        <p class="note note-warn find-failed" role="alert">
          {t("search.failed")}{" "}
          <button type="button" class="link-button" onClick={() => setTries(tries + 1)}>
            {t("do.retry")}
          </button>
          <Detail text={search.detail} />
        </p>
      )}
    </div>
  );
}

function FindButtons({ isOff, text, step, onClose }: {
  readonly isOff: boolean;
  readonly text: string;
  readonly step: (by: 1 | -1) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const app = useApp();
  return (
    <span class="find-buttons">
      <Step label={t("search.older")} icon="back" isOff={isOff} onClick={() => step(1)} />
      <Step label={t("search.newer")} icon="forward" isOff={isOff} onClick={() => step(-1)} />
      <button
        type="button"
        class="button find-all"
        onClick={() => {
          app.searching.value = { roomId: undefined, text };
          goTo({ kind: "search" });
        }}
      >
        {t("search.all")}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t("search.close")}
        title={t("search.close")}
        onClick={onClose}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}

function Step({ label, icon, isOff, onClick }: {
  readonly label: string;
  readonly icon: "back" | "forward";
  readonly isOff: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class={`icon-button find-${icon}`}
      aria-label={label}
      title={label}
      disabled={isOff}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** "2 of 17", spoken when it changes. */
function Status({ search, found, place }: {
  readonly search: SearchState;
  readonly found: RoomFound | undefined;
  readonly place: number;
}): JSX.Element {
  const words = search.phase === "none" || search.phase === "failed"
    ? ""
    : found === undefined
    ? t("search.searching")
    : found.count === 0
    ? t("search.none")
    : place < 0
    ? plural("search.count", found.count)
    : t("search.place", { place: formatNumber(place + 1), count: formatNumber(found.count) });
  return (
    <span class="find-status" role="status" aria-busy={search.phase === "searching"}>{words}</span>
  );
}

function SpeakerChoice({ speaker, onChange }: {
  readonly speaker: string;
  readonly onChange: (speaker: string) => void;
}): JSX.Element {
  const { state, ownDevice } = useRoom();
  const { personas, devices } = state.value;
  return (
    <span class="select find-speaker">
      <select
        class="input"
        aria-label={t("search.speaker")}
        value={speaker}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{t("search.everyone")}</option>
        {[...devices.keys()].map((id) => (
          <option key={id} value={speakerKey("person", id)}>
            {id === ownDevice.value ? t("search.you") : deviceName(state.value, id)}
          </option>
        ))}
        {[...personas.keys()].map((id) => (
          <option key={id} value={speakerKey("persona", id)}>{personaName(state.value, id)}</option>
        ))}
      </select>
      <Icon name="open" size={16} />
    </span>
  );
}

/** The message that is looked at, and going to another. */
function useCurrent(
  room: RoomUi,
  first: RoomHit | undefined,
  found: RoomFound | undefined,
  question: string | undefined,
): readonly [RoomHit | undefined, go: (hit: RoomHit) => Promise<void>] {
  const app = useApp();
  const [current, setCurrent] = useState(first);
  const asked = useRef(first === undefined ? undefined : question);
  const go = async (hit: RoomHit): Promise<void> => {
    setCurrent(hit);
    const { roomId, state, openAsides, goal } = room;
    const isLoaded = state.value.messages.some(({ seq }) => seq === hit.seq);
    if (!isLoaded) await app.act({ kind: "read-earlier", roomId });
    batch(() => {
      if (hit.aside) {
        openAsides.value = new Set([...openAsides.value, ...asideKeys(room)]);
      }
      goal.value = keysOf(room)(hit);
    });
  };
  useEffect(() => {
    if (first !== undefined) void go(first);
  }, []);
  useEffect(() => {
    if (found === undefined || asked.current === question) return;
    asked.current = question;
    const [newest] = found.hits;
    setCurrent(undefined);
    // Not a word of what is typed waits for older messages (SY217).
    const isLoaded = room.state.value.messages.some(({ seq }) => seq === newest?.seq);
    if (newest !== undefined && isLoaded && !newest.aside) void go(newest);
  }, [found, question]);
  return [current, go];
}

/** Rows by the message in them: one that was sent from here keeps the key it had before. */
function keysOf({ sentKeys }: RoomUi): (hit: RoomHit) => string {
  const keys = sentKeys.peek();
  return ({ kind, seq, turn, author }) =>
    kind === "persona" ? rowKey(turn, author) : keys.get(seq) ?? `m/${seq}`;
}

/** The lines behind which messages are set aside. */
function asideKeys({ state, sentKeys }: RoomUi): readonly string[] {
  const rows = buildRows({
    state: state.value,
    running: [],
    openAsides: new Set(),
    sentKeys: sentKeys.peek(),
  });
  return rows.flatMap((row) => row.kind === "aside" ? [row.key] : []);
}

function focusFound(key: string | undefined): void {
  const log = document.querySelector<HTMLElement>(".log");
  const row = [...log?.querySelectorAll<HTMLElement>(".row") ?? []]
    .find(({ dataset }) => dataset["key"] === key);
  (row?.querySelector<HTMLElement>("article") ?? log)?.focus({ preventScroll: true });
}
