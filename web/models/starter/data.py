"""Batches: scenes become rows of tokens in which many forks share one trunk.

Owns the vocabulary, the random spelling of words, the packing of scenes into rows and the
attention rule (a fork sees the trunk up to its line, and itself). Every batch depends on the seed
and the step alone, so that a run can stop and resume.
"""
import random
import re
from collections import Counter

import numpy as np
import torch

from corpus import names, words
from corpus.generate import WEIGHTS, Generator, plain
from corpus.render import END, END_ONE, MARK
from hints import cue_hint, reply_hint
from tokenizer import CUE, END as END_ID, REPLY, ROOM, SPLIT, Tokenizer

WINDOW = 300            # most trunk tokens a persona is shown
BRACKETS = re.compile(f'[{MARK}{END}{END_ONE}]')
SPELL_SLOT, SPELL_WORD = .3, .004
# From this step on the cards carry loss too: guessing a card teaches which words go together,
# and so which voice a card is. (The published run found that out at this step.)
CUE_FROM = 1250
# From this step on, more of what is learnt slowest: looking names, facts and likes up.
LOOKUP_FROM = 3000
LOOKUPS = dict(who=6, can=4, hello=6, how=4, meet=9, myname=22, op=12, like=16, likewhat=7,
               hatewhat=4, prefer=7, how_to=6, made=4, bought=4, stmt=8, story=6, fact=6,
               factask=12, cook=4, plan=1, more=2, short=2, odd=.5, foreign=1, smile=1)


def build_tokenizer(scenes=30000, least=10, seed=99):
    """Whole words are those of the phrase banks: filled slots do not count."""
    gen, count = Generator(seed), Counter()
    for _ in range(scenes):
        scene = gen.scene(2)
        for text in scene.lines + [f['cue'] + f['reply'] for f in scene.forks]:
            # A slot becomes one character outside the alphabet, so that no piece of it counts.
            text = re.sub(f' ?{MARK}[^{END}{END_ONE}]*[{END}{END_ONE}]', '\x04', text)
            count.update(SPLIT.findall(text))
    chosen = [w for w, n in count.items() if n >= least and '\x04' not in w]
    chosen = sorted(w for w in chosen if re.fullmatch(r" ?[A-Za-z]+(?:'[A-Za-z]+)?| ?[^\w\s]", w)
                    and w.isascii())
    held = {w.lower() for w in names.HELD_PEOPLE + names.HELD_PERSONAS + words.HELD_COUNT
            + words.HELD_MASS} | {words.plural(w) for w in words.HELD_COUNT}
    both = sorted({w.strip().lower() for w in chosen} & held)
    assert not both, f'held-out words in the training text: {both}'
    return Tokenizer(chosen)


def nouns():
    """Every noun of the word lists, singular and plural, and the places."""
    count = {w for n in words.COUNT for w in (n, words.plural(n))}
    return count | set(words.MASS) | set(words.PLACES)


def other_words(tok):
    """(word, is a mass noun) of whole words that are no nouns: people ask about those too."""
    return [(w.strip(), True) for w in tok.words()
            if re.fullmatch(' [a-z]{4,}', w) and w.strip() not in nouns()]


class Encoder:
    """Encodes marked text; within one scene a word is always whole or always spelled."""

    def __init__(self, tok, rng):
        self.tok, self.rng = tok, rng

    def begin(self):
        self.spelled = {}

    def encode(self, text):
        spans, out, shift, open_at = [], [], 0, None
        for m in BRACKETS.finditer(text):
            at = m.start() - shift
            shift += 1
            if m.group() == MARK:
                open_at = at
            else:
                spans.append((open_at, at))
        text = BRACKETS.sub('', text)
        spans.append((1 << 30, 1 << 30))
        i, self.copied = 0, []
        for m in SPLIT.finditer(text):
            while spans[i][1] < m.end():
                i += 1
            word = m.group()
            slot = m.end() > spans[i][0]
            key = word.strip().lower()
            if len(key) > 1:
                spelled = self.spelled.get(key)
                if spelled is None:
                    spelled = self.rng.random() < (SPELL_SLOT if slot else SPELL_WORD)
                    self.spelled[key] = spelled
                if spelled:
                    out += self.tok.spell(word)
                    self.copied += [slot] * (len(out) - len(self.copied))
                    continue
            out += self.tok.word(word)
            self.copied += [slot] * (len(out) - len(self.copied))
        return out


# From this step on, small heads that only training has say at the cue what the last line asks, and
# at the reply what kind of reply, which voice and which first letter follow (see `hints.py`).
HINTS_FROM = 4000
# From this step on, nouns are spelled wherever they stand: "tea" and a word nobody ever saw are
# then copied by the same skill. Until then a noun of the phrase banks is one token, which lets
# copying begin early. The exported vocabulary has no nouns.
SPELLED_FROM = 6500
# This share of the things that lines speak of are whole words from then on.
WHOLE_SHARE = .06
# From this step on, more wordings and more of what is looked up far back: names, facts, likes.
LATER_FROM = 9000
LATER = {**LOOKUPS, **dict(myname=40, meet=14, fact=10, factask=22, like=24, likewhat=12,
                           hatewhat=8)}
# From this step on, half of the answers to an introduction do not take it up, so that the name has
# to be found in the person's own line, and more people have no name but what they say.
DEAF_FROM, DEAF_SHARE = 11500, .5
# From this step on, the tokens of a reply that are copied (names, nouns) weigh more than the
# choice of words around them, which nobody can foresee.
SLOTS_FROM = 4750


def pack_scene(scene, enc, room, rng, first_weight, trunk_weight, cue_weight,
               slot_weight):
    """(ids, positions, segment, limit, weight, hints) of a scene in `room` tokens, or None."""
    enc.begin()
    head = [ROOM] + enc.encode(scene.head)
    lines = [enc.encode(line) for line in scene.lines]
    budget = min(WINDOW, room - 70) if rng.random() < .7 else rng.randrange(60, WINDOW)
    first, total = len(lines), len(head)
    while first > 0 and total + len(lines[first - 1]) <= budget:
        first -= 1
        total += len(lines[first])
    if first >= len(lines):
        return None
    ids, starts = list(head), {}
    for i in range(first, len(lines)):
        ids += lines[i]
        starts[i + 1] = len(ids)
    pos = list(range(len(ids)))
    weight = [trunk_weight if rng.random() < .3 else 0.0 for _ in ids]
    weight[:len(head)] = [0.0] * len(head)
    seg, lim, hint = [0] * len(ids), [1 << 20] * len(ids), [-1] * len(ids)
    forks = [f for f in scene.forks if f['after'] in starts and f['needs'] >= first]
    rng.shuffle(forks)
    used = 0
    for f in forks:
        if f['reply'] == 'PASS' and rng.random() < .35:
            continue
        cue = [CUE] + enc.encode(f['cue']) + [REPLY]
        rep = enc.encode(f['reply']) + [END_ID]
        copied = enc.copied + [False]
        if len(ids) + len(cue) + len(rep) > room:
            continue
        used += 1
        start = starts[f['after']]
        n = len(cue) + len(rep)
        ids += cue + rep
        pos += range(start, start + n)
        seg += [used] * n
        lim += [start] * n
        hint += [cue_hint(f)] + [-1] * (len(cue) - 2) + [reply_hint(f)] + [-1] * len(rep)
        weight += [cue_weight] * len(cue) + [
            max(slot_weight if c else 1.0, first_weight if i < 2 else 1.0)
            for i, c in enumerate(copied)]
    return (ids, pos, seg, lim, weight, hint) if used else None


class Batches:
    """`at(step)` gives the tensors of one step."""

    def __init__(self, tok, seed, steps, voices=None):
        self.tok, self.seed, self.steps = tok, seed, steps
        self.gen = Generator(seed, voices=voices)
        self.gen.things.known = other_words(tok)
        self.enc = Encoder(tok, self.gen.rng)

    def stage(self, step):
        """(rows, tokens a row, weights of 1..8 rounds): single lookups first, then long rooms."""
        if step < 2100:
            return 20, 224, [6, 3, 1]
        if step < 5300:
            return 14, 320, [3, 3, 2, 1, 1, 1]
        if step < SPELLED_FROM:
            return 10, 448, [2, 2, 2, 2, 2, 2, 2, 2]
        return 10, 448, [4, 3, 2, 2, 2, 1, 1, 1]

    def at(self, step):
        rng = self.gen.rng
        rng.seed(f'{self.seed}/{step}')
        self.gen.later = step >= LATER_FROM
        self.gen.deaf = DEAF_SHARE if step >= DEAF_FROM else 0.0
        if step >= LOOKUP_FROM:
            weights = {**WEIGHTS, **(LATER if self.gen.later else LOOKUPS)}
            self.gen.weights = (list(weights), list(weights.values()))
        slot_weight = 3.0 if step >= SLOTS_FROM else 1.0
        if step >= SPELLED_FROM and not self.tok.spelled:
            self.tok.spell_always(nouns())
            self.gen.things.known_share = WHOLE_SHARE
        cue_weight = .15 if step >= CUE_FROM else 0.0
        rows, length, rounds = self.stage(step)
        filled, misses = [[[], [], [], [], [], [], []] for _ in range(rows)], 0
        while misses < 6:
            n = rng.choices(range(1, len(rounds) + 1), rounds)[0]
            packed = pack_scene(self.gen.scene(n), self.enc, length, rng, 2.0, .3,
                                cue_weight, slot_weight)
            if packed is None:
                continue
            for row in filled:
                if len(row[0]) + len(packed[0]) <= length:
                    doc = row[6][-1] + 1 if row[6] else 0
                    for column, values in zip(row, packed):
                        column += values
                    row[6] += [doc] * len(packed[0])
                    break
            else:
                misses += 1
        return self.tensors(filled, length)

    @staticmethod
    def tensors(filled, length):
        def stack(i, fill, kind):
            return torch.from_numpy(np.array(
                [row[i] + [fill] * (length - len(row[i])) for row in filled], dtype=kind))
        ids, pos = stack(0, 0, np.int64), stack(1, 0, np.int64)
        seg, lim, doc = stack(2, -1, np.int32), stack(3, 0, np.int32), stack(6, -1, np.int32)
        hint = stack(5, -1, np.int64)
        weight = stack(4, 0.0, np.float32)
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        same = (doc[:, :, None] == doc[:, None]) & causal
        own = seg[:, :, None] == seg[:, None]
        trunk = (seg[:, None] == 0) & (pos[:, None] < lim[:, :, None])
        mask = torch.where(same & (own | trunk), 0.0, -1e9)[:, None]
        # The target of a token is the next one of the same segment.
        target_weight = torch.zeros_like(weight)
        joined = (seg[:, 1:] == seg[:, :-1]) & (doc[:, 1:] == doc[:, :-1])
        target_weight[:, :-1] = torch.where(joined, weight[:, 1:], torch.zeros(()))
        targets = torch.zeros_like(ids)
        targets[:, :-1] = ids[:, 1:]
        real = (doc >= 0).float().mean().item()
        return ids, pos, mask, targets, target_weight, real, hint
