/** German of `english/errors.ts`, key by key. */

import type { errors as english } from "../english/errors.ts";
import type { Translated } from "../translate.ts";

export const errors: Translated<typeof english> = {
  // Problems: what was tried
  "doing.background": "Im Hintergrund",
  "doing.create-room": "Raum anlegen",
  "doing.branch-room": "Raum abzweigen",
  "doing.import-room": "Raum importieren",
  "doing.open-room": "Raum öffnen",
  "doing.read-earlier": "Ältere Nachrichten lesen",
  "doing.close-room": "Raum schließen",
  "doing.hold-room": "Raum löschen",
  "doing.delete-room": "Raum löschen",
  "doing.rename-room": "Raum umbenennen",
  "doing.set-recipe": "Ändern, wer antwortet",
  "doing.set-knowledge": "Ändern, was Personas wissen",
  "doing.say": "Nachricht senden",
  "doing.edit": "Nachricht ändern",
  "doing.rewind": "Zurückspulen",
  "doing.restore": "Nachrichten zurückholen",
  "doing.pin": "Anheften",
  "doing.stop": "Stoppen",
  "doing.again": "Noch einmal fragen",
  "doing.pick": "Antwort wählen",
  "doing.put-persona": "Persona speichern",
  "doing.remove-persona": "Persona entfernen",
  "doing.share-room": "Raum teilen",
  "doing.join-room": "Raum beitreten",
  "doing.invite-link": "Einladungslink erstellen",
  "doing.people": "Ein Gerät des Raums ansehen",
  "doing.move-room": "Mit dem Raum umziehen",
  "doing.forget-move": "Umzug vergessen",
  "doing.follow-room": "In den neuen Raum mitgehen",
  "doing.reconnect": "Neu verbinden",
  "doing.set-name": "Namen speichern",
  "doing.choose-model": "Modell wählen",
  "doing.engine-stop": "Modell anhalten",
  "doing.delete-model": "Modell löschen",
  "doing.add-model": "Modell in die Liste aufnehmen",
  "doing.download-model": "Modell herunterladen",
  "doing.pause-download": "Download anhalten",
  "doing.set-model-host": "Modellquelle speichern",
  "doing.check-endpoint": "Server suchen",
  "doing.add-endpoint": "Server hinzufügen",
  "doing.remove-endpoint": "Server entfernen",
  "doing.engine-retry": "Modell neu starten",
  "doing.service-retry": "Persona neu starten",
  "doing.list-models": "Liste der Modelle lesen",
  "doing.session": "Die Sitzung der Persona fragen",
  "doing.dismiss-problem": "Hinweis ausblenden",

  // Errors: what happened, what to do
  "lost.nothing": "Nichts ging verloren.",
  "lost.draft": "Nichts ging verloren: Dein Text steht noch im Feld.",
  "error.pins-full": "In diesem Raum ist schon alles angeheftet, was Platz hat: {max}",
  "error.pins-full-do": "Löse eine Nachricht, dann hefte diese an.",
  "error.images-full": "Eine Nachricht fasst {max} Bilder",
  "error.images-full-do": "Nimm einige davon weg, dann sende sie.",
  "error.pin-out-of-reach": "Diese Nachricht lässt sich nicht anheften",
  "error.pin-out-of-reach-do":
    "Sie ist keine der neuesten 200 Nachrichten, oder sie ist beiseitegelegt.",
  "error.nothing-to-restore": "Es gibt nichts zurückzuholen",
  "error.nothing-to-restore-do":
    "Seitdem wurde etwas gesagt, oder das Zurückspulen ist noch nicht im Raum angekommen.",
  "error.room-moved": "Dieser Raum ist umgezogen",
  "error.room-moved-do": "Hier kann nichts Neues mehr gesagt werden.",
  "error.move-under-way": "Der Raum zieht schon um",
  "error.move-under-way-do": "Es klappt, sobald der Server zu erreichen ist.",
  "error.left-out": "Der Raum ist ohne dieses Gerät umgezogen",
  "error.move-box-void": "Der Schlüssel des neuen Raums ließ sich nicht öffnen",
  "error.move-do": "Bitte jemanden dort um den neuen Link.",
  "error.storage-full": "Der Speicher dieses Browsers ist voll",
  "error.storage-full-do":
    "Lösche unter „Modelle“ ein Modell, das du nicht mehr brauchst, oder schaff Platz auf dem Gerät und versuch es noch einmal.",
  "error.storage-denied": "Dieser Browser lässt die Seite nichts speichern",
  "error.storage-denied-do":
    "Verlass das private Surfen oder erlaube Websitedaten für diese Adresse und lade neu.",
  "error.storage-corrupt": "Ein gespeicherter Eintrag war nicht lesbar",
  "error.storage-corrupt-do":
    "Der Rest des Raums ist unversehrt. Lade neu; bleibt es so, kopiere die Einzelheiten und melde sie.",
  "error.storage-failed": "Der Speicher des Browsers hat nicht geantwortet",
  "error.storage-failed-do":
    "Versuch es noch einmal. Bleibt es so, schließ andere Tabs dieser Seite und lade neu.",
  "error.storage-lost": "Dieser Browser hat gelöscht, was hier gespeichert war",
  "error.storage-lost-what":
    "Räume, Schlüssel und Modelle, die nur dieser Browser hatte, sind weg.",
  "error.storage-lost-do":
    "Was du noch siehst, kannst du kopieren, bis du neu lädst. Geteilte Räume kommen mit einem Einladungslink zurück, gesicherte mit ihrer Datei; Modelle lassen sich wieder herunterladen.",
  "error.browser-unfit": "Diesem Browser fehlt etwas, das Conclave braucht: {missing}",
  "error.browser-unfit-do": "Öffne die Seite in einem aktuellen Chrome, Edge, Firefox oder Safari.",
  "error.entry-too-large": "Das ist zu groß für einen Eintrag: {size}, höchstens {max} gehen",
  "error.entry-too-large-do": "Kürze es oder sende es in Teilen.",
  "error.room-unknown": "Dieser Raum ist nicht mehr auf diesem Gerät",
  "error.room-unknown-do":
    "Geh zurück zu deinen Räumen; vielleicht wurde er in einem anderen Tab gelöscht.",
  "error.endpoint-refused": "Der Server wurde nicht hinzugefügt",
  "error.endpoint-refused-do":
    "Prüfe unter „Modelle“, was eingegeben wurde, und füge ihn noch einmal hinzu.",
  "error.text-empty": "Es gibt noch nichts zu senden",
  "error.text-empty-do": "Schreib erst etwas.",
  "error.text-too-long": "Die Nachricht hat {size}; höchstens {max} gehen",
  "error.text-too-long-do": "Kürze sie oder sende sie in Teilen.",
  "error.card-invalid": "Die Angabe „{field}“ der Persona fehlt oder ist zu lang",
  "card-field.name": "Name",
  "card-field.gist": "In wenigen Worten",
  "card-field.description": "Längere Beschreibung",
  "card-field.greeting": "Erster Satz",
  "card-field.lore": "Lorebook",
  "card-field.hue": "Farbe",
  "error.card-invalid-do": "Ändere diese Angabe und speichere noch einmal.",
  "error.not-found": "Das gibt es nicht mehr",
  "error.not-found-do":
    "Vielleicht wurde es in einem anderen Tab geändert. Schau noch einmal nach und wiederhole es.",
  "error.room-read-only":
    "Dieser Raum wurde mit einem neueren Conclave geschrieben und lässt sich hier nur lesen",
  "error.room-read-only-do": "Lade neu, um zu aktualisieren, und mach dann weiter.",
  "error.url-invalid": "Das ist keine Webadresse",
  "error.url-invalid-do": "Nimm eine Adresse, die mit https:// oder http://localhost beginnt.",
  "error.link-invalid": "Dieser Einladungslink ist nicht vollständig",
  "error.link-invalid-do":
    "Kopiere ihn noch einmal von Anfang bis Ende, auch den Teil nach #. Der Schlüssel darin lässt sich nicht erraten.",
  "error.link-read-only":
    "Du bist mit einem Link zum Lesen gekommen, daraus lässt sich keiner zum Schreiben machen",
  "error.link-read-only-do":
    "Gib einen Link zum Lesen weiter oder bitte jemanden, der hier schreibt.",
  "error.crypto-unfit":
    "Dieser Browser kann nicht so verschlüsseln, wie geteilte Räume es brauchen ({missing})",
  "error.crypto-unfit-do":
    "Nimm ein aktuelles Chrome, Edge, Firefox oder Safari, unter einer Adresse, die mit https:// beginnt.",
  "error.room-not-shared": "Dieser Raum ist nur auf diesem Gerät",
  "error.room-not-shared-do": "Teile ihn zuerst; dann gibt es einen Link zum Verschicken.",
  "error.message-refused": "Der Server des Raums nimmt eine deiner Nachrichten nicht an",
  "error.message-refused-do": "Sie ist nicht im Raum. Kopiere sie von hier und sag es anders.",
  "error.relay-unreachable": "Der Server, der Nachrichten weitergibt, ist nicht zu erreichen",
  "error.relay-unreachable-do":
    "Prüfe das Netz und versuch es noch einmal. Der Raum bleibt hier, wie er ist.",
  "error.wrong-room": "Was kam, ist ein anderer Raum, als der Link nennt",
  "error.wrong-room-do": "Nichts davon wird gezeigt. Bitte noch einmal um den Link.",
  "error.leader-silent": "Der Tab, in dem das Modell läuft, antwortet nicht",
  "error.leader-silent-do": "Schließ die anderen Tabs dieser Seite; dieser übernimmt dann.",
  "error.host-unreachable": "Die Modellquelle {host} ist nicht zu erreichen",
  "error.host-unreachable-do":
    "Prüfe das Netz oder stell unter „Modelle“ eine andere Modellquelle ein. Das Startmodell läuft auch ohne Netz.",
  "error.access-denied": "{host} lehnt den Schlüssel ab",
  "error.access-denied-do":
    "Wer die Modellquelle betreibt, setzt einen gültigen Schlüssel und startet das Modell neu.",
  "error.wrong-bytes": "Eine Modelldatei kam beschädigt an: {file}",
  "error.wrong-bytes-do":
    "Die beschädigte Datei wird nicht verwendet. Lade noch einmal herunter oder wähle eine andere Modellquelle.",
  "error.webgpu-missing": "Dieser Browser bietet kein WebGPU",
  "error.webgpu-missing-do":
    "Nimm das Startmodell oder öffne die Seite in einem Browser mit WebGPU.",
  "error.feature-missing": "Der Grafikkarte fehlt {feature}",
  "error.feature-missing-do":
    "Wähle ein Modell, das es nicht braucht; die Liste sagt, welche passen.",
  "error.model-storage-full": "Für das Modell fehlt Platz: {size} sind nötig",
  "error.model-storage-full-do": "Lösche ein anderes Modell oder wähle ein kleineres.",
  "error.out-of-memory": "Das Modell passte nicht in den Arbeitsspeicher",
  "error.out-of-memory-do":
    "Schließ andere große Tabs und versuch es noch einmal, oder wähle ein kleineres Modell.",
  "error.device-lost": "Die Grafikkarte wurde entzogen oder zurückgesetzt",
  "error.device-lost-do":
    "Das Modell startet von selbst neu. Passiert das immer wieder, wähle ein kleineres.",
  "error.not-downloaded": "Die Dateien von {model} sind nicht auf diesem Gerät",
  "error.not-downloaded-do":
    "Vielleicht hat der Browser sie gelöscht. Lade sie unter „Modelle“ noch einmal herunter oder nimm das Startmodell.",
  "error.model-unknown": "Diese Version kennt das Modell {model} nicht",
  "error.model-unknown-do": "Wähle ein anderes Modell aus der Liste.",
  "error.not-loaded": "Noch ist kein Modell geladen",
  "error.not-loaded-do": "Warte, bis das Modell bereit ist, oder wähle eines.",
  "error.prompt-too-long": "Das Gespräch hat {tokens} Token; dieses Modell fasst {max}",
  "error.prompt-too-long-do": "Spule zurück oder wähle ein Modell mit längerem Kontext.",
  "error.request-invalid": "Das Modell hat die Anfrage abgelehnt ({field})",
  "error.request-invalid-do": "Das ist unser Fehler. Kopiere die Einzelheiten und melde sie.",
  "error.busy": "Das Modell ist mit einer anderen Antwort beschäftigt",
  "error.busy-do": "Es nimmt die nächste von selbst; du musst nichts tun.",
  "error.deadline": "Seit {time} kam kein Wort",
  "error.deadline-do": "Frag noch einmal oder wähle ein kleineres Modell.",
  "error.cancelled": "Abgebrochen",
  "error.cancelled-do": "Du musst nichts tun.",
  "error.internal": "Im Modellbetrieb gab es einen Fehler",
  "error.internal-do":
    "Das Modell startet von selbst neu. Bleibt es so, kopiere die Einzelheiten und melde sie.",
};
