/** A piece of untrusted text with its hidden direction marks made visible. */

import type { JSX } from "preact";
import { t } from "../messages/translate.ts";
import { splitText } from "./bidi.ts";

export function PlainText({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {splitText(text).map((piece, index) =>
        piece.kind === "text"
          ? piece.text
          : piece.kind === "word"
          ? <span key={index} class="word">{piece.text}</span>
          : (
            <span
              key={index}
              class="bidi-mark"
              role="img"
              aria-label={t("msg.hidden-mark")}
              title={`${t("msg.hidden-mark")}: ${piece.codes}`}
            />
          )
      )}
    </>
  );
}
