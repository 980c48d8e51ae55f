/**
 * What is pinned in this room: one line under its head, which opens into a list.
 *
 *   SY204 Everybody of a room sees its pins, the newest first, and goes to each with one press; who
 *         may only read cannot change them.
 */

import "./talk-text.ts";
import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { PinState } from "#shared/room/mod.ts";
import { useApp } from "../../app-context.ts";
import { plural, t } from "../../messages/translate.ts";
import { hueProps } from "../../parts/avatar.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useRoom } from "../room-context.ts";
import { jumpTo } from "./jump.ts";
import { isOwn, quotedMessage, speakerName } from "./quoted.ts";
import { togglePin } from "./toggle-pin.ts";

export function PinsLine(): JSX.Element | null {
  const { state } = useRoom();
  const [isOpen, setOpen] = useState(false);
  const head = useRef<HTMLButtonElement>(null);
  const listId = useId();
  const { pins = [] } = state.value;
  const newest = pins.at(-1);
  if (newest === undefined) return null;
  const close = (): void => {
    setOpen(false);
    head.current?.focus();
  };
  return (
    <section
      class="pins"
      aria-label={t("pins.region")}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        event.stopPropagation(); // In the room Escape stops the personas.
        close();
      }}
    >
      <button
        ref={head}
        type="button"
        class="pins-head"
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="pin" size={16} />
        <b>{plural("pins.count", pins.length)}</b>
        {!isOpen && <PinWords pin={newest} />}
        <Icon name="open" size={16} />
      </button>
      <ul id={listId} class="pins-list" hidden={!isOpen}>
        {isOpen && pins.toReversed().map((pin) => (
          <PinItem
            key={pin.of}
            pin={pin}
            onGone={() => head.current?.focus()}
          />
        ))}
      </ul>
    </section>
  );
}

function PinWords({ pin }: { readonly pin: PinState }): JSX.Element {
  const { state, ownDevice } = useRoom();
  const { name, hue, words } = quotedMessage(state.value, ownDevice.value, pin);
  const isAside = state.value.messages.some(({ seq, aside }) => seq === pin.of && aside);
  return (
    <span class="pin-said" {...hueProps(hue)}>
      <span class="quote-name" dir="auto">{name}:</span>
      {isAside && <span class="quote-aside">({t("talk.aside")})</span>}
      <span class="quote-words" dir="auto">{words}</span>
    </span>
  );
}

function PinItem({ pin, onGone }: { readonly pin: PinState; readonly onGone: () => void }) {
  const app = useApp();
  const room = useRoom();
  const { state, ownDevice, canWrite } = room;
  const name = speakerName(state.value, ownDevice.value, pin);
  return (
    <li class="pin">
      <button type="button" class="pin-jump" onClick={() => void jumpTo(app, room, pin.of)}>
        <PinWords pin={pin} />
      </button>
      {canWrite.value && state.value.readerOnly === undefined && (
        <button
          type="button"
          class="icon-button"
          aria-label={isOwn(ownDevice.value, pin)
            ? t("pins.unpin-own")
            : t("pins.unpin-of", { name })}
          title={t("pins.unpin")}
          onClick={() => {
            onGone(); // Its row goes with the press.
            void togglePin(app, room, pin.of, false);
          }}
        >
          <Icon name="close" size={16} />
        </button>
      )}
    </li>
  );
}
