/**
 * An invite link as a picture that a telephone reads: SVG nodes, dark on a light ground by day and
 * night, since many readers know no other.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY259 The QR code of an invite link reads as that link, and stands in the page only while it is
 *         shown.
 */

import "./invite-text.ts";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { t } from "../messages/translate.ts";
import { qrPath, qrSize } from "./qr-path.ts";

export function InviteQr({ link, access }: {
  readonly link: string;
  readonly access: "write" | "read";
}): JSX.Element {
  const code = useMemo(() => qrPath(link), [link]);
  return (
    <figure class="invite-qr">
      <svg
        viewBox={`0 0 ${qrSize(code)} ${qrSize(code)}`}
        role="img"
        aria-label={t("invite.qr-alt")}
        shape-rendering="crispEdges"
      >
        <path class="qr-ground" d={`M0 0h${qrSize(code)}v${qrSize(code)}H0z`} />
        <path class="qr-dark" d={code.path} />
      </svg>
      <figcaption class="warn">
        {access === "write" ? t("invite.qr-write") : t("invite.qr-read")}
      </figcaption>
    </figure>
  );
}
