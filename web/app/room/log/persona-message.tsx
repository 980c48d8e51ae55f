/** A persona's message: streaming, settled, or one of several alternate answers. */

import { effect, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { RunningAttempt } from "../../../client/app-client.ts";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { Avatar, hueProps } from "../../parts/avatar.tsx";
import { CopyButton } from "../../parts/copy-button.tsx";
import { formatTime } from "../../parts/format.ts";
import { Icon } from "../../parts/icon.tsx";
import { MessageText } from "../../text/message-text.tsx";
import { hostName, personaHue, personaName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { TalkActions } from "../talk/talk-parts.tsx";
import { BranchAction } from "./branch-action.tsx";
import { Alternates } from "./alternates.tsx";
import type { PersonaRow } from "./log-rows.ts";
import { createFrameTurns } from "./frame-turns.ts";
import { describeOutcome } from "./outcome-line.ts";
import { hostTakenOver } from "./taken-over.ts";

export function PersonaMessage({ row }: { readonly row: PersonaRow }): JSX.Element {
  const { state, ownDevice, canWrite } = useRoom();
  const { message, running, turn, persona } = row;
  const name = personaName(state.value, persona);
  const hue = personaHue(state.value, persona);
  const shown = row.alternates[row.shown];
  const device = running === undefined
    ? shown?.device
    : state.value.personas.get(persona)?.assignment?.device;
  const host = hostName(state.value, device, ownDevice.value);
  const time = message === undefined ? "" : formatTime(message.at);
  return (
    <article
      class={`msg msg-persona ${running === undefined ? "" : "streaming"} ${
        message?.aside ? "aside" : ""
      }`}
      {...hueProps(hue)}
      aria-label={running === undefined
        ? t("msg.label-ai", { name, time, host })
        : t("msg.label-streaming", { name })}
      aria-busy={running !== undefined}
      tabIndex={-1}
      data-outcome={outcomeOf(row)}
      data-turn={turn}
      data-persona={persona}
      data-attempt={running?.attempt ?? shown?.attempt ?? 0}
      data-phase={running?.phase}
    >
      <Avatar name={name} hue={hue} />
      <div class="msg-main">
        <header class="who">
          <b dir="auto">{name}</b>
          {running === undefined
            ? <time dateTime={new Date(message?.at ?? 0).toISOString()}>{time}</time>
            : <span class="who-live">{phaseWords(running)}</span>}
          <span>{t("msg.on", { host })}</span>
          {running === undefined && <TakenOver turn={turn} persona={persona} by={device} />}
          {message?.aside && <span>{t("aside.mark")}</span>}
          {running !== undefined && canWrite.value && <StopOne running={running} name={name} />}
        </header>
        {running === undefined
          ? <MessageText text={message?.text ?? ""} />
          : <StreamedText running={running} name={name} />}
        {running === undefined && <Notes row={row} name={name} />}
        <Alternates row={row} name={name} />
      </div>
      {running === undefined && !message?.aside && <PersonaActions row={row} name={name} />}
    </article>
  );
}

/** Another device answered than the one that was planned: whose answer this is instead, and why. */
function TakenOver({ turn, persona, by }: {
  readonly turn: number;
  readonly persona: string;
  readonly by: string | undefined;
}): JSX.Element | null {
  const { state, ownDevice } = useRoom();
  const planned = hostTakenOver(state.value, turn, persona, by);
  if (planned === undefined) return null;
  const host = hostName(state.value, planned.device, ownDevice.value);
  return <span>{t(planned.hasLeft ? "msg.instead-left" : "msg.instead", { host })}</span>;
}

const turns = createFrameTurns((run) => requestAnimationFrame(run));

/** The newest words whenever it is their turn (SY260). */
function useInTurn(text: ReadonlySignal<string>): string {
  const [drawn, setDrawn] = useState({ text, words: text.peek() });
  useEffect(() => {
    const draw = (): void =>
      setDrawn((now) =>
        now.text === text && now.words === text.peek() ? now : { text, words: text.peek() }
      );
    const end = effect(() => {
      void text.value;
      turns.ask(draw);
    });
    return () => {
      end();
      turns.leave(draw);
    };
  }, [text]);
  return drawn.text === text ? drawn.words : text.peek();
}

/** Reads one signal: a token redraws these words and nothing else of the page. */
function StreamedText({ running, name }: {
  readonly running: RunningAttempt;
  readonly name: string;
}): JSX.Element {
  const app = useApp();
  const { roomId, turn, persona, attempt, phase } = running;
  const text = useMemo(
    () => app.client.streamText(roomId, turn, persona, attempt),
    [app, roomId, turn, persona, attempt],
  );
  const words = useInTurn(text);
  return (
    <>
      {words === ""
        ? (
          <div class="text thinking" aria-hidden="true">
            <i />
            <i />
            <i />
          </div>
        )
        : <MessageText text={words} isGrowing />}
      {phase === "restarting" && (
        <p class="restarting" role="status">{t("run.restarting", { name })}</p>
      )}
    </>
  );
}

function StopOne({ running, name }: { readonly running: RunningAttempt; readonly name: string }) {
  const app = useApp();
  const { roomId, turn, persona } = running;
  return (
    <button
      type="button"
      class="stop-one"
      onClick={() =>
        void app.act({ kind: "stop", roomId, scope: { kind: "persona", turn, persona } })}
    >
      {t("composer.stop-one", { name })}
    </button>
  );
}

/** What a reader should know of this answer beyond its words. */
function Notes({ row, name }: { readonly row: PersonaRow; readonly name: string }) {
  const shown = row.alternates[row.shown];
  const cut = shown?.outcome.kind === "replied" && shown.outcome.finish === "length";
  const later = row.note === undefined
    ? undefined
    : describeOutcome(row.note.outcome, row.persona, () => name); // Never a choice: words came.
  return (
    <>
      {row.message?.stopped && <p class="msg-note">{t("msg.half")}</p>}
      {cut && <p class="msg-note">{t("msg.length")}</p>}
      {later !== undefined && <p class="msg-note">{`${later.text} ${later.advice}`.trim()}</p>}
    </>
  );
}

function PersonaActions({ row, name }: { readonly row: PersonaRow; readonly name: string }) {
  const app = useApp();
  const { roomId, opened, state, canWrite } = useRoom();
  const { turn, persona, message } = row;
  const isNewest = state.value.messages.at(-1)?.seq === message?.seq;
  return (
    <div class="actions" role="group" aria-label={t("msg.actions", { name })}>
      {message !== undefined && <TalkActions message={message} />}
      {canWrite.value && (
        <button
          type="button"
          class="action"
          aria-label={t("msg.again")}
          title={t("msg.again")}
          data-deed="again"
          onClick={() => void app.act({ kind: "again", roomId, turn, persona })}
        >
          <Icon name="again" size={16} />
        </button>
      )}
      <CopyButton text={message?.text ?? ""} label={t("msg.copy")} compact />
      <button
        type="button"
        class="action"
        aria-label={t("msg.why")}
        title={t("msg.why")}
        data-deed="why"
        onClick={() => {
          opened.value = { kind: "why", turn, persona };
        }}
      >
        <Icon name="why" size={16} />
      </button>
      {!isNewest && message !== undefined && canWrite.value && (
        <button
          type="button"
          class="action"
          aria-label={t("msg.rewind")}
          title={t("msg.rewind")}
          onClick={() => {
            opened.value = { kind: "rewind", to: message.seq };
          }}
        >
          <Icon name="rewind" size={16} />
        </button>
      )}
      {message !== undefined && <BranchAction seq={message.seq} />}
    </div>
  );
}

function outcomeOf(row: PersonaRow): "streaming" | "stopped" | "replied" {
  if (row.running !== undefined) return "streaming";
  return row.message?.stopped ? "stopped" : "replied";
}

function phaseWords({ phase }: RunningAttempt): string {
  if (phase === "restarting") return t("run.restarting-short");
  return phase === "speaking" ? t("run.speaking") : t("run.thinking");
}
