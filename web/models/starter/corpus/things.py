"""Things that lines speak of: known nouns, described nouns, invented ones; never held-out ones
unless asked for."""
from . import words
from .invent import Letters


class Thing:
    """`text` as it stands in a line, `core` what a reply must hold, `single` verb agreement."""

    def __init__(self, text, core, single):
        self.text, self.core, self.single = text, core, single


class Things:
    def __init__(self, rng, held, banned):
        self.rng, self.held = rng, held
        self.count = words.HELD_COUNT if held else words.COUNT
        self.mass = words.HELD_MASS if held else words.MASS
        self.letters = Letters(words.COUNT + words.MASS, banned)
        self.known, self.known_share = [], 0.0

    def noun(self):
        """(singular, is a mass noun)"""
        rng = self.rng
        if self.known_share and rng.random() < self.known_share:
            return rng.choice(self.known)
        if not self.held and rng.random() < .4:
            return self.letters.word(rng, 3, 11), rng.random() < .3
        if rng.random() < .24:
            return rng.choice(self.mass), True
        return rng.choice(self.count), False

    def generic(self):
        rng = self.rng
        noun, mass = self.noun()
        text = noun if mass else words.plural(noun)
        core = text
        if rng.random() < .18:
            text = rng.choice(words.ADJECTIVES) + ' ' + text
        elif rng.random() < .04 and not self.held:
            text = text.capitalize()
        elif rng.random() < .05 and not self.held:
            other, _ = self.noun()
            text, core = other + ' ' + text, text
        return Thing(text, core, mass)

    def single(self):
        """(with its article, bare): "a fox", "fox"; "some tea", "tea"."""
        rng = self.rng
        noun, mass = self.noun()
        text = noun
        if rng.random() < .2:
            text = rng.choice(words.ADJECTIVES) + ' ' + noun
        if mass:
            return 'some ' + text, text, noun
        if rng.random() < .06:
            return 'my ' + text, text, noun
        return words.article(text), text, noun
