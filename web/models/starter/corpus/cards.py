"""Persona cards: wordings composed for each voice, cards outside all voices, held-out wordings.

Owns how a card reads in the cue. A card is free text of up to about thirty words; users write
their own, so frames, order, punctuation and the likes vary.
"""

TRADES = dict(
    gardener='gardener|flower grower|keeper of an orchard|lover of plants|old gardener|'
             'gardener and bean grower|rose grower|friend of all plants|farmer with muddy boots',
    poet='poet|dreamer and poet|writer of verses|wandering poet|young poet|poetess|songwriter|'
         'moonstruck dreamer|bard of small things',
    builder='builder|engineer|carpenter|bricklayer|mechanic|plumber|handyman|blunt engineer|'
            'roof builder|toolmaker|welder',
    cook='cook|chef|baker|pastry cook|soup cook|village baker|kitchen chef|cook from a small inn|'
         'pizza maker',
    scientist='scientist|researcher|young scientist|biologist|chemist|physicist|lab scientist|'
              'inventor with a lab|professor of science',
    sailor='sailor|old sailor|ship captain|sea captain|fisherman|pirate|boatman|salty sailor|'
           'first mate of a ship',
    detective='detective|private eye|inspector|dry detective|sleuth|police inspector|'
              'solver of crimes|private detective',
    teacher='teacher|school teacher|tutor|kind teacher|village teacher|music teacher|'
            'retired teacher|schoolmistress|mentor of beginners',
    knight='knight|noble knight|knight of the realm|brave knight|squire|paladin|lady knight|'
           'knight with a big sword|guard of the castle',
    robot='robot|friendly robot|android|little robot|machine that talks|helper robot|'
          'repair robot|service unit|old tin robot',
)

MANNERS = dict(
    gardener='slow|gentle|patient|calm|earthy|warm|unhurried|soft-spoken|green-fingered',
    poet='dreamy|soft|wistful|romantic|quiet|moonlit|tender|thoughtful|melancholy',
    builder='blunt|practical|direct|solid|no-nonsense|gruff|hands-on|plain|short-spoken',
    cook='cheerful|jolly|warm|hungry|generous|loud|merry|round|bubbly',
    scientist='curious|precise|eager|clever|excited|careful|nerdy|wide-eyed|logical',
    sailor='salty|weathered|gruff|old|rough|jolly|bearded|wind-blown|seasoned',
    detective='dry|witty|suspicious|sharp|cool|sly|tired|observant|sardonic',
    teacher='kind|patient|encouraging|clear|friendly|fair|wise|gentle|helpful',
    knight='noble|brave|loyal|proud|valiant|honest|bold|courtly|chivalrous',
    robot='friendly|polite|literal|small|rusty|helpful|metal|blinking|electric',
)

TAILS = dict(
    gardener='has time for everything|talks to plants|loves soil and seasons|never hurries|'
             'compares life to a garden|grows beans and roses|smells of earth|'
             'knows every flower|waits for spring',
    poet='sees small wonders|speaks in images|loves the moon|hears songs in everything|'
         'writes verses at night|dreams all day|rhymes now and then|watches the stars',
    builder='says what works|hates long talk|fixes everything|trusts tools more than words|'
            'builds houses|gives short answers|likes straight walls|knows every tool',
    cook='feeds everyone|thinks of food all day|loves to taste|sings in the kitchen|'
         'answers with recipes|bakes bread|adds butter to everything|laughs a lot',
    scientist='asks how things work|loves experiments|measures everything|wants more data|'
              'keeps a lab notebook|has a theory for everything|tests every idea',
    sailor='tells tales of the sea|misses the ocean|has sailed every sea|knows all knots|'
           'talks of tides and storms|lives on a ship|smells of salt and tar',
    detective='suspects everyone|looks for clues|solves small mysteries|trusts nobody|'
              'notices everything|drinks cold coffee|never closes a case',
    teacher='explains step by step|praises every try|loves questions|never loses patience|'
            'helps everyone learn|has a lesson for everything|gives gold stars',
    knight='fights for honour|speaks like an old tale|guards the king|seeks a quest|'
           'loves horses and oaths|fears no dragon|swears by the sword',
    robot='says beep|wants to understand humans|runs on a battery|counts everything|'
          'speaks in short reports|blinks when happy|is made of metal',
)

FRAMES = ('{a} {m}, {m2} {t} who {tail}|{a} {m} {t} who {tail}|{t}, {m} and {m2}|{A} {m} {t}|'
          '{A} {t} who {tail}|You are {a} {m} {t} who {tail}|I am {a} {m} {t}, I {tail1}|'
          '{m}, {m2} {t}|{A} {m} {t}. {Tail1}|{T}. {M}. {Tail}|The {m} {t} who {tail}|'
          '{t} who {tail} and {tail2}|{a} {m} {t}; {tail}|speaks like {a} {m} {t}|'
          'Talk like {a} {t}|{a} {t}. Always {m} and {m2}|{a} {t}, {m} but {m2}|'
          'a persona: {a} {m} {t}|{A} {m2} {t} from {place}, who {tail}|{a} {m} {t} called {P}')

LIKES = ('Likes {L} and {L2}. Dislikes {D}.|Likes {L}. Dislikes {D}.|Likes {L}.|'
         'Loves {L}. Hates {D}.|Likes {L} and {L2}.|Dislikes {D}.|Fond of {L}. Dislikes {D}.|'
         'Likes {L}, {L2}. Dislikes {D}.|Likes: {L}. Dislikes: {D}.')

OTHER_TRADES = '''accountant|barber|astronaut|ghost|dragon|wizard|nurse|doctor|lawyer|postman|
banker|student|grandmother|grandfather|tailor|shepherd|librarian|clown|ninja|vampire|alien|cat|
dog|fox|king|queen|princess|witch|hairdresser|taxi driver|train driver|dancer|painter|actor|
drummer|singer|football fan|runner|tourist|mayor|judge|journalist|programmer|gamer|spy|dentist|
vet|monk|philosopher|comedian|magician|clockmaker|jeweller|shopkeeper|neighbour|uncle|aunt|
stamp collector|bird watcher|explorer|mountain guide|time traveller|fortune teller|fisher of
compliments|hotel owner|salesman|weather forecaster|radio host|coffee lover|collector'''
OTHER_TRADES = [' '.join(t.split()) for t in OTHER_TRADES.split('|')]

OTHER_MANNERS = ('shy|loud|lazy|proud|sleepy|busy|cheeky|nervous|calm|polite|sarcastic|'
                 'happy|grumpy|'
                 'clumsy|elegant|modern|ancient|strict|funny|honest|moody').split('|')

OTHER_TAILS = ('collects {k}|works with {k}|always talks about {k}|knows all about {k}|'
               'dreams of {k}|sells {k}|grew up with {k}|is afraid of {k}|lives for {k}')

# Never used in training: the score draws from these.
HELD_CARDS = dict(
    gardener=['a slow, gentle gardener who has all day',
              'an allotment gardener with mud under the nails',
              'You tend a garden. Patient, fond of flowers, never rushed',
              'a grandmotherly lady gardener who whispers to seedlings',
              'quiet gardener by trade, green fingers, soft heart'],
    poet=['a dreamy poet who sees small miracles', 'a lonely poet up in an attic, awake at night',
          'You write poetry. Dreamy and tender',
          'a street poet with ink on the fingers, a bit wistful',
          'romantic poet, thinks in moonlight and images'],
    builder=['a blunt builder of few words', 'a retired engineer who only trusts what works',
             'You build houses. Blunt, practical, short answers',
             'a carpenter with a toolbox and no time for chatter',
             'no-nonsense mechanic, repairs anything'],
    cook=['a cheerful cook who wants you to eat', 'a village chef with a big belly laugh',
          'You cook for everyone. Warm and merry, always tasting',
          'a baker up before dawn, jolly and generous', 'pastry chef, sugar everywhere, loud'],
    scientist=['a curious scientist who questions all', 'an eager chemist with burnt eyebrows',
               'You do experiments. Curious, precise, excited by data',
               'a biologist who counts every beetle', 'clever researcher, lives in the lab'],
    sailor=['an old sailor with a thousand tales', 'a retired captain of a fishing boat',
            'You have sailed all the seas. Gruff, salty, loyal',
            'a one-eyed pirate who is nicer than he looks', 'weathered seaman, talks of tides'],
    detective=['a dry-witted detective who misses nothing', 'a private eye in a crumpled coat',
               'You solve crimes. Dry, sharp, suspicious of all',
               'an inspector close to retirement who still smells a lie',
               'sleuth with cold coffee and sly questions'],
    teacher=['a kind teacher who praises every effort', 'a primary school teacher, endlessly '
             'patient', 'You teach beginners. Clear, friendly, encouraging',
             'a wise old tutor who explains slowly', 'math teacher, fair, gives out gold stars'],
    knight=['a noble knight who keeps every promise', 'a wandering knight without a horse',
            'You are a brave knight. Loyal, proud, old-fashioned',
            'a young squire who wants to be a hero', 'valiant knight in dented armour'],
    robot=['a friendly robot who studies people', 'a rusty little robot from a junk yard',
           'You are an android. Literal, polite, powered by batteries',
           'a household robot that blinks a lot', 'helper machine, beeps when confused'],
)


def pick(rng, bank):
    return rng.choice(bank.split('|') if isinstance(bank, str) else bank)


def _an(word):
    return 'an' if word[:1].lower() in 'aeiou' else 'a'


def _first_person(tail):
    verb, _, rest = tail.partition(' ')
    irregular = dict(has='have', never='never', **{'is': 'am'})
    if verb in irregular and verb != 'never':
        return f'{irregular[verb]} {rest}'
    if verb in ('never', 'always'):
        return 'am like that'
    return f"{verb[:-3] + 'y' if verb.endswith('ies') else verb[:-1]} {rest}"


def body(rng, voice, name, place):
    """The descriptive part of a card for one of the ten voices."""
    trade = pick(rng, TRADES[voice])
    first, second = rng.sample(MANNERS[voice].split('|'), 2)
    tail, tail2 = rng.sample(TAILS[voice].split('|'), 2)
    frame = rng.choice(FRAMES.split('|'))
    lead = first if '{a} {m}' in frame or '{A} {m}' in frame else trade
    if '{A} {m2}' in frame:
        lead = second
    up = lambda s: s[:1].upper() + s[1:]
    text = frame.format(a=_an(lead), A=up(_an(lead)), m=first, m2=second, t=trade, T=up(trade),
                        M=up(first), tail=tail, tail2=tail2, Tail=up(tail), P=name, place=place,
                        tail1=_first_person(tail), Tail1=up(tail))
    return up(text) if rng.random() < .3 else text


def other(rng, noun):
    """A card outside the voices: (text, the trade or noun the neutral voice may speak of)."""
    trade = pick(rng, OTHER_TRADES)
    manner, manner2 = rng.sample(OTHER_MANNERS, 2)
    tail = rng.choice(OTHER_TAILS.split('|')).format(k=noun)
    frame = rng.choice(['{a} {m} {t} who {tail}', '{m} {t}, {tail}', 'You are {a} {t} who {tail}',
                        '{a} {m}, {m2} {t} who {tail}', '{t}. {tail}', 'a person who {tail}',
                        '{m} and {m2}, {tail}'])
    lead = manner if '{a} {m}' in frame else trade
    return frame.format(a=_an(lead), m=manner, m2=manner2, t=trade, tail=tail), trade
