/** German of `english/images.ts`, key by key. */

import type { images as english } from "../english/images.ts";
import type { Translated } from "../translate.ts";

export const images: Translated<typeof english> = {
  "image.strip": "Bilder dieser Nachricht",
  "image.alt": "Was Bild {number} zeigt",
  "image.alt-placeholder": "Was ist zu sehen?",
  "image.remove": "Bild {number} entfernen",
  "image.busy": "Das Bild wird verkleinert…",
  "image.all-see": "Zu sehen für {names}.",
  "image.some-see": "Zu sehen für {seers}; für {others} gibt es nur die Beschreibung.",
  "image.none-see": "Für {names} gibt es nur die Beschreibung zu lesen.",
  "image.unnamed": "Bild ohne Beschreibung",
  "image.open": "Vergrößern: {alt}",
  "image.loading": "Das Bild ist unterwegs",
  "image.gone": "Das Bild wird hier nicht mehr aufbewahrt.",
  "image.wrong": "Was gesendet wurde, ist nicht das angekündigte Bild; es wird nicht gezeigt.",
  "image.unread": "Das Bild war nicht lesbar. Lade neu, um es noch einmal zu versuchen.",
  "image.bad-kind": "Nur Bilder als JPEG, PNG, WebP und GIF lassen sich anhängen.",
  "image.bad-large": "Die Datei ist zu groß; höchstens {max} gehen.",
  "image.bad-pixels": "Das Bild hat zu viele Pixel; höchstens {max} Millionen gehen.",
  "image.bad-unreadable": "Das Bild war nicht lesbar. Vielleicht ist die Datei beschädigt.",
  "image.bad-fit": "Das Bild ließ sich nicht klein genug machen.",
  "image.bad-full": "Eine Nachricht fasst {max} Bilder. Sende erst diese.",
  "image.bad-store":
    "Das Bild ließ sich auf diesem Gerät nicht speichern und wurde deshalb nicht angehängt.",
};
