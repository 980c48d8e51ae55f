/** The engine in a line. */
export const engine = {
  "engine.idle": "Asleep until somebody is asked",
  "engine.stopped": "Stopped",
  "engine.starting": "Starting",
  "engine.loading": "Loading the model",
  "engine.downloading": "Downloading",
  "engine.warming": "Warming up with a first token",
  "engine.ready": "Ready",
  "engine.restarting": "Restarting",
  "engine.given-up": "Stopped trying",
  "engine.failed": "Needs a decision of yours",
  "engine.speed-value": "{speed} tokens a second",
  "engine.retry": "Retry now",
  "engine.progress": "{done} of {total}",
  "engine.progress-unknown": "{done} so far",
  "engine.progress-label": "Progress of the model",
  "engine.safe":
    "Nothing was lost: every message and every unanswered question is kept on this device.",
} as const;
