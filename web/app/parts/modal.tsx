/**
 * A modal on the native dialog: the browser traps focus, closes on Escape and gives focus back.
 * Kind "inspector" fills what there is, and its parts scroll for themselves. Kind "sheet" slides
 * from the edge: the phone's place for what a wide screen shows beside the log. Kind "broad" has
 * two columns where there is room for them.
 */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { ESCAPE_KEY } from "../keys/bound-keys.ts";
import { t } from "../messages/translate.ts";
import { Icon } from "./icon.tsx";

export function Modal({ title, kind = "dialog", onClose, children }: {
  readonly title: string;
  readonly kind?: "dialog" | "sheet" | "wide" | "broad" | "inspector";
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // The element leaves the document while open, so the browser cannot give focus back itself.
      // What was opened from within may have taken it already, such as a message in the log.
      const isFree = document.activeElement === null || document.activeElement === document.body;
      if (isFree && opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`modal modal-${kind}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={onClose}
      onKeyDown={(event) => {
        // The room stops generation on Escape; here Escape only closes.
        if (event.key === ESCAPE_KEY) event.stopPropagation();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="modal-box">
        <div class="modal-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="icon-button" aria-label={t("do.close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <div class="modal-body">{children}</div>
      </div>
    </dialog>
  );
}

/** Asks before a deed that cannot be taken back, or that a slip of the finger should not do. */
export function Confirm({ title, text, confirm, danger = false, onConfirm, onClose }: {
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Modal title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="modal-actions">
        <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
        <button
          type="button"
          class={danger ? "button button-danger" : "button button-key"}
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {confirm}
        </button>
      </div>
    </Modal>
  );
}
