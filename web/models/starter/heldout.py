#!/usr/bin/python3
"""Writes heldout.json: what `score.mjs` draws from, and the words by which it tells the voices.

usage: heldout.py. Asserts that nothing in it is used in training.
"""
import json
import os

from corpus import cards, held, names, words
from corpus.generate import Generator, plain
from corpus.lines import LATER, LINES
from corpus.render import options
from rates import judge_words

# Nouns of the training lists that people ask about first.
EVERYDAY_COUNT = ('rose tulip tree boat ship potato tomato apple egg sandwich pizza cake cookie '
                  'burger song piano guitar storm novel story poem book letter train car bus '
                  'bicycle rocket owl chicken cat dog rabbit fox horse cow tiger knife chair lamp '
                  'mirror coat shoe hat watch hammer mountain river garden school castle '
                  'house window door game robot dragon pirate friend holiday dream joke').split()
EVERYDAY_MASS = ('tea coffee milk water soup rice pasta bread cheese honey chocolate sugar rain '
                 'snow wind sunshine music jazz poetry chess football tennis swimming dancing '
                 'cooking history science art money love').split()
FILL = ('how', 'sad', 'glad', 'doing', 'cook', 'where', 'thanks', 'advice', 'short', 'bored')


def fillers():
    """Small exchanges that carry no names, to stand between the lines that matter."""
    gen, out = Generator(31), []
    while len(out) < 160:
        scene = gen.scene(1, gen.rng.choice(FILL))
        for f in scene.forks:
            text = plain(f['reply'])
            named = any(n in text for n in scene.people + [p.name for p in scene.personas])
            if f['audience'] == 'you' and not named and f['voice'] != 'neutral':
                line = options(LINES[f['intent']])
                out.append(dict(line=gen.rng.choice(line), reply=text, voice=f['voice']))
    return out


def main():
    train = {w.lower() for w in names.PEOPLE + names.PERSONAS + words.COUNT + words.MASS}
    lists = names.HELD_PEOPLE + names.HELD_PERSONAS + words.HELD_COUNT + words.HELD_MASS
    # A word that is a training name elsewhere (Fig) is not held out.
    seen = {w for w in lists if w.lower() in train}
    assert len(seen) <= 1, f'in both lists: {seen}'
    for intent, bank in held.NEW.items():
        seen = options(LINES[intent]) + options(LATER.get(intent, ''))
        assert not set(options(bank)) & set(seen), intent
    data = dict(
        people=names.HELD_PEOPLE, personas=names.HELD_PERSONAS, nameless=names.NAMELESS,
        nouns=[dict(one=w, many=words.plural(w), mass=False) for w in words.HELD_COUNT
               if w not in seen]
        + [dict(one=w, many=w, mass=True) for w in words.HELD_MASS],
        everyday=[dict(one=w, many=words.plural(w), mass=False) for w in EVERYDAY_COUNT]
        + [dict(one=w, many=w, mass=True) for w in EVERYDAY_MASS],
        kinds=names.KIN, cards=cards.HELD_CARDS, likes=options(cards.LIKES),
        wordings={k: dict(seen=options(LINES[k]), new=options(v)) for k, v in held.NEW.items()},
        meet=options(LINES['meet']), fact=options(LINES['fact']), hello=options(LINES['hello']),
        how=options(LINES['how']), who=options(LINES['who']), tasks='fix|clean|paint|build'.split(
            '|'), fillers=fillers(), first=options(held.FIRST), judge=judge_words())
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'heldout.json')
    with open(path + '.part', 'w') as f:
        json.dump(data, f, ensure_ascii=False, indent=0)
    os.replace(path + '.part', path)


if __name__ == '__main__':
    main()
