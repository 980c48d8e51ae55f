/** What is only heard, and the choice of what that is. */
export const spoken = {
  "spoken.again": "{name} answers again: {text}",
  "spoken.many.one": "{count} new line",
  "spoken.many.other": "{count} new lines",
  "spoken.title": "Screen reader",
  "spoken.legend": "Of what others say, read aloud",
  "spoken.answers": "Whole answers",
  "spoken.sentences": "Sentence by sentence",
  "spoken.nothing": "Nothing",
  "spoken.hint":
    "One speaker at a time, each named. Sentence by sentence begins sooner; others wait until the speaker is done.",
  "log.announcements": "New messages",
  "log.says": "{name} says: {text}",
  "log.replies": "{name}, in reply to {to}: {text}",
  "log.shows": "{name} shows a picture.",
} as const;
