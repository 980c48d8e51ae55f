/** German of `english/good-for.ts`, key by key. */

import type { goodFor as english } from "../english/good-for.ts";
import type { Translated } from "../translate.ts";

export const goodFor: Translated<typeof english> = {
  "good-for.starter": "Ein erstes Gespräch in einfachem Englisch; sehr klein und läuft überall.",
  "good-for.step-up": "Eine Stufe über dem Startmodell, ohne Grafikkarte; vergisst und erfindet.",
  "good-for.small-talk-english": "Plaudern auf Englisch, ohne Grafikkarte.",
  "good-for.quick-slow": "Schnelle Antworten in vielen Sprachen; ohne Grafikkarte langsam.",
  "good-for.small-talk-weak": "Plaudern auf schwachen Geräten; vergisst und erfindet.",
  "good-for.quick-short": "Schnelle Antworten in vielen Sprachen; nur kurze Gedanken.",
  "good-for.light-chat": "Leichtes Geplauder auf Englisch mit wenig Speicherbedarf.",
  "good-for.several-voices": "Mehrere Stimmen in einem Raum bei gutem Tempo.",
  "good-for.open-data": "Gespräche auf Englisch, aus völlig offenen Trainingsdaten.",
  "good-for.everyday": "Alltagsfragen in vielen Sprachen.",
  "good-for.everyday-english": "Alltagsfragen auf Englisch.",
  "good-for.prose": "Sorgfältige, freundliche Texte.",
  "good-for.discussion": "Diskussionen, die beim Thema bleiben, in vielen Sprachen.",
  "good-for.keeps-character": "Personas, die auch in langen Gesprächen sie selbst bleiben.",
  "good-for.role-play": "Rollenspiel, das sich eng an eine Karte hält.",
  "good-for.reasoning": "Nachdenken und Antworten Schritt für Schritt.",
  "good-for.fluent": "Lange, flüssige Antworten auf einer guten Grafikkarte.",
  "good-for.strongest":
    "Die stärksten Gespräche in vielen Sprachen; braucht eine gute Grafikkarte.",
  "good-for.richest": "Die lebendigsten Personas hier; braucht eine gute Grafikkarte.",
};
