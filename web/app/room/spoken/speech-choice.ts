/** What a screen reader is given to say; kept in this browser. */

import { type Signal, signal } from "@preact/signals";

/** Whole answers once they are there, sentence by sentence while they come, or nothing. */
export type SpeechChoice = "answers" | "sentences" | "nothing";

export const SPEECH_CHOICES: readonly SpeechChoice[] = ["answers", "sentences", "nothing"];

const STORED = "conclave.speech";

export const speechChoice: Signal<SpeechChoice> = signal(read());

export function chooseSpeech(choice: SpeechChoice): void {
  speechChoice.value = choice;
  if (choice === "answers") localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, choice);
}

function read(): SpeechChoice {
  const stored = localStorage.getItem(STORED);
  return SPEECH_CHOICES.find((choice) => choice === stored) ?? "answers";
}
