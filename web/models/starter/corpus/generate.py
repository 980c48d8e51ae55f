"""Scenes: a room script (trunk) and, after its lines, what each persona would say (forks).

Owns who is here, what is asked, what is known and whom a line is for. A fork is the cue and the
reply of one persona at one point of the script; training shares the trunk between all forks.
`Generator(seed, held=True)` draws names, nouns and cards from the held-out lists instead.
"""
import random

from . import cards, names, words
from .invent import Letters
from .lines import AFTER, BEFORE, LINES, LONG, TASKS, noisy
from .render import VOICES, agree, fill, marked, options, plain, reply
from .things import Things

WEIGHTS = dict(
    hello=5, how=3, who=4, can=3, meet=7, myname=9, op=10, like=10, likewhat=3, hatewhat=2,
    prefer=5, how_to=5, made=3, bought=3, lost=3, saw=3, stmt=7, plan=2, sad=3, glad=2, story=4,
    poem=3, joke=2, where=2, doing=2, cook=3, advice=2, other=2, alone=1, said=2, thanks=2, fact=4,
    factask=5, sums=2, know=2, knowx=3, why=3, more=3, short=3, odd=1, foreign=1.5, smile=1.5,
    real=1.5, love=1, rude=1, sorry=.7, yesno=1.5, night=.7, morning=1, bye=1.5, weather=1, age=.7,
    home=.7, game=.7, help=1, bored=1.5)
FOLLOW = ('why', 'more')
# Shapes of replies that need nothing of the line: what a persona says who was not listening.
DEAF = ('how', 'glad', 'doing', 'cook', 'where', 'advice', 'bored')
# Intents whose reply may be followed by a second persona that takes up the thing itself.
ABOUT = ('op', 'like', 'stmt', 'prefer', 'how_to', 'knowx')


class Persona:
    def __init__(self, gen, name):
        rng, things = gen.rng, gen.things
        self.name = name
        like, like2, dislike = (things.generic() for _ in range(3))
        self.like = self.like2 = self.dislike = None
        self.k, self.ka = 'simple things', 'one of the voices here'
        self.voice = rng.choice(gen.voices)
        if self.voice == 'neutral':
            noun = things.generic()
            text, trade = cards.other(rng, marked(noun.text))
            if rng.random() < .04:
                text = rng.choice(['a friend', 'a good friend', '', 'me', 'just a persona'])
            if marked(noun.text) in text:
                self.k = marked(noun.text)
            if trade in text:
                self.ka = cards._an(trade) + ' ' + marked(trade)
                text = text.replace(trade, marked(trade))
        elif gen.held:
            text = rng.choice(cards.HELD_CARDS[self.voice])
        else:
            text = cards.body(rng, self.voice, marked(name), marked(gen.name(4, 8)))
        if rng.random() < .8:
            tail = rng.choice(options(cards.LIKES))
            text = text.rstrip('.') + '. ' * bool(text) + tail.format(
                L=marked(like.text), L2=marked(like2.text), D=marked(dislike.text))
            self.like = like if '{L}' in tail else None
            self.like2 = like2 if '{L2}' in tail else None
            self.dislike = dislike if '{D}' in tail else None
            if self.k == 'simple things' and self.like:
                self.k = marked(self.like.text)
        elif text and rng.random() < .5:
            text += '.'
        self.card = text.lower() if rng.random() < .04 else text

    def cue(self, audience):
        return f'{marked(self.name)}: {self.card} | for {audience}\n'


class Generator:
    def __init__(self, seed, held=False, voices=None):
        self.rng = random.Random(seed)
        self.held = held
        banned = (names.HELD_PEOPLE + names.HELD_PERSONAS + words.HELD_COUNT + words.HELD_MASS)
        self.letters = Letters(names.PEOPLE + names.PERSONAS, banned)
        self.things = Things(self.rng, held, banned)
        self.voices = voices or list(VOICES)
        self.weights = (list(WEIGHTS), list(WEIGHTS.values()))
        self.later = False      # draw from lines.LATER too
        self.deaf = 0.0         # share of introductions that the answer does not take up

    def name(self, low=2, high=11):
        return self.letters.word(self.rng, low, high).capitalize()

    def person(self):
        rng = self.rng
        if self.held:
            return rng.choice(names.HELD_PEOPLE)
        if rng.random() < .45:
            name = self.name()
            return name.lower() if rng.random() < .06 else name
        return rng.choice(names.PEOPLE)

    def persona_name(self):
        rng = self.rng
        if self.held:
            return rng.choice(names.HELD_PERSONAS)
        z = rng.random()
        return self.name() if z < .4 else rng.choice(names.PEOPLE if z < .6 else names.PERSONAS)

    def scene(self, rounds, force=None):
        return Scene(self, rounds, force).run()


class Scene:
    def __init__(self, gen, rounds, force):
        self.gen, self.rng, self.rounds, self.force = gen, gen.rng, rounds, force
        rng, used = self.rng, set()

        def fresh(make):
            while True:
                name = make()
                if name.lower() not in used:
                    used.add(name.lower())
                    return name
        count = rng.choices([1, 2, 3, 4], [20, 50, 20, 10])[0]
        self.personas = [Persona(gen, fresh(gen.persona_name)) for _ in range(count)]
        self.people = [fresh(gen.person) for _ in range(rng.choices([1, 2, 3], [60, 30, 10])[0])]
        if rng.random() < (.5 if gen.deaf else .3):
            self.people[0] = rng.choice(names.NAMELESS)
        self.fresh = fresh
        self.called = {}        # label -> (name told, line)
        self.facts = {}         # (label, kind) -> (value, line)
        self.spoken = {}        # persona -> (text, line)
        self.topic = None
        self.last = None
        everyone = [p.name for p in self.personas] + self.people
        if rng.random() < .3:
            rng.shuffle(everyone)
        everyone = [marked(n) for n in everyone]
        listed = ' and '.join([', '.join(everyone[:-1]), everyone[-1]])
        self.head = f'Here: {listed}.\n'
        self.lines, self.forks = [], []

    def run(self):
        for i in range(self.rounds):
            self.round(self.force if i == self.rounds - 1 else None)
        return self

    # ------------------------------------------------------------ one line of a person
    def round(self, force):
        rng = self.rng
        label = rng.choice(self.people)
        intent = force or rng.choices(*self.gen.weights)[0]
        if not self.lines and not force and rng.random() < .4:
            intent = rng.choice(['hello', 'meet', 'meet', 'op', 'like'])
        if intent in FOLLOW and not self.last:
            intent = 'op'
        if intent == 'factask' and not force:
            known = [k for k in self.facts if k[0] in self.people]
            if known:
                label = rng.choice(known)[0]
            else:
                intent = 'fact'
        if intent == 'myname' and self.called and rng.random() < .6:
            label = rng.choice(list(self.called))
        if self.gen.deaf and intent == 'myname' and self.person_name(label) is None:
            intent = 'meet' if rng.random() < .7 else intent
        if intent in ('other', 'said') and len(self.personas) < 2:
            intent = 'who'
        if intent == 'said' and not self.spoken:
            intent = 'doing'
        target, audience = self.address(label, intent)
        text, slots, must, shape = self.ask(intent, label, target)
        if shape == 'said' and target is None:
            target, audience = self.others(slots['bp'])[0], None
        at = len(self.lines)
        text = self.voice_line(text, target, audience)
        self.lines.append(f'{marked(label)}: {text}\n')
        slots['needs'] = min(slots.get('needs', at), at)
        self.answers(intent, shape, label, target, audience, slots, must, at)

    def address(self, label, intent):
        """(persona meant or None, name for the cue: None for that persona, 'all', or other)"""
        rng, z = self.rng, self.rng.random()
        others = [p for p in self.people if p != label]
        if intent in FOLLOW and self.last and z < .8:
            return self.last, None
        if others and z < .1:
            return None, rng.choice(others)
        if z < .58:
            return rng.choice(self.personas), None
        return None, 'all'

    def others(self, persona):
        rest = [p for p in self.personas if p is not persona]
        self.rng.shuffle(rest)
        return rest

    def voice_line(self, text, target, audience):
        rng = self.rng
        if rng.random() < .10:
            lead = rng.choice(BEFORE.split('|'))
            text = lead + text
        if rng.random() < .08:
            text = text + rng.choice(AFTER.split('|'))
        if rng.random() < .05:
            long = rng.sample(LONG.split('|'), rng.choice([1, 2, 3]))
            text = ' '.join(long + [text])
        text = noisy(rng, text)
        called = target.name if target else audience if audience != 'all' else None
        if called and rng.random() < .65 or audience not in (None, 'all'):
            n = marked(called)
            text = rng.choice([f'{n}, {text}', f'{n}, {text}', f'@{n} {text}', f'Hey {n}, {text}',
                               f'{text.rstrip(".!?")}, {n}?', f'{n}: {text}', f'{text} {n}',
                               f'{n} {text}', f'Hi {n}! {text}', f'{text} @{n}'])
        elif audience == 'all' and rng.random() < .12:
            text = rng.choice([f'Everyone, {text}', f'{text} everyone?', f'@all {text}',
                               f'All of you: {text}', f'You two, {text}'])
        return text

    # ------------------------------------------------------------ the wording and its slots
    def ask(self, intent, label, target):
        """(line, slots of the reply, strings a good reply holds, shape of the reply)"""
        from .asking import ask
        return ask(self, intent, label, target)

    def person_name(self, label):
        told = self.called.get(label)
        if told:
            return told[0]
        return None if label in names.NAMELESS else label

    # ------------------------------------------------------------ what each persona would say
    def answers(self, intent, shape, label, target, audience, slots, must, at):
        rng = self.rng
        self.line = (intent, must)
        after = len(self.lines)
        if target or audience != 'all':
            called = marked(target.name if target else audience)
            for other in self.others(target)[:2]:
                aside = rng.random() < .08
                text = self.say(other, 'aside', label, dict(slots, T=called)) if aside else 'PASS'
                self.fork(after, other, called, text, 'aside' if aside else 'pass', [], slots)
            if not target:
                self.last = None
                return
            text, must2, shape2 = self.answer(target, intent, shape, label, slots, must)
            self.fork(after, target, 'you', text, intent, must2, slots, shape2)
            self.speak(target, self.unheard(intent, target, label, slots) or text)
            if rng.random() < .15 and len(self.personas) > 1:
                other = self.others(target)[0]
                self.fork(len(self.lines), other, called, 'PASS', 'pass', [], slots)
            return
        speakers = rng.sample(self.personas, len(self.personas))
        first = None
        for i, persona in enumerate(speakers[:3]):
            text, must2, shape2 = self.answer(persona, intent, shape, label, slots, must)
            self.fork(after, persona, 'all', text, intent, must2, slots, shape2)
            if i == 0:
                first = (persona, text)
        persona, text = first
        self.speak(persona, self.unheard(intent, persona, label, slots) or text)
        if len(speakers) > 1 and rng.random() < .5:
            self.second(speakers[1], persona, intent, shape, label, slots, must)

    def second(self, persona, before, intent, shape, label, slots, must):
        """A second persona, after the first has answered a line for all."""
        rng, after = self.rng, len(self.lines)
        slots = dict(slots, B=marked(before.name))
        if intent in ('short', 'thanks') and rng.random() < .5:
            self.fork(after, persona, 'all', 'PASS', 'pass-all', [], slots)
            return
        if intent in ABOUT and rng.random() < .6:
            text = self.say(persona, 'agree', label, slots)
            audience = 'you' if rng.random() < .15 else 'all'
            self.fork(after, persona, audience, text, 'second', [before.name], slots)
        elif rng.random() < .3:
            text = self.say(persona, 'react', label, slots)
            self.fork(after, persona, 'all', text, 'second', [], slots)
        else:
            text, must2, shape2 = self.answer(persona, intent, shape, label, slots, must)
            self.fork(after, persona, 'all', text, intent, must2, slots, shape2)
        self.speak(persona, text)

    def answer(self, persona, intent, shape, label, slots, must):
        must = list(must)
        if intent == 'like':
            x = slots['thing'].text
            likes = [t.text for t in (persona.like, persona.like2) if t]
            hates = [persona.dislike.text] if persona.dislike else []
            shape = 'yes' if x in likes else 'no' if x in hates else 'meh'
        if shape in ('other', 'said') and slots.get('bp') is persona:
            shape, must = ('who', [persona.name]) if shape == 'other' else ('doing', [])
        if shape == 'likewhat' and persona.like:
            must = [persona.like.core]
        if shape == 'hatewhat' and persona.dislike:
            must = [persona.dislike.core]
        if shape == 'who':
            must = [persona.name]
        return self.say(persona, shape, label, slots), must, shape

    def say(self, persona, shape, label, slots):
        rng = self.rng
        likes = [t for t in (persona.like, persona.like2) if t]
        w = rng.choice(options(VOICES[persona.voice]['w']))
        own = dict(P=marked(persona.name), k=persona.k, ka=persona.ka,
                   L=marked(rng.choice(likes).text) if likes else w,
                   D=marked(persona.dislike.text) if persona.dislike else
                   rng.choice(['long queues', 'rude words', 'cold soup', 'loud noise']))
        return reply(rng, persona.voice, shape, {**slots, **own}, self.person_name(label))

    def unheard(self, intent, persona, label, slots):
        """What stands in the script instead of the answer, when a name or fact was not taken up:
        it must then be found in the line of the person."""
        deaf = self.gen.deaf
        if deaf and intent in ('meet', 'fact') and self.rng.random() < deaf:
            return self.say(persona, self.rng.choice(DEAF), label, slots)
        return None

    def speak(self, persona, text):
        self.lines.append(f'{marked(persona.name)}: {text}\n')
        self.spoken[persona.name] = (text, len(self.lines) - 1)
        self.last = persona

    def fork(self, after, persona, audience, text, intent, must, slots, shape=None):
        self.forks.append(dict(
            after=after, cue=persona.cue(audience), reply=text, intent=intent, must=must,
            voice=persona.voice, audience=audience, line=self.line, shape=shape or intent, persona=persona.name,
            needs=slots.get('needs', after - 1)))


def plain_script(scene, fork, first=0):
    """The prompt of one fork as text, up to and without its reply."""
    body = plain(scene.head + ''.join(scene.lines[first:fork['after']]))
    return '<|room|>' + body + '<|cue|>' + plain(fork['cue']) + '<|reply|>'
