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
  "preview.title": "What happens then",
  "preview.empty": "Nobody is in the cast yet, so nobody answers.",
  "preview.nobody": "Nobody of the cast has a device to think on, so nobody answers.",
  "preview.everybody.one": "When you write, {names} hears it and answers.",
  "preview.everybody.other": "When you write, {names} hear it and answer.",
  "preview.may-be-silent.one": "It decides whether to speak, and may stay silent.",
  "preview.may-be-silent.other": "Each decides whether to speak, and may stay silent.",
  "preview.at-once": "They think at the same time.",
  "preview.one-by-one":
    "They think one after another, since they share a device; the order moves on with every message.",
  "preview.some-at-once": "Up to {count} think at the same time, the others after them.",
  "preview.first-of-cast": "When you write and name nobody, {name} answers, the first of the cast.",
  "preview.longest.one": "When you write, {names} answers next, having waited the longest.",
  "preview.longest.other": "When you write, {names} answer next, having waited the longest.",
  "preview.drawn.one": "When you write, {names} is next in this round, which was drawn.",
  "preview.drawn.other": "When you write, {names} are next in this round, which was drawn.",
  "preview.vote": "When you write, {director} reads it and picks who answers, of {names}.",
  "preview.only-one": "When you write, {name} answers: nobody else can.",
  "preview.overdue":
    "When you write, {name} answers next without being picked, after being passed over so often.",
  "preview.no-vote":
    "When you write, {name} answers next, having waited the longest: nobody is there to decide.",
  "preview.debate":
    "When you write, they speak one at a time, in this order: {names}. {count} speeches in all.",
  "preview.your-turn": "Then it is your turn again.",
  "preview.react.one": "Then {names} may react once to what the others said.",
  "preview.react.other":
    "Then {names} may react to what the others said, for up to {count} rounds.",
  "preview.react-vote.one": "Then {director} picks once more who reacts to that.",
  "preview.react-vote.other": "Then {director} picks up to {count} more times who reacts to that.",
  "preview.react-others.one": "Then the others may react once to that.",
  "preview.react-others.other": "Then the others may react to that, for up to {count} rounds.",
  "preview.named-first": "Whom you name with @ comes first; the others hear it too.",
  "preview.named-alone": "Name somebody with @, and only they answer.",
  "preview.named-debate": "Name two or more with @, and only they debate.",
  "preview.hostless.one":
    "{names} has no device to think on and is passed over until there is one.",
  "preview.hostless.other":
    "{names} have no device to think on and are passed over until there is one.",
} as const;
