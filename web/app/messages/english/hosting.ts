/** Who can host a persona, and what keeps engines and personas alive. */
export const hosting = {
  // A persona without a host
  "outlook.takes-over": "{host} takes {name} over",
  "outlook.takes-over-own": "this device takes {name} over",
  "outlook.nobody": "nobody can host {name}",
  "outlook.nobody-needs": "nobody can host {name}: needs {needs}",
  "outlook.title": "Nobody can host {names}",
  "outlook.title-needs": "Nobody can host {names}: needs {needs}",
  "outlook.need-model": "the model {model}",
  "outlook.need-memory": "{size} of memory",
  "outlook.need-webgpu": "WebGPU",
  "outlook.need-webgpu-feature": "WebGPU with {features}",
  "outlook.need-context": "{count} tokens of context",
  "outlook.need-unknown": "the model {model}, which is not in this app's list",
  "outlook.do-choose": "Choose {model} under Models: it runs on this device.",
  "outlook.do-open":
    "Open Conclave on a device with {needs}, or choose a smaller model for {names}.",
  "outlook.do-model":
    "Open Conclave on a device that runs it, or choose another model for {names}.",
  "outlook.do-context": "Choose a model with a longer context under Models, on any device here.",
  "outlook.do-not-for-others":
    "{host} thinks only for its own personas now. Plug it in, or open the room on another device.",
  "outlook.do-not-allowed": "Only {hosts} may host {names}: open Conclave there.",
  "outlook.do-no-model": "Start a model under Models, here or on another device of the room.",
  "outlook.do-away": "Open the room on a device that may write and runs a model.",
  "outlook.do-away-read":
    "Your link lets you only read. It takes a device that may write and runs a model.",
  "outlook.do-again": "Then ask again.",
  "outlook.now": "{host} can think for {name} now. Ask again.",
  "outlook.devices": "Device by device",
  "outlook.device-not-allowed": "{device}: {names} may not run there",
  "outlook.device-not-for-others": "{device}: thinks only for its own personas now",
  "outlook.device-context": "{device}: {count} tokens of context are too few",
  "outlook.device-model": "{device}: runs {models}",
  "outlook.device-no-model": "{device}: offers no model",
  "outlook.device-away": "{device}: away",
  "outlook.device-own": "This device",
} as const;
