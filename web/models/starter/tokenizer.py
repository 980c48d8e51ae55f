"""Word-level tokenizer with letter fallback, written so that transformers.js gives the same ids.

Owns the split into words, the vocabulary and the tokenizer.json form (a BPE model with
`ignore_merges` and no merges: a word in the vocabulary is one token, any other word is spelled
byte by byte). Limits: no normalisation; the layout must fold new lines inside messages.
"""
import json
import re

SPECIAL = ['<|pad|>', '<|end|>', '<|room|>', '<|cue|>', '<|reply|>']
PAD, END, ROOM, CUE, REPLY = range(5)
# No \s and no \w: those differ between Python, JavaScript and Oniguruma.
PATTERN = r" ?[A-Za-z]+(?:'[A-Za-z]+)?| ?[0-9]| ?[^ \nA-Za-z0-9]| |\n"
SPLIT = re.compile(PATTERN)


def byte_alphabet():
    """The printable character that stands for each byte (GPT-2's table)."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table = {b: chr(b) for b in keep}
    extra = 0
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + extra)
            extra += 1
    return table


TO_CHAR = byte_alphabet()
TO_BYTE = {c: b for b, c in TO_CHAR.items()}


class Tokenizer:
    def __init__(self, words):
        """`words`: plain words, with their leading space where they have one."""
        units = [self.unit(w) for w in words]
        self.vocab = SPECIAL + [TO_CHAR[b] for b in range(256)]
        self.vocab += [u for u in dict.fromkeys(units) if len(u) > 1]
        self.first_word = len(SPECIAL) + 256
        self.ids = {u: i for i, u in enumerate(self.vocab)}
        self.cache, self.spelled = {}, frozenset()

    @staticmethod
    def unit(word):
        return ''.join(TO_CHAR[b] for b in word.encode('utf8'))

    def spell_always(self, words):
        """From now on `words` (lower case) are spelled, though the vocabulary holds them."""
        self.spelled, self.cache = frozenset(words), {}

    def word(self, word):
        ids = self.cache.get(word)
        if ids is None:
            unit = self.unit(word)
            whole = unit in self.ids and word.strip().lower() not in self.spelled
            ids = [self.ids[unit]] if whole else [self.ids[c] for c in unit]
            if len(self.cache) < 300000:
                self.cache[word] = ids
        return ids

    def spell(self, word):
        return [self.ids[c] for c in self.unit(word)]

    def encode(self, text):
        return [i for m in SPLIT.finditer(text) for i in self.word(m.group())]

    def decode(self, ids):
        data = bytes(TO_BYTE[c] for i in ids if i >= len(SPECIAL) for c in self.vocab[i])
        return data.decode('utf8', 'replace')

    def to_json(self):
        added = [dict(id=i, content=s, single_word=False, lstrip=False, rstrip=False,
                      normalized=False, special=True) for i, s in enumerate(SPECIAL)]
        split = dict(type='Split', pattern=dict(Regex=PATTERN), behavior='Isolated', invert=False)
        level = dict(type='ByteLevel', add_prefix_space=False, trim_offsets=True, use_regex=False)
        return dict(
            version='1.0', truncation=None, padding=None, added_tokens=added, normalizer=None,
            pre_tokenizer=dict(type='Sequence', pretokenizers=[split, level]),
            post_processor=None,
            decoder=dict(type='ByteLevel', add_prefix_space=False, trim_offsets=True,
                         use_regex=True),
            model=dict(type='BPE', dropout=None, unk_token=None, continuing_subword_prefix=None,
                       end_of_word_suffix=None, fuse_unk=False, byte_fallback=False,
                       ignore_merges=True, vocab=self.ids, merges=[]))

    @staticmethod
    def text(unit):
        return bytes(TO_BYTE[c] for c in unit).decode('utf8')

    def words(self):
        return [self.text(u) for u in self.vocab[self.first_word:]]

    def save(self, path):
        with open(path, 'w') as f:
            json.dump(self.words(), f)

    @staticmethod
    def load(path):
        with open(path) as f:
            return Tokenizer(json.load(f))
