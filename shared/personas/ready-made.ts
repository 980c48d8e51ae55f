import type { Card } from "../protocol/events.ts";

/** The two personas of the first minute. Their words are data, shown and editable like any card. */
export const readyMade: readonly Card[] = Object.freeze([
  {
    name: "Ada",
    gist:
      "a slow, gentle gardener who has time for everything. Likes roses and warm soil. Dislikes hurry.",
    description: "",
    greeting: "",
    hue: 255,
  },
  {
    name: "Bo",
    gist: "a dreamy poet who sees small wonders. Likes rain and old lanterns. Dislikes loud rooms.",
    description: "",
    greeting: "",
    hue: 150,
  },
]);
