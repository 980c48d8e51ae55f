/** Who reads what is written in a room; comes with what says it (`addEnglish`). */
export const reads = {
  "reads.title": "Who reads what you write",
  "reads.people-local": "You, on this device, and these personas:",
  "reads.people-shared":
    "Everybody who has the link can read everything here; the relay between you cannot. The personas:",
  "reads.nobody": "Reads nothing now: no device hosts {name}.",
  "reads.here": "Thinks on this device, with {model}.",
  "reads.elsewhere": "Thinks on {host}'s device, with {model}; what it reads is at hand there.",
  "reads.model-unknown": "a model that is not known here",
  "reads.leaves": "What it reads leaves this room for {host}.",
  "reads.everything": "Is given the newest of everything said here, as far as its model holds it.",
  "reads.since-joining": "Is given only what was said while it was in the cast.",
  "reads.sees": "Sees pictures.",
  "reads.alt-only": "Sees no pictures, and reads your descriptions of them.",
  "reads.line.one": "What {names} reads leaves this room for {hosts}.",
  "reads.line.other": "What {names} read leaves this room for {hosts}.",
} as const;
