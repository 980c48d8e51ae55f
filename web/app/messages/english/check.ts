/** The device check; comes with its screen (`addEnglish`), not with the page. */
export const check = {
  "check.title": "Check this device",
  "check.lead":
    "One question to ready-made personas in a room of its own. The first answer should come within {first}, all within {all}. Stay on this page meanwhile; the room stays until you delete it.",
  "check.count": "Personas, 1 to {max}",
  "check.run": "Run the check",
  "check.running": "Asked: waiting for the answers.",
  "check.room": "Device check",
  "check.question": "Good morning, everybody! How are you today?",
  "check.ok": "All {count} answered or chose silence. First after {first}, last after {last}.",
  "check.broke": "The check itself could not look: {detail}.",
  "check.too-few": "{count} of the personas had a host. A check needs {min}.",
  "check.not-kept": "The question was not kept: {detail}.",
  "check.not-in-log": "The question was sent and never came back from the room's log.",
  "check.no-reply":
    "Nobody said a word: {silent} chose silence, {unanswered} ended without an answer, {open} still open after {all}.",
  "check.first-late": "The first answer took {first} instead of at most {max}.",
  "check.unfair":
    "{answered} of {count} answered or chose silence; {unanswered} ended without an answer, {open} still open.",
  "check.all-late": "{open} of {count} still open after {max}.",
  "check.last-late": "The last one took {last} instead of at most {max}.",
  "check.table": "Answer times",
  "check.settled": "After",
  "check.copy": "Copy as JSON",
  "check.open-room": "Open the room of the check",
} as const;
