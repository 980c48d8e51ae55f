"""Fills phrase templates: [a|b] picks, {slot} fills, then agreement and capitals.

Slot values that a reader must copy stand between MARK and END (END_ONE when the thing takes a
singular verb), so that the vocabulary can leave them out and the trainer can spell them by letters.
"""
import re

from .shared import SHAPES
from .voices_a import VOICES as VOICES_A
from .voices_b import VOICES as VOICES_B
from .voices_c import VOICES as VOICES_C

VOICES = {**VOICES_A, **VOICES_B, **VOICES_C}
MARK, END, END_ONE = '\x01', '\x02', '\x03'
VERBS = ('make put have do waste go smell are spoil taste raise look pass come bring remind suit '
         'interest cause charge earn disturb get were keep lead cost').split()
SINGULAR = dict(have='has', do='does', go='goes', are='is', were='was', pass_='passes')
OWN = ('o c w do mood food place tip op yes no meh story poem joke sad glad why more dunno agree '
       'disagree can role').split()
# Intents with a bank of whole replies in each voice, mixed with the shared shapes.
WHOLE = ('hello', 'bye')


VOICED = re.compile(r'\{(' + '|'.join(k for k in OWN if k != 'role') + '|tip2|food2|place2)\}',
                    re.I)


def marked(value, single=False):
    return MARK + value + (END_ONE if single else END)


def plain(text):
    return text.replace(MARK, '').replace(END, '').replace(END_ONE, '')


def upper(text):
    return re.sub('^(\x01?)([a-z])', lambda m: m[1] + m[2].upper(), text)


def _singular(verb):
    if verb in SINGULAR:
        return SINGULAR[verb]
    return verb + ('es' if verb.endswith(('ss', 'sh')) else 's')


VERB_AFTER = re.compile('(\x03) (' + '|'.join(VERBS) + r')\b')
VERB_BEFORE = re.compile(r'\b(Are|are|Were|were|Do|do)( \x01[^\x02\x03]*\x03)')


def agree(text):
    if END_ONE not in text:
        return text
    text = VERB_AFTER.sub(lambda m: m[1] + ' ' + _singular(m[2]), text)
    change = dict(Are='Is', are='is', Were='Was', were='was', Do='Does', do='does')
    text = VERB_BEFORE.sub(lambda m: change[m[1]] + m[2], text)
    text = re.sub(r'\bthem\b', 'it', text)
    return re.sub(r'\b([Tt])hey (' + '|'.join(VERBS) + r')\b',
                  lambda m: ('I' if m[1] == 'T' else 'i') + 't ' + _singular(m[2]), text)


def choose(rng, text):
    while '[' in text:
        text = re.sub(r'\[([^\[\]]*)\]', lambda m: rng.choice(m[1].split('|')), text)
    return text


SPLITS = {}


def options(bank):
    """Splits on the bars outside brackets; cached."""
    if bank not in SPLITS:
        out, depth, item = [], 0, ''
        for char in bank:
            depth += (char == '[') - (char == ']')
            if char == '|' and not depth:
                out.append(item)
                item = ''
            else:
                item += char
        SPLITS[bank] = out + [item]
    return SPLITS[bank]


def fill(rng, template, slots):
    """`slots` maps names to values or to functions that give one."""
    text = choose(rng, template)
    for _ in range(4):
        if '{' not in text:
            break
        text = re.sub(r'\{(\w+)\}', lambda m: _value(rng, slots, m[1]), text)
    return text


def _value(rng, slots, name):
    value = slots.get(name)
    if value is None and name[0].isupper():
        value = slots.get(name.lower())
        value = value() if callable(value) else value
        return upper(choose(rng, value)) if value else name
    if value is None:
        raise KeyError(name)
    return choose(rng, value() if callable(value) else value)


def reply(rng, voice, intent, slots, person):
    """One reply of a voice; `person` is the name to call the asker by, or None."""
    bank = VOICES[voice]
    own = {k: (lambda k=k: rng.choice(options(bank[k]))) for k in OWN}
    own.update(tip2=lambda: upper(choose(rng, own['tip']())) + '.',
               food2=lambda: upper(choose(rng, own['food']())),
               place2=lambda: upper(choose(rng, own['place']())), tip=own['tip'])
    slots = {**own, **slots}
    source = bank[intent] if intent in WHOLE and rng.random() < .55 else SHAPES[intent]
    text = choose(rng, rng.choice(options(source)))
    if source is SHAPES.get(intent) and not VOICED.search(text) and rng.random() < .75:
        text += ' {c}'      # most replies should let the voice be heard
    for _ in range(4):
        if person is None:
            text = text.replace(', {u}', '').replace('{u}', 'friend')
        else:
            text = text.replace('{u}', marked(person))
        if '{' not in text:
            break
        text = re.sub(r'\{(\w+)\}', lambda m: _value(rng, slots, m[1]), text)
    text = agree(text)
    text = re.sub('(^|[.!?] )(\x01?)([a-z])', lambda m: m[1] + m[2] + m[3].upper(), text)
    return re.sub(r'([.!?])\1(?!\.)', r'\1', re.sub('  +', ' ', text)).strip()
