"""Invented words and names from a letter model of the training lists (order two, with noise).

Owns diversity of spelling: copying an invented word is the same skill as copying a held-out one.
"""
import re


class Letters:
    def __init__(self, words, banned):
        self.next = {}
        self.banned = {w.lower() for w in banned}
        for word in words:
            padded = '^^' + word.lower() + '$'
            for a, b, c in zip(padded, padded[1:], padded[2:]):
                self.next.setdefault(a + b, []).append(c)

    def word(self, rng, low=3, high=10):
        while True:
            out, state = '', '^^'
            while len(out) <= high:
                # One letter in twelve is free, so that no opening is ever unseen.
                if rng.random() < .08:
                    char = rng.choice('abcdefghijklmnopqrstuvwxyz')
                else:
                    char = rng.choice(self.next.get(state) or ['$'])
                if char == '$':
                    break
                out += char
                state = state[1] + char
            if low <= len(out) <= high and re.fullmatch('[a-z]+', out) \
                    and out not in self.banned:
                return out
