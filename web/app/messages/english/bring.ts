/** Bringing a model of one's own; comes with its screen (`addEnglish`), not with the page. */
export const bring = {
  "bring.title": "Bring a model of your own",
  "bring.choose": "Choose a GGUF file",
  "bring.hint":
    "A model for llama.cpp, as one file that ends in .gguf. Choose it or drop it here: it is copied into this browser and goes nowhere else.",
  "bring.drop": "Let go to bring this model",
  "bring.reading": "Reading what the file says.",
  "bring.copying": "Copied {done} of {size}.",
  "bring.url": "Or its address",
  "bring.url-hint":
    "The file's own address. Its first part is read now; the rest comes when you use the model.",
  "bring.url-add": "Add by address",
  "bring.listed": "{name} is in the list now.",
  "bring.done": "{name} is in the list now, and on this device.",
  "bring.cancel": "Cancel",
  "bring.cancelled": "Cancelled; nothing was kept.",
  "bring.refused": "Nothing was kept. {why}",
  "bring.gguf-not": "This is no GGUF file.",
  "bring.gguf-version": "Its format is version {version}; versions 2 and 3 are known here.",
  "bring.gguf-malformed": "Its header is damaged: {detail}.",
  "bring.gguf-cut": "It ends too early: {bytes} instead of at least {bytesMin}.",
  "bring.gguf-split": "It is one of {parts} parts. Join them to one file first.",
  "bring.gguf-not-text":
    "It makes no text ({architecture}): it is a part of another model, or for another purpose.",
  "bring.gguf-no-chat":
    "It names no chat template: it continues text and was not made to talk with people.",
  "fit.reason-cpu-slow":
    "No GPU here that its engine can use: on the processor expect fewer than five words a second.",
  "bring.good-for": "Brought by you; only its maker knows what it is good for.",
  "bring.no-licence": "the file names no licence",
} as const;
