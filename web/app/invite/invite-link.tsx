/**
 * The link of a shared room. It is fetched when a person asks for it, and stands in the page only
 * while it is shown: a screenshot or a curious extension should find no key by chance.
 */

import "./invite-text.ts";
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import type { AnyError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { copyText } from "../parts/copying.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon } from "../parts/icon.tsx";
import { lazyPart } from "../parts/lazy.tsx";
import { useRoom } from "../room/room-context.ts";

const InviteQr = lazyPart(async () => (await import("./invite-qr.tsx")).InviteQr);

type Access = "write" | "read";
type Piece = "link" | "address" | "key";

const COPIED = {
  link: "invite.copied",
  address: "invite.copied-address",
  key: "invite.copied-key",
} as const;

export function InviteLink({ access: own }: {
  /** What this device may do itself: nobody hands out more than they have. */
  readonly access: Access;
}): JSX.Element {
  const [access, setAccess] = useState(own);
  return (
    <>
      {own === "write"
        ? <Rights access={access} onChange={setAccess} />
        : <p>{t("invite.reader")}</p>}
      <LinkPieces key={access} access={access} />
      <p class="hint">{t("invite.holder-text")}</p>
    </>
  );
}

function Rights({ access, onChange }: {
  readonly access: Access;
  readonly onChange: (access: Access) => void;
}): JSX.Element {
  const id = useId();
  return (
    <fieldset class="choices">
      <legend>{t("invite.rights")}</legend>
      <div class="choice-pair">
        {(["write", "read"] as const).map((each) => (
          <label key={each} class="choice">
            <input
              type="radio"
              name={id}
              checked={access === each}
              onChange={() => onChange(each)}
            />
            <span>
              <b>{t(`invite.${each}`)}</b>
              <small>{t(`invite.${each}-text`)}</small>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function LinkPieces({ access }: { readonly access: Access }): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  const [shown, setShown] = useState<string | undefined>(undefined);
  const [drawn, setDrawn] = useState<string | undefined>(undefined);
  const [byHand, setByHand] = useState<string | undefined>(undefined);
  const [copied, setCopied] = useState<Piece | undefined>(undefined);
  const [error, setError] = useState<AnyError | undefined>(undefined);
  const fetchPiece = async (piece: Piece): Promise<string | undefined> => {
    setError(undefined);
    const done = await app.client.send({ kind: "invite-link", roomId, access });
    if (!done.ok) setError(done.error);
    return done.ok && done.value.kind === "invite" ? cut(done.value, piece) : undefined;
  };
  const copy = async (piece: Piece): Promise<void> => {
    const text = await fetchPiece(piece);
    if (text === undefined) return;
    const isCopied = await copyText(text);
    setCopied(isCopied ? piece : undefined);
    setByHand(isCopied ? undefined : text);
  };
  const toggle = async (): Promise<void> => {
    setShown(shown === undefined ? await fetchPiece("link") : undefined);
  };
  const draw = async (): Promise<void> => {
    setDrawn(drawn === undefined ? await fetchPiece("link") : undefined);
  };
  const copyButton = (piece: Piece, words: string, main = false): JSX.Element => (
    <button
      type="button"
      class={main ? "button button-solid" : "button"}
      onClick={() => void copy(piece)}
    >
      <Icon name={copied === piece ? "check" : "copy"} size={16} />
      {words}
    </button>
  );
  return (
    <>
      <div class="invite-link">
        <LinkField shown={shown} onToggle={() => void toggle()} />
        {copyButton("link", t("invite.copy-link"), true)}
      </div>
      <div>
        <button
          type="button"
          class="button"
          aria-expanded={drawn !== undefined}
          onClick={() => void draw()}
        >
          {t("invite.qr")}
        </button>
      </div>
      {drawn !== undefined && <InviteQr link={drawn} access={access} />}
      <section class="two-ways">
        <h3>{t("invite.two-ways")}</h3>
        <p class="hint">{t("invite.two-ways-text")}</p>
        <div class="row-buttons">
          {copyButton("address", t("invite.copy-address"))}
          {copyButton("key", t("invite.copy-key"))}
        </div>
      </section>
      {byHand !== undefined && <ByHand text={byHand} />}
      {error !== undefined && <ErrorNote error={error} doing={t("doing.invite-link")} />}
      <p class={copied === undefined ? "sr-only" : "note note-good"} role="status">
        {copied === undefined ? "" : t(COPIED[copied])}
      </p>
    </>
  );
}

/** Empty until it is shown: what is not in the page cannot be read there. */
function LinkField({ shown, onToggle }: {
  readonly shown: string | undefined;
  readonly onToggle: () => void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("invite.link")}</label>
      <div class="secret">
        <input
          id={id}
          class="input"
          type="text"
          readOnly
          autocomplete="off"
          value={shown ?? ""}
          placeholder={t("invite.hidden")}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button" aria-pressed={shown !== undefined} onClick={onToggle}>
          {shown === undefined ? t("invite.show") : t("invite.hide")}
        </button>
      </div>
    </div>
  );
}

/** The browser refused to copy: the text stands selected, so that one key press copies it. */
function ByHand({ text }: { readonly text: string }): JSX.Element {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, [text]);
  return (
    <div class="stack" role="alert">
      <p>{t("invite.by-hand")}</p>
      <textarea
        ref={box}
        class="input"
        readOnly
        rows={3}
        aria-label={t("invite.by-hand-label")}
        value={text}
      />
    </div>
  );
}

function cut(
  invite: { readonly address: string; readonly fragment: string },
  piece: Piece,
): string {
  if (piece === "address") return invite.address;
  return piece === "key" ? `#${invite.fragment}` : `${invite.address}#${invite.fragment}`;
}
