/** Where a person writes: the box, whom the text addresses, stop and send. */

import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { useApp } from "../../app-context.ts";
import { ESCAPE_KEY, SEND_KEY } from "../../keys/bound-keys.ts";
import { plural, t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { lazyScreen } from "../../parts/lazy.tsx";
import { type Attachments, useAttachments } from "../images/use-attachments.ts";
import { useRoom } from "../room-context.ts";
import { ReplyStrip } from "../talk/talk-parts.tsx";
import { ComposerHint } from "./composer-hint.tsx";
import { MentionList } from "./mention-list.tsx";
import { StopButton } from "./stop-button.tsx";
import { type Draft, useDraft } from "./use-draft.ts";

const LazyStrip = lazyScreen(
  async () => (await import("../images/attachment-strip.tsx")).AttachmentStrip,
  null,
);

const encoder = new TextEncoder();

export function Composer(): JSX.Element {
  const { roomId, state } = useRoom();
  const box = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  const listId = useId();
  const draft = useDraft(box);
  const attachments = useAttachments(roomId);
  useHandedPicture(attachments);
  const hasImages = attachments.drafts.length > 0;
  const bytes = countBytes(draft.text);
  const isReadOnly = state.value.readerOnly !== undefined;
  const canSend = (draft.text.trim() !== "" || hasImages) && attachments.busyCount === 0 &&
    bytes <= protocolLimits.textBytesMax && !isReadOnly;
  const send = useSender(draft, attachments);
  const submit = (): void => {
    if (canSend) void send();
  };
  useFirstFocus(box);
  const { found, chosen } = draft;
  return (
    <form
      class="composer"
      aria-label={t("composer.form")}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
        box.current?.focus();
      }}
    >
      {found !== undefined && found.length > 0 && (
        <MentionList id={listId} personas={found} chosen={chosen} onTake={draft.take} />
      )}
      {(hasImages || attachments.busyCount > 0 || attachments.refusal !== "") && (
        <LazyStrip attachments={attachments} />
      )}
      <ReplyStrip id={`${hintId}-reply`} />
      <textarea
        ref={box}
        class="composer-input"
        aria-label={t("composer.label")}
        aria-describedby={`${hintId}-reply ${hintId}`}
        aria-invalid={bytes > protocolLimits.textBytesMax}
        {...pickerAttributes(draft, listId)}
        dir="auto"
        rows={1}
        enterkeyhint="send"
        placeholder={t("composer.placeholder")}
        readOnly={isReadOnly}
        value={draft.text}
        onInput={({ currentTarget }) =>
          draft.write(currentTarget.value, currentTarget.selectionStart ?? 0)}
        onSelect={({ currentTarget }) => draft.moveCaret(currentTarget.selectionStart ?? 0)}
        onKeyDown={(event) => handleKey(event, draft, submit)}
      />
      <p class="sr-only" role="status">{pickerWords(draft)}</p>
      <div class="composer-tools">
        <button
          type="button"
          class="icon-button"
          aria-label={t("composer.mention")}
          title={t("composer.mention")}
          onClick={draft.startMention}
        >
          <Icon name="at" size={17} />
        </button>
        <AttachButton attachments={attachments} />
        <ComposerHint id={hintId} draft={draft} bytes={bytes} />
        <StopButton />
        <button type="submit" class="send" aria-label={t("composer.send")} disabled={!canSend}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/**
 * Sends with one id per message, so that a retry never doubles it. A refused message comes back
 * into the box, in front of whatever was typed since: nothing is lost.
 */
function useSender(draft: Draft, images: Attachments): () => Promise<void> {
  const app = useApp();
  const { roomId, replying } = useRoom();
  const refused = useRef<{ readonly id: string; readonly key: string } | undefined>(undefined);
  const isSettling = useRef(false);
  return async () => {
    const { text, addressed, write } = draft;
    const { drafts } = images;
    const attachments = drafts.map((one) => one.id);
    if (attachments.length > 0) {
      if (isSettling.current) return; // The same press once more.
      isSettling.current = true;
      await images.settled();
      isSettling.current = false;
    }
    const replyTo = replying.peek();
    write("", 0);
    replying.value = undefined;
    images.show([]);
    // The same words after a refusal are the same message: it may have been stored after all.
    const key = [text, replyTo, ...attachments].join("\n");
    const again = refused.current?.key === key ? refused.current : undefined;
    const id = again?.id ?? app.client.newMessageId();
    const words = { text: text.trim(), addressed };
    const answers = replyTo === undefined ? words : { ...words, replyTo };
    const say = { kind: "say", roomId, id, ...answers } as const;
    const done = await app.act(attachments.length > 0 ? { ...say, attachments } : say);
    refused.current = done === undefined ? { id, key } : undefined;
    if (done !== undefined) return;
    images.show(drafts);
    replying.value ??= replyTo;
    const kept = [text, app.client.readDraft(roomId)].filter((part) => part !== "").join("\n");
    write(kept, kept.length);
  };
}

/** A picture that another app shared with this room. */
function useHandedPicture(attachments: Attachments): void {
  const { handover } = useApp();
  const { roomId } = useRoom();
  useEffect(() => {
    const handed = handover.value;
    if (handed?.roomId !== roomId || handed.as !== "picture") return;
    handover.value = undefined;
    attachments.add([handed.file], handed.onTaken); // SY190: a refused one goes on waiting.
  }, [roomId]);
}

function AttachButton({ attachments }: { readonly attachments: Attachments }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={t("composer.attach")}
        title={t("composer.attach")}
        onClick={() => input.current?.click()}
      >
        <Icon name="picture" size={17} />
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept="image/jpeg,image/png,image/webp,image/gif"
        onChange={(event) => {
          attachments.add([...event.currentTarget.files ?? []]);
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}

/** UTF-8 bytes; counted only when the text could be over the limit. */
function countBytes(text: string): number {
  return text.length * 3 > protocolLimits.textBytesMax ? encoder.encode(text).length : 0;
}

function handleKey(event: KeyboardEvent, draft: Draft, submit: () => void): void {
  if (event.isComposing || handlePickerKey(event, draft)) return;
  if (event.key !== SEND_KEY || event.shiftKey) return;
  event.preventDefault();
  submit();
}

/** Keys of the open picker; true when the key was the picker's. */
function handlePickerKey(event: KeyboardEvent, draft: Draft): boolean {
  const { found, chosen } = draft;
  if (found === undefined) return false;
  const persona = found[chosen];
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (event.key === ESCAPE_KEY) {
    // This Escape closes the picker; the next one stops the room.
    event.stopPropagation();
    draft.dismissPicker();
  } else if (persona === undefined) return false;
  else if (step !== 0) draft.choose((chosen + step + found.length) % found.length);
  else if (event.key === SEND_KEY || event.key === "Tab") draft.take(persona);
  else return false;
  event.preventDefault();
  return true;
}

/** The focus stays in the box; the chosen option is named by its id. */
function pickerAttributes({ found, chosen }: Draft, listId: string) {
  const isOpen = found !== undefined && found.length > 0;
  return {
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    "aria-controls": isOpen ? listId : undefined,
    "aria-activedescendant": isOpen ? `${listId}-${chosen}` : undefined,
  } as const;
}

function pickerWords({ found }: Draft): string {
  if (found === undefined) return "";
  return found.length > 0
    ? plural("composer.picker-found", found.length)
    : t("composer.picker-none");
}

/** The box has the focus at once, except where a screen keyboard would cover the room. */
function useFirstFocus(box: { readonly current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) box.current?.focus({ preventScroll: true });
  }, []);
}
