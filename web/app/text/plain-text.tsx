/** A piece of untrusted text with its hidden direction marks made visible. */

import type { JSX } from "preact";
import { t } from "../messages/translate.ts";
import { splitBidi } from "./bidi.ts";

export function PlainText({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {splitBidi(text).map((piece, index) =>
        piece.kind === "text" ? piece.text : (
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
