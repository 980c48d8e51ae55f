/** Who speaks: the recipes of a room. */
export const recipes = {
  "recipe.title": "Who answers",
  "recipe.panel": "Everyone answers",
  "recipe.panel-text": "Each persona hears every message and decides whether to speak.",
  "recipe.addressed": "Only whom you name",
  "recipe.addressed-text":
    "Name a persona with @ and it answers. Without a name, the first of the cast does.",
  "recipe.round-robin": "They take turns",
  "recipe.round-robin-text":
    "Whoever has waited the longest answers. Name somebody with @ to ask only them.",
  "recipe.pooled": "Everyone once, in random order",
  "recipe.pooled-text":
    "Nobody answers again before everyone has. Name somebody with @ to ask only them.",
  "recipe.debate": "A debate",
  "recipe.debate-text":
    "You put the question; they speak one at a time, each answering the one before. Name two or more with @ to let only them debate.",
  "recipe.director": "One persona decides",
  "recipe.director-text":
    "It reads your message and picks who speaks. Name somebody with @ to ask only them. Nobody is passed over for good.",
  "recipe.director-named": "{name} decides",
  "recipe.director-nobody": "Nobody decides",
  "recipe.director-pick": "Choose a persona",
  "recipe.director-missing": "Choose who decides.",
  "recipe.director-gone":
    "{name} used to decide and has left the cast. Until somebody else does, whoever has waited the longest speaks.",
  "recipe.director-away":
    "{name} decides, but has no device to think on. Until it has one, whoever has waited the longest speaks.",
  "recipe.director-unnamed":
    "Nobody is named to decide. Until somebody is, whoever has waited the longest speaks.",
  "recipe.seats": "How many answer each message",
  "recipe.rounds": "How often each speaks",
  "recipe.director-who": "Who decides",
  "recipe.director-later": "To let one persona decide who speaks, make the room first.",
  "recipe.followups": "Then they may talk among themselves",
  "recipe.followups-0": "Not at all",
  "recipe.followups-1": "One round",
  "recipe.followups-2": "Two rounds",
  "recipe.followups-hint": "A message of yours always comes first and ends their round.",
} as const;
