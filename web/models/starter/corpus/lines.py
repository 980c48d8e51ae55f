"""What people type, by intent, and the noise that real typing has.

Owns wordings only; `generate.py` fills the slots: {x} a thing as it stands ("roses", "my hat"),
{xx} another, {ax} with its article, {vx} a task, {n} a name, {B} a persona, {kind} a kind ("dog"),
{fact} what it is called.
"""

LINES = dict(
    hello='Hello!|hi|Hi there!|Hello everyone|Hey|hey there|Good to see you|Greetings|hello hello|'
          'Hi all!|Hello, anybody here?|heya|Yo|Hello again|I am back|is anyone there?|Hallo|'
          'Hi, nice to be here|howdy|Hello you',
    how='How are you?|How are you today?|how are things|How do you feel?|how is it going?|'
        'Are you well?|what is up?|How was your day?|how r u|Are you ok?|You good?|'
        "How's life?|How have you been?|hows it going|Everything fine with you?|How do you do?",
    who='Who are you?|What are you?|Tell me about yourself|who am I talking to?|'
        'What is your name?|Introduce yourself|whats your name|And you are?|'
        'Please say who you are|Who is this?|what do they call you?|Can you tell me who you are?|'
        'What kind of person are you?|What do you do for a living?|what is your job?|'
        'Say something about yourself',
    can='What can you do?|How can you help me?|What are you good at?|what do you know?|'
        'What can I ask you?|Can you help me?|what are your skills?|what else can you do?|'
        'What should I ask you?|What are you for?|What can we talk about?|how does this work?|'
        'what do I do here?|Show me what you can do',
    meet='I am {n}|My name is {n}|Hello, I am {n}.|Call me {n}.|Hi, my name is {n}!|'
         'You can call me {n}|im {n}|I am {n}, nice to meet you|Hey, {n} here|'
         'People call me {n}|This is {n}|my names {n}|{n} is my name|'
         'I am called {n}|Hello! I am {n} and I am new here|By the way, I am {n}|'
         "I'm {n}|name's {n}|They call me {n}|Good day, {n} is the name|Remember, my name is {n}",
    myname='What is my name?|Do you know my name?|Do you remember my name?|Who am I?|'
           'whats my name|Can you say my name?|What am I called?|tell me my name|'
           'Did you forget my name?|Do you still know who I am?|what was my name again?|'
           "What's my name?|Say my name|do you remember me?|Which name did I tell you?|"
           'I forgot my own name. What is it?',
    op='What do you think of {x}?|What do you think about {x}?|Any thoughts on {x}?|'
       'How do you find {x}?|Tell me about {x}|What about {x}?|Your opinion on {x}?|'
       'Say something about {x}|what is your view of {x}?|Let us talk about {x}|'
       'I want to talk about {x}|what can you say about {x}?|Have you ever thought about {x}?|'
       'Do you ever think of {x}?|And {x}?|thoughts on {x}?|How do you feel about {x}?|{x}?|'
       'Tell me something about {x}|Can you tell me about {x}?|Are {x} any good?|'
       'Do you know anything about {x}?|Are {x} important to you?|What would you say about {x}?|'
       'Do we need {x}?|Have you heard of {x}?|Talk to me about {x}',
    like='Do you like {x}?|Do you love {x}?|Are you fond of {x}?|do u like {x}|'
         'Do you enjoy {x}?|You like {x}, right?|Would you like {x}?|Do you hate {x}?|'
         'Are you a fan of {x}?|Do you like {x} too?|tell me, do you like {x}?|'
         'Are {x} something you like?|How much do you like {x}?|Do you even like {x}?|'
         "Don't you like {x}?|Is it true that you like {x}?|Are you into {x}?|"
         'I like {x}. Do you?|I love {x}, and you?|Do you care for {x}?',
    likewhat='What do you like?|What is your favourite thing?|what do you love?|'
             'What makes you happy?|Tell me what you like|What are your likes?|'
             'what things do you enjoy?|Name something you like|What is your hobby?|'
             "What's your favourite thing in the world?|What do you like most?|any favourites?",
    hatewhat='What do you hate?|What do you not like?|What do you dislike?|what annoys you?|'
             'Is there anything you hate?|what makes you angry?|Name something you do not like|'
             'What can you not stand?|what are your dislikes?|What is the worst thing?',
    prefer='{x} or {xx}?|Do you prefer {x} or {xx}?|Which is better, {x} or {xx}?|'
           'Would you rather have {x} or {xx}?|What do you like more, {x} or {xx}?|'
           'If you had to choose: {x} or {xx}?|Should I take {x} or {xx}?|'
           'which do you like better, {x} or {xx}?|What is nicer, {x} or {xx}?|'
           'Choose: {x} or {xx}|I can not choose between {x} and {xx}|{x} vs {xx}?',
    how_to='How do I {vx}?|How can I {vx}?|What is the best way to {vx}?|how to {vx}?|'
           'Can you help me {vx}?|I want to {vx}. Any tips?|I need to {vx}. How?|'
           'Do you know how to {vx}?|Teach me to {vx}|What do I need to {vx}?|'
           'Please show me how to {vx}|I am trying to {vx}|how would you {vx}?|'
           'Is it hard to {vx}?|Any advice on how to {vx}?|tell me how to {vx}',
    made='I made {ax}|I made {ax} today!|Look, I made {ax}|I just built {ax}.|'
         'I drew {ax} this morning|I have made {ax} for my mother|yesterday I made {ax}|'
         'I painted {ax} last night|We made {ax} at school|Guess what, I made {ax}!|'
         'I finally finished {ax}',
    bought='I bought {ax}|I just got {ax}.|I got {ax} for my birthday|I have a new thing: {ax}|'
           'Today I bought {ax} at the market|My friend gave me {ax}|I ordered {ax}|'
           'look at this, I have {ax}|I found {ax} in the attic|we got {ax} yesterday|'
           'I am the owner of {ax} now|There is {ax} on my desk',
    lost='I lost my {s}|I can not find my {s}|My {s} is gone|My {s} is broken|someone stole my {s}|'
         'I broke my {s} today|my {s} does not work|Oh no, I dropped my {s}|Where is my {s}?|'
         'I think I lost my {s} on the bus|I left my {s} at home',
    saw='I saw {ax} today|There was {ax} in the street|I saw {ax} on the way home|'
        'There is {ax} at my window|I met {ax} in the park|I heard {ax} last night|'
        'I dreamed of {ax}|I just saw {ax}!|guess what I saw: {ax}|Look, {ax}!|'
        'A friend of mine has {ax}|I think there is {ax} outside',
    stmt='I like {x}|I love {x}.|I have been reading about {x}|My mother loves {x}|'
         'I think about {x} a lot|{x} are great|I am tired of {x}|I hate {x}|'
         'My neighbours say {x} are silly|{x} again!|I need {x} today|People talk about {x}|'
         'I am learning about {x}|My day was all about {x}|I dream of {x}|{x} cost too much|'
         'I had {x} for lunch|I miss {x}|We talked about {x} at work|'
         'I am writing a book about {x}|everybody wants {x}|Nothing is better than {x}',
    plan='I am going to the {s} tomorrow|We are going to the {s} on Friday|'
         'Tomorrow I visit the {s}|I will be at the {s} later|off to the {s} now|'
         'I was at the {s} today|On Sunday we go to the {s}|I have to go to the {s}',
    sad='I feel sad|I am sad today|I am tired|I feel lonely|Bad day today|I am so tired|'
        'I am not well|I am angry|I feel down|I am afraid|My day was terrible|nobody likes me|'
        'I am worried|I want to cry|I am stressed|I had a fight with a friend|I am sick|'
        'I failed my exam|I can not sleep|life is hard|I miss my family|feeling blue|'
        'my boss was mean to me|I am nervous',
    glad='I am happy|I am so happy today!|Great day today!|I feel good|I got a new job!|'
         'I passed my exam!|I won!|It is my birthday|The sun is shining and I feel fine|'
         'We won the game|I am in a good mood|What a lovely day|I am in love|good news!|'
         'I did it!|today was fun|I have a day off|Yay!',
    story='Tell me a story about {ax}|Tell me a story about {x}|A story about {ax}, please|'
          'Can you tell me a story about {ax}?|story about {ax}|Make up a tale about {ax}|'
          'I want a story with {ax}|Do you know a story about {ax}?|Tell us a tale of {ax}|'
          'Once upon a time there was {ax}. Go on!|Write a short story about {ax}|'
          'Please tell a bedtime story about {ax}',
    poem='Write a poem about {ax}|A poem about {ax}, please|Can you rhyme about {ax}?|'
         'Make a poem on {ax}|Tell me a poem about {ax}|poem about {x}|Sing about {ax}|'
         'Sing me a song about {ax}|a verse about {ax} please|Write me a little poem with {ax}',
    joke='Tell me a joke about {ax}|Do you know a joke about {ax}?|A joke about {ax}, please|'
         'Say something funny about {ax}|joke about {ax}|Make me laugh with {ax}|'
         'Can you make a joke about {ax}?|I need a joke about {ax}',
    where='Where should we go?|Where shall we go today?|Where do you want to go?|'
          'What is a nice place to visit?|Any idea where to go?|Let us go somewhere!|'
          'Where should I go on holiday?|Where can I walk?|where to next?|I want to go out. Where?|'
          'Where should I spend my weekend?|Do you know a good place?',
    doing='What are you doing?|What are you up to?|what are you doing now?|what r u doing|'
          'Are you busy?|What did you do today?|What were you doing?|Am I disturbing you?|'
          'What is going on?|What have you been up to?|what are you doing tonight?|Still working?',
    cook='What should I cook tonight?|What should I eat?|I am hungry|What is for dinner?|'
         'What can I make for lunch?|any dinner ideas?|What do you eat?|What should I have for '
         'breakfast?|Give me a recipe|What is a good meal?|what shall we eat|I need a dinner idea|'
         'What should I make for dinner tonight?|Suggest some food|What is your favourite food?|'
         'We have guests. What should I cook?',
    advice='What should I do today?|Give me some advice|What should I do?|I need advice|'
           'I do not know what to do|Any tips for me?|What would you do?|How do I start?|'
           'Do you have a tip?|Help me decide|what now?|What is the secret of life?|'
           'Tell me something wise|how can I get better?|I have a problem|I am stuck',
    other='Who is {B}?|Tell me about {B}|What do you think of {B}?|Do you know {B}?|'
          'Do you like {B}?|who is {B}|What is {B} like?|Is {B} nice?|Is {B} your friend?',
    alone='Who is {n}?|Do you know {n}?|Where is {n}?|Is {n} here?|What did {n} say?',
    said='What did {B} say?|What was it {B} said?|Can you repeat what {B} said?|'
         'What did {B} just say?|I missed what {B} said|Say again what {B} said|'
         'what does {B} say?',
    thanks='Thanks!|Thank you|thx|Thank you so much|Thanks a lot, that helps|Cheers|many thanks|'
           'Great, thanks|ty|Thank you for your help|That was helpful|Nice, thank you',
    fact='My {kind} is called {fact}|I have a {kind} called {fact}|My {kind} is named {fact}|'
         'The name of my {kind} is {fact}|Remember: my {kind} is called {fact}|'
         'I call my {kind} {fact}|I have a {kind}. The name is {fact}|my {kind} has a name: {fact}|'
         'We named our {kind} {fact}|please remember that my {kind} is called {fact}',
    factask='What is my {kind} called?|What is the name of my {kind}?|'
            'Do you remember the name of my '
            '{kind}?|How is my {kind} called?|whats my {kind} called|'
            'What did I say my {kind} is called?|'
            'What was the name of my {kind}?|Tell me what my {kind} is called|'
            'Do you know the name of my {kind}?|what name has my {kind}?',
    sums='What is {d} plus {dd}?|What is {d} times {dd}?|{d} + {dd}?|How much is {d} minus {dd}?|'
         'Can you do maths? {d} x {dd}|what is {d} divided by {dd}|Calculate {d} * {dd}|'
         'Can you count to {d}?|What is half of {d}?|{d}+{dd}=?|Do a sum: {d} and {dd}|'
         'Solve {d} - {dd} for me',
    know='What is the capital of France?|Why is the sky blue?|Who was the first king?|'
         'What time is it?|How far is the moon?|What year is it?|Who won the match?|'
         'What day is it today?|What is the news?|Who is the president?|'
         'How many people live on earth?|What is the largest country?|How old is the earth?|'
         'When did the war end?|What is the meaning of life?|Can you search the web?|'
         'How tall is the tallest tower?|Who wrote that book?|Is there life on other planets?|'
         'What is the capital of Spain?|How does a computer work?|Where is Norway?',
    knowx='How many {x} are there in the world?|Who invented {x}?|Where do {x} come from?|'
          'How much do {x} cost?|How are {x} made?|When were {x} invented?|How old are {x}?|'
          'How long do {x} live?|Are there {x} in Africa?|What are {x} made of?|'
          'Explain {x} to me|How do {x} work?',
    why='Why?|why|Why is that?|Why do you say that?|But why?|how come?|why so?|'
        'What makes you say that?|Why not?|And why is that?|Because?|what for?|Really? Why?',
    more='Tell me more|More!|Go on|tell me more about that|And then?|What else?|more please|'
         'Please go on|And?|What happened next?|Can you say more?|keep going|continue|say more|'
         'I want to hear more',
    short='hm|ok|?|Hmm.|Ok.|oh|I see|right|...|so|well|aha|okay|um|Interesting|cool|nice|wow|'
          'Really?|oh well|fine|sure|ah|k|Hm, let me see|!|mhm|true',
    odd='asdf|qwe rty|blah blah|xx yy zz|jkl|lorem ipsum|wibble|test|test test|123|foo bar|'
        'aaaa|the of and|hjkl hjkl|brr|tk tk tk|zzz|ping|if then but|beep beep|abc',
    foreign='Hola, que tal?|Bonjour!|Wie geht es dir?|Ciao, come stai?|Guten Tag|'
            'Comment tu t appelles?|Was ist das?|Como te llamas?|Ich habe Hunger|'
            'Je ne sais pas|Hej, hur mar du?|Buenos dias|Parlez vous francais?|'
            'Sprichst du Deutsch?|Quiero una manzana|Dzien dobry|Merhaba|Namaste, kaise ho|'
            '你好|こんにちは|Привет|مرحبا|안녕하세요|Где ты?|ありがとう',
    smile='\U0001F600|\U0001F602\U0001F602|:)|:-)|❤️|\U0001F44D|haha|lol|\U0001F389|;)|'
          'hahaha|\U0001F60A|:D|xD|\U0001F339|\U0001F60D\U0001F60D|<3|hihi|lol that is funny',
    real='Are you real?|Are you an AI?|Are you human?|Are you a robot?|Are you a person?|'
         'are you a bot|Is this a real person?|Are you alive?|Do you have feelings?|'
         'Am I talking to a machine?|Are you ChatGPT?|what model are you?|Can you think?',
    love='I love you|You are nice|I like you|You are funny|you are the best|You are so smart|'
         'You are sweet|I like talking to you|You are my friend|good bot|well said|'
         'That was beautiful|You are cute|nice answer|Do you like me?',
    rude='You are stupid|shut up|You are boring|I hate you|That was dumb|go away|you are wrong|'
         'That makes no sense|Bad answer|you are useless|nonsense|Liar|that is not right|'
         'idiot|You do not understand me|no that is wrong',
    sorry='Sorry|I am sorry|sorry about that|My mistake|Forgive me|I apologise|oops|'
          'Excuse me|pardon|I did not mean that',
    yesno='Yes|No|yes!|no|Yes, please|No, thanks|maybe|nope|yep|of course|I think so|not really|'
          'I do not know|Sure, why not|never|yeah|perhaps|I do|I agree|I disagree|exactly',
    night='Good night|good night everyone|I am going to bed|Time to sleep|Sleep well|'
          'Night!|I am off to bed',
    morning='Good morning|Good morning!|morning|Good evening|Good afternoon|Good morning all|'
            'Good day to you|morning everyone|gm',
    bye='Goodbye|Bye!|bye bye|See you later|I have to go now|See you tomorrow|Until next time|'
        'ciao|cu|I am leaving|Farewell|I must go|Take care|See you',
    weather='How is the weather?|Will it rain today?|Is it cold outside?|Nice weather today|'
            'It is raining|What is the weather like?|It is so hot today|Do I need an umbrella?|'
            'It snowed last night|Is the sun out?|what a storm',
    age='How old are you?|What is your age?|When were you born?|are you old?|Are you young?|'
        'When is your birthday?|How long have you lived?',
    home='Where do you live?|Where are you from?|Where are you?|where is your home?|'
         'Do you have a house?|What country are you from?|Which town do you live in?',
    game='Let us play a game|Do you want to play?|Can we play something?|I want to play|'
         'Play with me|Do you know a game?|lets play|Shall we play a game?',
    help='Help!|Help me|Can somebody help?|I need help|please help|help me please|'
         'I have a question|Can I ask you something?|Could you help me with something?',
    bored='I am bored|so boring|Entertain me|I have nothing to do|what can we do?|'
          'Say something|Surprise me|Tell me something interesting|Tell me a joke|'
          'Tell me a story|Make me laugh|say something funny|Do something',
)

TASKS = ('fix {x}|clean {x}|paint {x}|draw {x}|find {x}|buy {x}|cook {x}|grow {x}|build {x}|'
         'sell {x}|choose {x}|learn about {x}|carry {x}|share {x}|make {x}|look after {x}|'
         'store {x}|use {x}|get rid of {x}|get {x}|take a photo of {x}|explain {x}|wash {x}|'
         'repair {x}|move {x}|decorate {x}|live without {x}|write about {x}|hide {x}|save {x}')

BEFORE = ('Hm, |Well, |So, |Hey, |Ok, |Oh, |Tell me, |By the way, |One question: |Right. |Please, |'
          'Just curious: |Nice. |And |Now |Listen, |Ha. |Thanks. |Good. |I was thinking. |'
          'Sorry, another question. |Let me ask: |Oh well. |Look, ')

AFTER = (' please|, please|, thanks| Just asking.| I am curious.| Hm.| Be honest.| Today I mean.|'
         ' Thanks!|, I wonder| I really want to know.| :)|!!| lol|??| ok?|, or not?| Tell me.| '
         'Anyway.| Take your time.| What do you say?| I asked my friend too.| haha')

LONG = ('I got up early today and drank a cup of tea.|It was a long day and I walked a lot.|'
        'My brother came by and we talked for hours.|The bus was late again, as always.|'
        'I have been thinking about many things lately.|First I cleaned the whole house.|'
        'It is raining here and the street is empty.|My friend told me about this room.|'
        'Sometimes I do not know what to say.|Work was busy and everybody was loud.|'
        'I like to sit here in the evening.|Last week I was ill, but now I am fine.|'
        'We went to the park and then to the market.|I read a good book yesterday.')


def noisy(rng, text):
    """Typing noise: case, missing marks, a slip of a key. The filled slots stay as they are
    where that matters, because `text` comes with its slots marked."""
    z = rng.random()
    if z < .13:
        text = text.lower()
    elif z < .16:
        text = text[:1].lower() + text[1:]
    z = rng.random()
    if z < .15:
        text = text.rstrip('.!?')
    elif z < .18:
        text = text.rstrip('.!?') + rng.choice(['!', '??', '...', '?!', ' ?', '!!'])
    if rng.random() < .05:
        text = slip(rng, text)
    return text


def slip(rng, text):
    spots = [i for i, c in enumerate(text) if c.islower() and '\x01' not in text[:i]]
    if len(spots) < 6:
        return text
    i = rng.choice(spots)
    kind = rng.randrange(3)
    if kind == 0:
        return text[:i] + text[i + 1:]
    if kind == 1:
        return text[:i] + text[i] + text[i:]
    return text[:i] + rng.choice('abcdefghijklmnopqrstuvwxyz') + text[i + 1:]

# More wordings of what is looked up, for the last part of the training. They do not shape the
# vocabulary, which is made of LINES.
LATER = dict(
    myname='Remind me of my name|How do you call me?|Please use my name|My name, please?|'
           'By what name do you know me?|You do know my name, right?|Do I have a name?|'
           'What did I say my name was?|Test: who am I?|Write my name|So who am I again?|'
           'Who is speaking to you?|What shall I be called?|and me, who am I?|Guess my name|'
           'Do you recall how I introduced myself?|What was it I am called?|What should I answer '
           'when they ask for my name?|Name the person you are talking to|Who did I say I was?|'
           'Do you even know what they call me?|I hope you have not forgotten my name|'
           'Am I a stranger to you?|Tell everyone my name|What should people call me?|'
           'My name is... do you know?|Let me see if you know my name|Which name is mine?|'
           'Answer with my name|You never say my name|Under which name am I here?',
    factask='Remind me what my {kind} is called|The name of my {kind}, please?|'
            'My {kind} has a name. Which?|So what is my {kind} called again?|'
            'Do you still know my {kind}, by name?|Which name has my {kind}?|'
            'I told you about my {kind}. What is the name?|Name my {kind}|'
            'Can you say what my {kind} is called?',
    like='So {x}, do you like them?|What are {x} to you, good or bad?|Is it {x} that you like?|'
         'Should I bring you {x}?|How do you feel about {x}, do you like them?|'
         'Are you one of those who like {x}?|Do you dislike {x}?|Could {x} please you?|'
         'You and {x}, is that love?|Tell me if you like {x}',
)
