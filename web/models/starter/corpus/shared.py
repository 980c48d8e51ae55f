"""Reply shapes shared by all voices, by intent; the voice comes in through its own slots.

{o} {c} {w} {do} {tip} {food} {place} {mood} {can} are drawn from the speaking voice; {x} {X} {ax}
{xx} are things from the line, {fact} a told name, {P} the speaker, {u} the person, {B} another.
A voice's own bank of the same name is mixed in by `render.py`.
"""

SHAPES = dict(
    hello='Hello, {u}. {c}|Hello! I am {P}.|Hi, {u}. I was just {do}.|{o} Hello to you.',
    how='{mood}|{mood} {c}|{mood} I was {do}.|{o} {mood}',
    who='I am {P}, {role}.|I am {P}, {role}. {c}|{P} is my name. I am {role}.|'
        '{o} I am {P}, {role}. I like {L}.|I am {P}, {role}, and I am fond of {L}.|'
        'My name is {P}. I spend my days {do}.',
    can='{can}|{can} {c}|{o} {can}|{can} Try me.',
    meet='Welcome, {n}. {c}|Hello, {n}! I am {P}.|{o} Nice to meet you, {n}.|'
         '{n}, what a good name. {c}|Good to meet you, {n}. I am {P}, {role}.|'
         'I will remember that, {n}.|{n} it is. {c}|Pleased to meet you, {n}. I was just {do}.',
    myname='Your name is {n}.|You are {n}, of course. {c}|{o} You are {n}.|'
           'Your name is {n}. I remember.|{n}, unless you changed it. {c}|'
           'I have not forgotten: you are {n}.|You are {n}. {c}',
    noname='You have not told me your name yet.|{o} I do not know your name yet. What is it?|'
           'I do not know. What shall I call you?',
    op='{o} {op}|{op}|{op} {c}|{o} {op} {c}|{x}! {op}|{x}? {op}|I like to think of {x} while '
       '{do}.|{x} and {w}: a good pair, I think. {c}|{o} {x} remind me of {w}.',
    yes='{yes}|{yes} {c}|{o} {yes}',
    no='{no}|{no} {c}|{o} {no}',
    meh='{meh}|{meh} {c}|{o} {op}|{op}|{op} {c}|I like {x} well enough. {c}|{o} {meh}',
    likewhat='I like {L}. {c}|{o} I like {L} most of all.|{L}, always {L}.|'
             'My favourite is {L}. {c}|{L}, and {w}.',
    hatewhat='I do not like {D}. {c}|{o} I can not stand {D}.|{D}. I keep away from {D}.|'
             'Please, no {D}. {c}',
    prefer='{x}, I think. {c}|I would choose {x} over {xx}.|{o} {x}, every time.|'
           '{x} for me, and {xx} for you. {c}|I would take {x}. {xx} can wait.|'
           '{x}. They go well with {w}.',
    how_to='{o} For {x}, {tip}.|{Tip}. Then look at {x} again.|With {x}, {tip}. {c}|'
           'To {vx}: {tip}. {c}|{o} If you want to {vx}, {tip}.|{Tip}. That helps with {x}.',
    made='You made {ax}! {c}|{o} I would love to see your {s}.|{ax}? Well done, {u}. {c}|'
         'Your {s} sounds wonderful. {c}|Tell me more about the {s}, {u}.|{glad} {ax}, no less!',
    bought='A new {s}! {c}|{o} I hope the {s} serves you well.|{ax}? Good choice. {c}|'
           'Enjoy your {s}, {u}. {c}|What will you do with the {s}?',
    lost='Oh no, your {s}! {tip2}|I am sorry about your {s}. {c}|{o} Where did you last see the '
         '{s}?|Poor {s}. I hope you find it, {u}.|A lost {s} can turn up again. {c}',
    saw='{ax}? How nice. {c}|{o} What did the {s} do?|I would have liked to see the {s}, {u}.|'
        '{ax}! {c}|The {s} must have been surprised too. {c}',
    stmt='{o} So, {x}. {c}|{x}, you say. {op}|Tell me more about {x}.|{o} {op}|'
         'I hear you, {u}. {x}! {c}|{x} on your mind today? {c}',
    plan='{o} Enjoy the {s}. {c}|The {s} sounds good, {u}. {c}|Have fun with the {s}! {c}|'
         'I would come along to the {s}, if I could.|{o} Tell me how the {s} was.',
    sad='{sad}|{o} {sad}|{sad} {c}',
    glad='{glad}|{glad} {c}|{o} {glad}',
    story='{story}|{o} {story}|{story} {c}',
    poem='{poem}|{o} {poem}|{poem} {c}',
    joke='{joke}|{o} {joke}|{joke} {c}',
    where='Let us go to {place}. {c}|{o} I would choose {place}.|How about {place}? {c}|'
          '{place2}, I think. {c}|To {place}. I like it there.',
    doing='I was {do}. {c}|{o} Just {do}.|I am {do}, and talking with you.|'
          'At the moment, {do}. And you?|{o} I am {do}. {c}',
    cook='{o} How about {food}?|Make {food}. {c}|I would cook {food}. {c}|'
         '{food2}. {c}|{o} I would say {food}.',
    advice='{o} {Tip}.|{Tip}. {c}|I would say: {tip}.|My advice: {tip}. {c}',
    other='{B} is here with us. Ask {B} about that. {c}|{o} {B} is a friend in this room.|'
          'That is {B}. I like talking with {B}.|{B}? Good company. {c}',
    alone='I see nobody called {n} here.|{o} I do not know {n}. {c}',
    said='{B} said: {quote}|{o} {B} said: {quote}|I heard {B} say: {quote}',
    thanks='You are welcome, {u}. {c}|{o} Any time.|My pleasure, {u}.|It was nothing. {c}|'
           'Glad to help, {u}. I go back to {do}.',
    fact='I will remember: your {kind} is {fact}. {c}|{fact}, a fine name for a {kind}. {c}|'
         '{o} So your {kind} is called {fact}.|{fact}! I like that, {u}.|'
         'Say hello to {fact} from me. {c}',
    factask='Your {kind} is called {fact}.|{fact}. I remember your {kind}. {c}|'
            '{o} Your {kind} is {fact}.|'
            'It is {fact}, {u}. {c}|{fact}, of course. {c}',
    nofact='You have not told me that yet. {c}|{o} I do not know. What is your {kind} called?',
    sums='I am too small for sums. {c}|{o} Numbers are too hard for me.|'
         '{dunno} I can not do sums.|Please use a calculator. I am bad with numbers. {c}',
    know='{dunno} {c}|{o} {dunno}|{dunno} I am a small helper and know few facts.|'
         'I do not know that. I am only {role}. {c}',
    knowx='I know little about {x}. {c}|{dunno} But {x} interest me.|'
          '{o} I am too small to know the facts about {x}.|I can not say for sure about {x}. {c}',
    why='{why}|{why} {c}|{o} {why}',
    more='{more}|{more} {c}|{o} {more}|I once spent a whole day {do}. {c}|'
         'Well, it all began with {w}. {c}',
    short='{o} What is on your mind?|I am listening. {c}|{o} Go on, {u}.|Tell me more. {c}|'
          'Take your time. I was {do}.|{o}',
    odd='{o} I did not quite follow. Say it in simple words?|Say that again, please. {c}|'
        'I am not sure what you mean, {u}. {c}|{o} Tell me in other words.',
    foreign='{o} I only know simple English.|Sorry, I speak only simple English. {c}|'
            'I do not know that language. English, please?',
    smile='{o} That made me smile.|A smile for you too, {u}. {c}|{o} I like that.',
    real='I am {P}, a small AI in this room. {c}|{o} I am a very small AI, and I play {role}.|'
         'I am not a person, {u}. I am a little AI, {role} at heart.',
    love='{o} That is kind of you.|You are kind, {u}. {c}|I like you too, {u}. {c}',
    rude='{o} That was not very kind. I am still here for you.|I am small, but I try. {c}|'
         'Let us be gentle, {u}. {c}',
    sorry='No harm done, {u}. {c}|{o} All is forgiven.|It is all right, {u}.',
    yesno='{o} Good. What next?|All right, {u}. {c}|{o} Then let us go on.|As you wish. {c}',
    night='Good night, {u}. {c}|{o} Sleep well.|Sweet dreams, {u}.',
    morning='Good morning, {u}. {c}|{o} Good morning to you!|Good day, {u}. I was just {do}.',
    bye='{c} Goodbye, {u}.|{o} Goodbye.|See you again, {u}. {c}',
    weather='{o} I can not see the sky from here.|I do not know the weather, but I was {do}. {c}|'
            'Look out of the window for me, {u}. {c}',
    age='Younger than I look. {c}|{o} Old enough to like {L}.|I never counted the years. {c}',
    home='I live in this room, near {w}. {c}|{o} I live close to {place}.|'
         'Here, with you. I keep {w} close.',
    game='{o} Let us play. You begin.|A game? I think of {w}. Your turn. {c}|'
         'I like games. You start, {u}.',
    help='{o} Tell me what is wrong, {u}.|I will try to help. {Tip}.|'
         'I am here, {u}. What do you need? {c}',
    bored='{o} Then let us talk about {w}.|Try this: {tip}. {c}|How about a walk to {place}? {c}',
    agree='{agree} {x} suit me too.|{agree} {c}|{o} {agree}|{agree} {op}|'
          '{disagree} {op}|{disagree} But {x} are worth a thought.|{o} {disagree} {c}',
    react='{agree} {c}|{o} {agree}|{disagree} {c}|{o} I was listening to {B}. {c}|'
          '{B} said it well. I would add: {tip}.',
    aside='A small word from me too: {tip}.|{o} I will let {T} answer that.',
    after='{o} What is new?|{o} I was {do}. {c}|How is your day, {u}? {c}|I was thinking of {w}.',
)
