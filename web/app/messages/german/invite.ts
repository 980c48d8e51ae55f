/** German of `english/invite.ts`, key by key. */

import type { invite as english } from "../english/invite.ts";
import type { Translated } from "../translate.ts";

export const invite: Translated<typeof english> = {
  "invite.title": "Leute einladen",
  "invite.local":
    "Dieser Raum ist nur auf diesem Gerät. Teile ihn, und du bekommst einen Link für die Leute, die du hier haben möchtest.",
  "invite.copy": "Eine Kopie geht hinaus, versiegelt",
  "invite.copy-text":
    "{relay} gibt Nachrichten zwischen euren Geräten weiter. Alles wird vorher hier verschlüsselt, mit einem Schlüssel, der im Link bleibt.",
  "invite.sees": "Was der Server sieht",
  "invite.sees-text":
    "Wann etwas gesendet wird, wie groß es ist und von welcher Netzadresse. Nie Worte, Namen oder den Schlüssel.",
  "invite.holder": "Wer den Link hat, ist dabei",
  "invite.holder-text":
    "Alle mit dem Link können lesen, was gesagt wurde und noch gesagt wird. Er lässt sich nicht zurücknehmen, nur mit einem neuen Raum hinter sich lassen.",
  "invite.relay-other": "Über einen anderen Server",
  "invite.relay": "Adresse des Servers",
  "invite.relay-hint":
    "Leer heißt {own}, woher diese Seite kam. Ein anderer muss Seiten von {page} einlassen.",
  "invite.relay-wrong":
    "Das ist keine Adresse eines solchen Servers. Sie ist ein Name wie relay.example oder beginnt mit wss://.",
  "invite.share": "Diesen Raum teilen",
  "invite.sharing": "Wird geteilt…",
  "invite.rights": "Mit diesem Link kann man",
  "invite.write": "Mitreden",
  "invite.write-text": "lesen und schreiben und dem Raum sein Gerät zum Denken leihen",
  "invite.read": "Nur lesen",
  "invite.read-text": "mitlesen, ohne Namen und ohne Stimme",
  "invite.reader":
    "Du kannst hier nur lesen, deshalb ist auch der Link, den du weitergeben kannst, zum Lesen.",
  "invite.link": "Einladungslink",
  "invite.hidden": "Verborgen, bis du ihn zeigst",
  "invite.show": "Zeigen",
  "invite.hide": "Verbergen",
  "invite.copy-link": "Link kopieren",
  "invite.copied":
    "Kopiert. Wer ihn hat, kann diesen Raum lesen; schick ihn also dorthin, wo nur die Richtigen hinsehen.",
  "invite.qr": "QR-Code",
  "invite.qr-alt": "QR-Code des Einladungslinks",
  "invite.qr-write":
    "Für jemanden neben dir: einfach die Kamera darauf richten. Wer ihn fotografiert, kann beitreten; zeig ihn also nur denen, die du meinst.",
  "invite.qr-read":
    "Für jemanden neben dir: einfach die Kamera darauf richten. Wer ihn fotografiert, kann mitlesen; zeig ihn also nur denen, die du meinst.",
  "invite.two-ways": "Sicherer: auf zwei Wegen schicken",
  "invite.two-ways-text":
    "Schick die Adresse auf einem Weg und den Schlüssel auf einem anderen, etwa per Chat und am Telefon. Jedes allein öffnet nichts; zusammengesetzt, die Adresse zuerst, sind sie der Link.",
  "invite.copy-address": "Ohne Schlüssel kopieren",
  "invite.copy-key": "Schlüssel kopieren",
  "invite.copied-address": "Adresse kopiert. Ohne den Schlüssel öffnet sie nichts.",
  "invite.copied-key": "Schlüssel kopiert. Schick ihn auf einem anderen Weg als die Adresse.",
  "invite.by-hand":
    "Der Browser ließ die Seite nicht kopieren. Markiere den Text und kopiere ihn selbst.",
  "invite.by-hand-label": "Text zum Kopieren",
  "join.title": "Du bist in einen Raum eingeladen",
  "join.title-ask": "Mit einem Link beitreten",
  "join.lead-write":
    "Die Menschen darin und die Personas, für die ihre Geräte denken, sehen deinen Namen und was du schreibst. Nachrichten werden mit dem Schlüssel aus dem Link verschlüsselt; der Server zwischen euch gibt sie nur weiter.",
  "join.lead-read":
    "Mit diesem Link kannst du mitlesen. Du hast im Raum keinen Namen und kannst nicht schreiben; die anderen sehen nur, dass jemand liest.",
  "join.personas":
    "Hat dieses Gerät ein Modell, dürfen Personas des Raums darauf denken, solange du da bist.",
  "join.link": "Einladungslink",
  "join.link-hint": "Die ganze Adresse oder der Teil ab #.",
  "join.link-missing":
    "Das ist kein Einladungslink. Er endet auf #w=1. oder #r=1. und einen langen Schlüssel.",
  "join.kept":
    "Der Schlüssel wird aus der Adresszeile genommen und mit dem Raum in diesem Browser aufbewahrt.",
  "join.name": "Der Name, den andere sehen",
  "join.name-missing": "Die anderen brauchen einen Namen für dich.",
  "join.do": "Beitreten",
  "join.doing": "Beitritt läuft…",
  "join.next": "Weiter",
  "join.another": "Einen anderen Link nehmen",
  "people.this-is-you": "du",
  "people.device": "{name}: Gerät und Sicherheitswörter",
  "people.here": "da",
  "people.away": "nicht da",
  "people.hosts": "denkt für {names}",
  "people.can-host": "kann für Personas denken",
  "people.you-read": "Du liest mit, ohne Namen.",
  "people.readers.one": "{count} weitere Person ist da, liest oder kommt gerade an",
  "people.readers.other": "{count} weitere sind da, lesen oder kommen gerade an",
  "people.host-own": "auf diesem Gerät",
  "people.host-other": "auf dem Gerät von {name}",
  "people.imported":
    "Was hier früher gesagt wurde, steht so da, wie das Gerät von {name} es weitergegeben hat.",
  "people.imported-own":
    "Was hier früher gesagt wurde, steht so da, wie dein Gerät es weitergegeben hat.",
  "people.disputed":
    "Das Gerät von {name} hat in Erinnerung, was hier gesagt wurde, aber anders als das von {maker}. Eines von beiden irrt.",
  "people.relay": "Geteilt über {relay}, durchgehend verschlüsselt",
  "people.refused.one": "{count} Eintrag dieses Raums ließ sich nicht öffnen und fehlt.",
  "people.refused.other": "{count} Einträge dieses Raums ließen sich nicht öffnen und fehlen.",
};
