"""Helper heads that only training has: they ask the hidden states for what a reply needs.

At the cue, after the third block: what does the last line ask, and with which letter does its
noun or name begin? At the reply, after the fourth: the kind of reply, the voice, the letter. The
answers are known to the generator. This teaches where to look much faster than words alone do.
The heads are not exported.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from corpus.lines import LINES
from corpus.render import VOICES
from tokenizer import CUE, REPLY

KINDS = sorted(LINES) + ['pass', 'aside', 'second', 'pass-all', 'yes', 'no', 'meh', 'noname',
                         'nofact']
KIND = {k: i for i, k in enumerate(KINDS)}
VOICE = {v: i for i, v in enumerate(VOICES)}
LETTERS, WEIGHT = 27, .15


def letter(must):
    first = must[0][:1].lower() if must else ''
    return ord(first) - 97 if 'a' <= first <= 'z' else 26


def cue_hint(fork):
    intent, must = fork['line']
    return KIND[intent] * LETTERS + letter(must)


def reply_hint(fork):
    return (KIND[fork['shape']] * len(VOICE) + VOICE[fork['voice']]) * LETTERS \
        + letter(fork['must'])


class Hints(nn.Module):
    def __init__(self, width, seed):
        super().__init__()
        state = torch.get_rng_state()
        torch.manual_seed(seed + 7)
        self.line, self.line_letter = nn.Linear(width, len(KINDS)), nn.Linear(width, LETTERS)
        self.kind, self.voice = nn.Linear(width, len(KINDS)), nn.Linear(width, len(VOICE))
        self.letter = nn.Linear(width, LETTERS)
        torch.set_rng_state(state)
        self.last = ''

    def loss(self, ids, hint, taps):
        def at(token, tap):
            place = (ids == token) & (hint >= 0)
            x = taps[tap][place].float()
            return F.layer_norm(x, x.shape[-1:]), hint[place]
        cue, line = at(CUE, 2)
        reply, kind = at(REPLY, 3)
        losses = [F.cross_entropy(self.line(cue), line // LETTERS),
                  F.cross_entropy(self.line_letter(cue), line % LETTERS),
                  F.cross_entropy(self.kind(reply), kind // LETTERS // len(VOICE)),
                  F.cross_entropy(self.voice(reply), kind // LETTERS % len(VOICE)),
                  F.cross_entropy(self.letter(reply), kind % LETTERS)]
        now = [x.item() for x in losses]
        self.seen = [.95 * a + .05 * b for a, b in zip(getattr(self, 'seen', now), now)]
        self.last = ' '.join(f'{x:.2f}' for x in self.seen)
        return WEIGHT * sum(losses)
