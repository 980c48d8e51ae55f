"""Turns an intent into a line and into the facts that its reply needs."""
from . import names, words
from .lines import LATER, LINES, TASKS
from .render import agree, fill, marked, options


def ask(scene, intent, label, target):
    """(line, slots of the reply, strings a good reply holds, shape of the reply)"""
    rng, things = scene.rng, scene.gen.things
    slots, must, shape = {}, [], intent
    bank = LINES[intent]
    if scene.gen.later and intent in LATER:
        bank += '|' + LATER[intent]
    template = rng.choice(options(bank))
    if intent in ('op', 'like', 'stmt', 'knowx', 'prefer', 'how_to'):
        thing = things.generic()
        if intent == 'op' and scene.topic and rng.random() < .1:
            thing = scene.topic
        if intent == 'like':
            thing = liked(scene, target) or thing
        scene.topic = thing
        slots.update(thing=thing, x=marked(thing.text, thing.single))
        must = [thing.core]
        if intent in ('op', 'stmt') and rng.random() < .08:
            _, text, core = things.single()
            own, yours = rng.choice([('my', 'your'), ('the', 'the'), ('this', 'that'),
                                     ('your', 'my')])
            slots['x'] = marked(f'{yours} {text}', True)
            must = [core]
            line = fill(rng, template, dict(x=marked(f'{own} {text}', True)))
            return agree(line), slots, must, shape
    if intent == 'prefer':
        other = things.generic()
        first, second = slots['x'], marked(other.text, other.single)
        line = fill(rng, template, dict(x=first, xx=second))
        if rng.random() < .5:
            slots.update(x=second, xx=first)
            must = [other.core]
        else:
            slots['xx'] = second
        return agree(line), slots, must, shape
    if intent == 'how_to':
        slots['vx'] = rng.choice(options(TASKS)).format(x=slots['x'])
    if intent in ('made', 'bought', 'lost', 'saw', 'story', 'poem', 'joke'):
        with_article, bare, core = things.single()
        if '{x}' in template:
            thing = things.generic()
            with_article, bare, core = thing.text, thing.text, thing.core
        slots.update(ax=marked(with_article), s=marked(bare), x=marked(bare))
        if with_article.startswith('my '):
            line = fill(rng, template, slots)
            slots['ax'] = marked('your ' + bare)
            return line, slots, [core], shape
        must = [core]
    if intent == 'plan':
        place = rng.choice(words.PLACES) if rng.random() < .6 else things.single()[1]
        slots['s'] = marked(place)
        must = [place]
    if intent == 'meet':
        name = label
        if label in names.NAMELESS or rng.random() < .2:
            name = scene.fresh(scene.gen.person)
        scene.called[label] = (name, len(scene.lines))
        slots['n'] = marked(name)
        must = [name]
    if intent == 'myname':
        name = scene.person_name(label)
        if name is None:
            shape = 'noname'
        else:
            slots.update(n=marked(name))
            must = [name]
            if label in scene.called:
                slots['needs'] = scene.called[label][1]
    if intent == 'alone':
        slots['n'] = marked(scene.fresh(scene.gen.person))
    if intent in ('other', 'said'):
        from_all = [p for p in scene.personas if p is not target]
        if intent == 'said':
            from_all = [p for p in from_all if p.name in scene.spoken]
            if not from_all:
                return fill(rng, rng.choice(options(LINES['doing'])), {}), slots, [], 'doing'
        other = rng.choice(from_all)
        slots.update(B=marked(other.name), bp=other)
        must = [other.name]
        if intent == 'said':
            text, line = scene.spoken[other.name]
            slots['quote'] = text
            slots['needs'] = line
    if intent == 'fact':
        kind = rng.choice(names.KIN) if rng.random() < .8 else things.noun()[0]
        value = scene.fresh(scene.gen.person)
        scene.facts[(label, kind)] = (value, len(scene.lines))
        slots.update(kind=marked(kind), fact=marked(value))
        must = [value]
    if intent == 'factask':
        known = [k for k in scene.facts if k[0] == label]
        if known and rng.random() < .92:
            key = rng.choice(known)
            value, line = scene.facts[key]
            slots.update(kind=marked(key[1]), fact=marked(value), needs=line)
            must = [value]
        else:
            kind = rng.choice(names.KIN)
            while (label, kind) in scene.facts:
                kind = rng.choice(names.KIN)
            slots.update(kind=marked(kind))
            shape = 'nofact'
    if intent == 'sums':
        slots.update(d=str(rng.randrange(2, 99)), dd=str(rng.randrange(2, 999)))
    return agree(fill(rng, template, slots)), slots, must, shape


def liked(scene, target):
    """Half of the time the thing asked about stands in the card of someone here."""
    rng = scene.rng
    persona = target or rng.choice(scene.personas)
    z = rng.random()
    if z < .3:
        return persona.like
    if z < .42:
        return persona.like2
    if z < .7:
        return persona.dislike
    if z < .78:
        other = rng.choice(scene.personas)
        return rng.choice([other.like, other.dislike])
    return None
