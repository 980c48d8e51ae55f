/**
 * Held-out prompts for the score: rooms of held-out names, nouns and card wordings.
 * Owns the room script as the app writes it ("Name: text" lines, then the cue). Pure.
 */

export const KINDS = [
  "myname",
  "pass",
  "noun",
  "like",
  "myname",
  "noun",
  "pass",
  "prefer",
  "noun",
  "factask",
  "noun",
  "pass",
  "likewhat",
  "myname",
  "noun",
  "pass",
  "all",
  "noun",
  "hello",
  "like",
  "everyday",
  "everyday",
];
const NOUN_INTENTS = ["op", "how_to", "made", "bought", "story", "stmt", "op", "story"];

export function buildItem(held, random, kind) {
  const room = new Room(held, random);
  room.talk(Math.floor(random() * 4));
  return BUILD[kind](room);
}

const pick = (random, list) => list[Math.floor(random() * list.length)];

class Room {
  constructor(held, random) {
    this.held = held;
    this.random = random;
    this.lines = [];
    this.used = new Set();
    const voices = Object.keys(held.cards);
    const count = 1 + Math.floor(random() * 3);
    this.personas = Array.from({ length: count }, () => {
      const voice = pick(random, voices);
      return this.persona(this.fresh(held.personas), voice);
    });
    this.people = [this.fresh(held.people)];
    if (random() < 0.35) this.people.push(this.fresh(held.people));
    if (random() < 0.3) this.people[0] = pick(random, held.nameless);
    this.me = this.people[0];
    this.speaker = this.personas[0];
  }

  pick(list) {
    return pick(this.random, list);
  }

  fresh(list) {
    for (;;) {
      const value = this.pick(list);
      if (!this.used.has(value)) {
        this.used.add(value);
        return value;
      }
    }
  }

  many() {
    const noun = this.fresh(this.held.nouns);
    return { text: noun.many, core: noun.many };
  }

  persona(name, voice) {
    const [like, like2, dislike] = [this.many(), this.many(), this.many()];
    const tail = this.pick(this.held.likes);
    const filled = tail.replace("{L}", like.text).replace("{L2}", like2.text)
      .replace("{D}", dislike.text);
    return {
      name,
      voice,
      like: tail.includes("{L}") ? like : null,
      dislike: tail.includes("{D}") ? dislike : null,
      card: `${this.pick(this.held.cards[voice])}. ${filled}`,
    };
  }

  say(name, text) {
    this.lines.push(`${name}: ${text}\n`);
  }

  /** Earlier talk of persons and personas that has nothing to do with the scored line. */
  talk(rounds) {
    for (let i = 0; i < rounds; i++) {
      const filler = this.pick(this.held.fillers);
      this.say(this.pick(this.people), filler.line);
      this.say(this.pick(this.personas).name, filler.reply);
    }
  }

  /** A scored wording: from training, or one that training never saw. */
  line(intent, slots) {
    const bank = this.held.wordings[intent];
    this.wording = this.random() < 0.45 ? "new" : "seen";
    return fill(this.pick(bank[this.wording]), slots);
  }

  call(name, text) {
    return this.pick([`${name}, ${text}`, `@${name} ${text}`, `${text} @${name}`, text, text]);
  }

  item(audience, more) {
    const who = this.speaker;
    const names = [...this.personas.map((p) => p.name), ...this.people];
    const here = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
    const meant = { you: "you", all: "all" }[audience] ?? more.meant;
    const prompt = `<|room|>Here: ${here}.\n${this.lines.join("")}` +
      `<|cue|>${who.name}: ${who.card} | for ${meant}\n<|reply|>`;
    return {
      prompt,
      persona: who.name,
      voice: who.voice,
      people: this.people,
      others: this.personas.filter((p) => p !== who).map((p) => p.name),
      wording: this.wording ?? "seen",
      audience,
      ...more,
    };
  }

  ask(text, more, toAll = this.random() < 0.3) {
    this.say(this.me, toAll ? text : this.call(this.speaker.name, text));
    return this.item(toAll ? "all" : "you", more);
  }
}

function fill(text, slots) {
  return text.replace(/\{(\w+)\}/g, (_, key) => slots[key] ?? key);
}

const article = (word) => `${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`;

function askAbout(room, noun, rate) {
  const intent = room.pick(NOUN_INTENTS);
  const ax = noun.mass ? `some ${noun.one}` : article(noun.one);
  const generic = ["op", "how_to", "stmt"].includes(intent);
  const task = `${room.pick(room.held.tasks)} ${noun.many}`;
  const template = room.line(intent, { x: noun.many, ax, s: noun.one, vx: task });
  const core = generic || template.includes(noun.many) ? noun.many : noun.one;
  return room.ask(template, { rate, must: [core], detail: intent });
}

const BUILD = {
  myname(room) {
    let name = room.me;
    if (room.held.nameless.includes(name)) name = room.fresh(room.held.people);
    room.say(room.me, fill(room.pick(room.held.meet), { n: name }));
    room.say(room.speaker.name, room.pick(room.held.fillers).reply);
    room.talk(Math.floor(room.random() * 3));
    return room.ask(room.line("myname", {}), { rate: "recalls a told name", must: [name] });
  },

  factask(room) {
    const kind = room.pick(room.held.kinds);
    const value = room.fresh(room.held.people);
    room.say(room.me, fill(room.pick(room.held.fact), { kind, fact: value }));
    room.say(room.speaker.name, room.pick(room.held.fillers).reply);
    room.talk(Math.floor(room.random() * 2));
    const text = room.line("factask", { kind });
    return room.ask(text, { rate: "recalls a told fact", must: [value] });
  },

  noun: (room) => askAbout(room, room.fresh(room.held.nouns), "noun of the line"),

  /** Nouns that training knows: what people ask about first. */
  everyday: (room) => askAbout(room, room.fresh(room.held.everyday), "everyday noun of the line"),

  prefer(room) {
    const [a, b] = [room.many(), room.many()];
    const item = room.ask(room.line("prefer", { x: a.text, xx: b.text }), {
      rate: "noun of the line",
      must: [],
      detail: "prefer",
    });
    // Either of the two will do.
    return { ...item, must: null, either: [a.core, b.core] };
  },

  like(room) {
    const { like, dislike } = room.speaker;
    const choices = [["meh", room.many()]];
    if (like) choices.push(["yes", like], ["yes", like]);
    if (dislike) choices.push(["no", dislike], ["no", dislike]);
    const [stance, thing] = room.pick(choices);
    const text = room.line("like", { x: thing.text });
    return room.ask(text, { rate: "likes", stance, must: null });
  },

  likewhat(room) {
    const thing = room.speaker.like;
    const more = thing ? { rate: "names a like of its card", must: [thing.core] } : {};
    const text = room.pick(["What do you like?", "What do you love?", "Name something you like"]);
    return room.ask(text, { rate: "other", ...more });
  },

  pass(room) {
    if (room.personas.length < 2) {
      room.personas.push(
        room.persona(room.fresh(room.held.personas), room.pick(Object.keys(room.held.cards))),
      );
    }
    // Mostly another persona is meant, sometimes another person.
    const person = room.people[1] && room.random() < 0.4;
    const meant = person ? room.people[1] : room.personas.at(-1).name;
    const noun = room.fresh(room.held.nouns);
    const text = room.pick([
      room.line("op", { x: noun.many }),
      room.line("like", { x: noun.many }),
      room.pick(room.held.how),
      room.line("myname", {}),
    ]);
    room.say(room.me, room.call(meant, text));
    return room.item("other", { rate: "pass", meant });
  },

  all(room) {
    return room.ask(room.line("op", { x: room.many().text }), { rate: "other" }, true);
  },

  hello(room) {
    return room.ask(room.pick([...room.held.hello, ...room.held.who]), { rate: "other" });
  },
};
