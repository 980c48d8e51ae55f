"""Rates of a model in torch on held-out names, nouns and cards (quick, during training).

Owns the voice judge (naive Bayes over words of generated replies) too; `score.mjs` does the
published scoring on the exported files.
"""
import math
import random
import re
from collections import Counter

from corpus.generate import Generator, plain_script
from corpus.render import MARK, VOICES, plain
from model import greedy
from tokenizer import CUE, END, REPLY, ROOM

SPECIAL_IDS = {'<|room|>': ROOM, '<|cue|>': CUE, '<|reply|>': REPLY}


def encode_script(tok, script):
    out = []
    for part in re.split(r'(<\|\w+\|>)', script):
        out += [SPECIAL_IDS[part]] if part in SPECIAL_IDS else tok.encode(part)
    return out


def judge_words(seed=5, scenes=6000, keep=140):
    """Per voice, the log weight of its telling words (slot values left out)."""
    gen, count = Generator(seed), {v: Counter() for v in VOICES}
    for _ in range(scenes):
        for f in gen.scene(1).forks:
            if f['reply'] != 'PASS':
                text = re.sub('\x01[^\x02\x03]*[\x02\x03]', ' ', f['reply']).lower()
                count[f['voice']].update(set(re.findall("[a-z]+", text)))
    total = {v: sum(c.values()) for v, c in count.items()}
    everything = Counter()
    for c in count.values():
        everything.update(c)
    grand = sum(everything.values())
    table = {}
    for voice, c in count.items():
        weight = {}
        for word, n in everything.items():
            if n < 12:
                continue
            inside = (c[word] + .5) / (total[voice] + 50)
            outside = (n - c[word] + .5) / (grand - total[voice] + 50)
            weight[word] = math.log(inside / outside)
        best = sorted(weight, key=lambda w: -weight[w] * math.sqrt(c[w]))[:keep]
        table[voice] = {w: round(weight[w], 2) for w in best if weight[w] > .7}
    return table


def judge(table, text, ignore=()):
    found = set(re.findall('[a-z]+', text.lower())) - set(ignore)
    score = {v: sum(t.get(w, 0) for w in found) for v, t in table.items()}
    best = max(score, key=score.get)
    return best if score[best] > 0 else None


def held_prompts(seed, count, rounds=(1, 2, 3, 5), held=True):
    gen = Generator(seed, held=held)
    rng, out = random.Random(seed), []
    while len(out) < count:
        scene = gen.scene(rng.choice(rounds))
        forks = [f for f in scene.forks if f['after'] >= len(scene.lines) - 2]
        if forks:
            fork = rng.choice(forks)
            if fork['reply'] == 'PASS' and rng.random() < .5:
                continue
            fork['others'] = [p.name for p in scene.personas if p.name != fork['persona']]
            out.append((plain_script(scene, fork), fork))
    return out


def measure(model, tok, table, seed=4242, count=240, held=True):
    """({name: (good, all)}, the replies)"""
    model.eval()
    prompts = held_prompts(seed, count, held=held)
    ids = [encode_script(tok, p) for p, _ in prompts]
    keep = [i for i in range(len(ids)) if len(ids[i]) <= 384]
    answers = greedy(model, [ids[i] for i in keep], END, 56)
    rates, rows = {}, []

    def note(key, good):
        a, b = rates.get(key, (0, 0))
        rates[key] = (a + bool(good), b + 1)
    for i, (out, ended) in zip(keep, answers):
        (script, fork), text = prompts[i], tok.decode(out)
        grams = [tuple(out[j:j + 4]) for j in range(len(out) - 3)]
        note('ends', ended)
        note('no loop', len(out) < 60 and max(Counter(grams).values(), default=0) < 3)
        note('no persona prefix', not re.match(r'\w+: ', text))
        passed = text.strip() == 'PASS'
        if fork['intent'] in ('pass', 'aside'):
            note('pass for another', passed)
        elif fork['audience'] == 'you':
            note('answers when meant', not passed)
        elif fork['audience'] == 'all':
            note('answers all', not passed)
        if fork['intent'] not in ('pass', 'aside', 'pass-all') and not passed:
            key = fork['intent']
            good = all(m.lower() in text.lower() for m in fork['must'])
            if fork['must']:
                note('must: ' + fork['shape'], good)
                note('must', good)
            if fork['intent'] == 'like':
                asked = judge_like(text)
                note('own like: ' + fork['shape'], asked == fork['shape'])
            if fork['intent'] not in ('said',):
                note('voice', judge(table, text) == fork['voice'])
        rows.append((script, fork, text))
    model.train()
    return rates, rows


NO = re.compile(r'no fuss|no hurry|no silly|never worked|never had|never dropped|'
                r'no strong view|no result|no evidence'
                r'|no entry|no setting|nothing against|do not know|case closed')


def judge_like(text):
    """yes, no or meh by the telling words of the banks."""
    low = NO.sub(' ', re.sub('[^a-z ]', '', text.lower()))
    if re.search(r'\b(no|nay|nope|not really|not so much|negative|never|alas|error|deletes|poor'
                 r'|not for me|not me|disturb|i am afraid not)\b|in guilty$|is in guilty', low):
        return 'no'
    if re.search(r'\b(yes|yea|aye verily|aye i like|go way back|i do|affirmative|of course'
                 r'|certainly|guilty|that i do|fond of|verily i|rate)\b', low):
        return 'yes'
    return 'meh'
