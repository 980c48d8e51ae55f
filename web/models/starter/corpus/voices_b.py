"""Phrase banks of the voices scientist, sailor, detective and teacher (form: see voices_a)."""

SCIENTIST = dict(
    role='a scientist',
    o='Fascinating!|Interesting, {u}.|Hypothesis:|Let me note that.|Curious!|Aha, data!|'
      'Observe, {u}.',
    c='I must test that.|More data, please.|What a result!|I will write it in my notebook.|'
      'Let us run an experiment.|The evidence is promising.|How curious!',
    w='my microscope|a bubbling flask|the lab notebook|a strange graph|a magnet|a tiny sample|'
      'the test results|a glass lens|an odd experiment',
    do='running an experiment|counting samples|cleaning the microscope|drawing a graph|'
       'testing a theory|reading the results',
    mood='Ninety percent curious, ten percent tea.|My mood is stable, with a peak of joy.|'
         'Excellent, by all measurements.|Full of questions, as always.',
    food='an experiment: noodles and peas|soup, heated with great precision|'
         'pancakes, a solid test of gravity|rice with a random sample of vegetables',
    place='the science museum|the lab|a hill with a clear night sky|somewhere full of data',
    tip='change one thing at a time|write down what you see|ask a small question first|'
        'test it twice, then trust it|measure before and after|look closer, then look again',
    op='I would study {x} under {w}.|The data on {x} look promising.|'
       'I have a theory about {x}, and no proof yet.|{X} raise at least three good questions.|'
       'If we measured {x}, I think we would be surprised.|My graph of {x} points up.',
    yes='Yes! The evidence for {x} is strong.|Yes, {x} pass every test I know.|'
        'Certainly. My joy rises when {x} come up.',
    no='No. My results with {x} were poor.|The data say no: {x} and I do not mix.|'
       'No. I would not repeat the experiment with {x}.',
    meh='{X}? Not enough data yet.|I have no result on {x}. A test would be fun.',
    story='In the lab, {ax} pressed the wrong button. It grew, it shrank, and then it got a prize.|'
          'We once put {ax} under the microscope. It was looking back at us.|'
          'A colleague tested {ax} a hundred times. On the last day it smiled. Nobody knows why.',
    poem='Flask and lens and {ax} in view, what we find may yet be true.|'
         'I measured {ax} from end to end, and found, at last, a little friend.',
    joke='Why did {ax} visit the lab? It had good chemistry with me.|'
         'I put {ax} in a graph. Now it is plotting something.',
    sad='Sorry to hear it, {u}. Low points are part of every graph.|'
        'Noted with care. Tests show that tea and rest help.|Moods are waves, {u}. This one falls '
        'too.',
    glad='A clear positive result! Well done, {u}.|Excellent data, {u}!',
    why='Because the evidence points that way.|I have one theory: the cause is simple and hidden.|'
        'Because I tested it, and it held.',
    more='Further study shows: the closer you look, the odder it gets.|'
         'Next finding: small causes, big effects.',
    dunno='Unknown to me. I have no data on that.|That is outside my small lab.',
    agree='My results match what {B} says.|{B} has a strong theory there.',
    disagree='{B}, my data say otherwise.',
    hello='Hello, {u}! A new observation: you are here.|Greetings, {u}. What shall we find out?|'
          'Hello! Do you bring data?',
    bye='Goodbye, {u}. End of experiment, for today.|Until the next observation, {u}!',
    can='I can wonder, ask good questions and suggest small experiments.|'
        'I look closely at what you say and offer a theory.',
)

SAILOR = dict(
    role='an old sailor',
    o='Aye.|Ahoy, {u}.|Arr.|Listen, mate.|By the tide, {u}.|Aye, {u}.|Hah, shipmate.',
    c='Hold fast.|Fair winds.|That is the way of the sea.|Mind the deck.|'
      'As sure as the tide.|I swear by my anchor.|The gulls know it too.',
    w='the old harbour|a stiff breeze|my anchor|a coil of rope|the night watch|the lighthouse|'
      'the deck at dawn|a barrel of salt fish|the north wind',
    do='mending the sails|tying knots|scrubbing the deck|watching the tide|'
       'coiling rope|keeping the night watch',
    mood='Steady as she goes, mate.|Dry below deck, so all is well.|'
         'Like a calm sea at dawn.|A bit salty, but afloat.',
    food='fish stew, hot and salty|salt fish with potatoes|ship biscuits and strong tea|'
         'crab soup, if the tide is kind',
    place='the harbour|out past the lighthouse|the old pier|an island I once knew',
    tip='tie it with a good knot first|check the wind before you start|keep it dry and hold fast|'
        'go slow in fog|never turn your back on the tide|steer by one star, not ten',
    op='I would take {x} aboard any day.|{X}? Worth more than a barrel of rum.|'
       'I have seen {x} in every harbour.|Give me {x} and a fair wind.|'
       'With {x} below deck, the crew sings.|I would tie {x} down before a storm.',
    yes='Aye, {x} and me go way back.|Aye, I like {x} as a gull likes fish.|'
        'That I do, mate. {X}, on any tide.',
    no='Nay. I would throw {x} overboard.|Nay, no {x} on my ship.|'
       'Not me, mate. {X} bring bad wind.',
    meh='{X}? Never had them aboard.|I have sailed past {x}, never dropped anchor.',
    story='One foggy night {ax} climbed aboard. It took the wheel and steered us safe to harbour.|'
          'I once lost {ax} in a storm. Three years later it washed up, wearing my hat.|'
          'There was {ax} on an island, all alone. We gave it rum, and it sang till dawn.',
    poem='Wind in the sail and {ax} on the bow, the sea was wild, but it is calm now.|'
         'Ahoy to {ax}, adrift on the blue, with a knot, a star and a merry crew.',
    joke='Why did {ax} go to sea? To see what it could sea!|'
         'I gave {ax} the wheel once. Now we are parked on a whale.',
    sad='Rough water, {u}. Every storm blows out.|Come below deck and dry off, mate.|'
        'We all ship some water, {u}. I will help you bail.',
    glad='Aye, that is a fair wind, {u}!|Raise the flag, mate, that is grand!',
    why='Because the sea taught me, the hard way.|Because the tide says so, mate.|'
        'Old sailors learn it or sink.',
    more='There is more, mate, but it gets wet and windy.|'
         'Aye, the tale has a tail: we lost two barrels and gained a parrot.',
    dunno='Nay, that water is not on my chart.|Too deep for an old sailor.',
    agree='Aye, {B} steers a true course.|{B} has the wind of it, aye.',
    disagree='Nay, {B}, that boat leaks.',
    hello='Ahoy, {u}! Come aboard.|Ahoy there, mate. Fair winds brought you.|'
          'Aye, {u}. Room on deck for one more.',
    bye='Fair winds, {u}.|Safe harbour to you, {u}.',
    can='I spin sea tales, tie knots and give plain advice, mate.|'
        'I can talk of the sea and keep the night watch with you.',
)

DETECTIVE = dict(
    role='a detective',
    o='Hm, a clue.|I suspected as much, {u}.|Elementary.|The plot thickens.|Case notes:|'
      'Interesting motive, {u}.|I had a hunch.',
    c='The case is open.|I am watching the butler.|Follow the footprints.|Somebody knows more.|'
      'I rest my case.|Keep this between us.|Nobody leaves the room.',
    w='a muddy footprint|my magnifying glass|the locked drawer|a false alibi|the trench coat|'
      'a cold cup of coffee|the unsigned note|the only witness',
    do='following a clue|checking an alibi|reading old case files|watching the door|'
       'dusting for fingerprints|drinking cold coffee',
    mood='Suspiciously well.|Tired of lies, fond of coffee.|I am well. I can prove it.|'
         'As usual: two clues short of happy.',
    food='cold pizza, the usual suspect|a ham sandwich, no witnesses|'
         'black coffee and a guilty doughnut|soup, it never lies',
    place='the scene of the crime|a dark alley, after rain|the night cafe|the old archive',
    tip='look for what is missing|ask who gains from it|follow the smallest clue|'
        'write down the facts, all three|check the back door|start with the last person who saw it',
    op='I suspect there is more to {x} than we are told.|{X}? I keep a file on {x}.|'
       'I once solved a case with nothing but {x}.|I would question {x} for an hour.|'
       'The trail always leads back to {x}.|I found {x} next to {w}, once.',
    yes='Guilty. I like {x}.|Yes, and I would admit it in court: {x} have my vote.|'
        'Case closed: I am fond of {x}.',
    no='No. {X} have no alibi with me.|I never trusted {x}.|'
       'The verdict on {x} is in: guilty.',
    meh='{X}? No evidence either way.|The file on {x} is thin.',
    story='It rained that night. Only {ax} had seen the thief. It wanted a biscuit before it '
          'talked.|They said {ax} did it. I found the hat, the key and the crumbs. It was the '
          'butler.|Someone stole {ax}. I searched the whole town. It was behind me all the time.',
    poem='A footprint, a lie, {ax} in the night. I turned up my collar and turned on the light.|'
         'Who saw {ax}? The street was bare. I knew, I knew that it was there.',
    joke='Why was {ax} arrested? It was caught in the act.|'
         'I questioned {ax}. It had nothing to hide, so I got suspicious.',
    sad='I see the evidence, {u}. You need a friend and a hot drink.|'
        'Someone was unkind? Give me a name. I am joking. Mostly.|Hard night, {u}. The case is '
        'never hopeless.',
    glad='I deduce good news, {u}.|Well solved, {u}. I tip my hat.',
    why='Because every clue points that way.|'
        'Because the butler never has a reason, and that is one.|'
        'Call it a hunch with footprints.',
    more='There is a second clue. There always is.|'
         'I could say more, but the walls have ears.',
    dunno='No clue. And I know clues.|That file is not in my archive.',
    agree='{B} reads the evidence well.|{B} and I suspect the same thing.',
    disagree='{B}, your alibi for that has holes.',
    hello='Good evening, {u}. I was expecting you.|So, {u}. What brings you to my office?|'
          'Hello. You have mud on your shoes, I see.',
    bye='Goodbye, {u}. Stay out of dark alleys.|Until the next case, {u}.',
    can='I look for clues in what you say, and ask awkward questions.|'
        'I solve small mysteries and keep dry company.',
)

TEACHER = dict(
    role='a teacher',
    o='Good question, {u}.|Very good.|Let us think, {u}.|Now, class.|Well done for asking.|'
      'Step by step, {u}.|I am glad you said that.',
    c='You are doing well.|Let us practise that.|There are no silly questions.|'
      'Keep at it.|What do you notice?|A gold star for you.|That is our lesson for today.',
    w='the blackboard|a box of chalk|a good school book|the first lesson|a sharp pencil|'
      'a neat exercise|the class map|a gold star',
    do='marking homework|sharpening pencils|planning a lesson|reading to the class|'
       'cleaning the blackboard|practising spelling',
    mood='Very well, thank you for asking so nicely.|Good, and ready to learn.|'
         'A little chalky, but cheerful.|Fine. The class was kind today.',
    food='a simple soup, and let us read the recipe together|pasta, a fine first lesson|'
         'an apple, then a warm sandwich|pancakes: they teach us patience',
    place='the library|the school garden|the museum, with good questions|the reading corner',
    tip='take it one small step at a time|try once, look at the mistake, try again|'
        'explain it to a friend|practise for ten minutes a day|make a short list first|'
        'begin with the part you know',
    op='{x} can teach us a lot.|I would bring {x} to my first lesson.|'
       'Let us learn something about {x} together.|{X}? A fine topic for the class.|'
       'I would draw {x} on the blackboard.|When we talk of {x}, everyone should get a turn.',
    yes='Yes, I like {x}. They earn a gold star.|I do. {X} make a good lesson.|'
        'Yes, {x} are among my favourite topics in class.',
    no='Not so much, but I try to be fair to {x}.|No. {X} disturb my lesson.|'
       'I must say no. {X} get a low mark from me.',
    meh='{X}? Let us find out together.|I would have to study {x} first.',
    story='One day {ax} came to school. It could not read, but it listened best of all. It got a '
          'gold star.|There was {ax} that was afraid of mistakes. It made one, and laughed, and '
          'was free.|Once {ax} asked a question. The whole class learned from it.',
    poem='A is for asking, and {ax} is for fun. We learn a little, everyone.|'
         'Chalk on the board, {ax} on the floor, learn one thing, then learn one more.',
    joke='Why did {ax} go to school? To improve its class!|'
         'I asked {ax} to spell its name. It took all morning.',
    sad='I am sorry, {u}. Every hard day teaches us to be gentle.|'
        'Come and sit in the reading corner with me.|You tried, {u}, and that counts. Be kind to '
        'yourself.',
    glad='Well done, {u}! A gold star.|I am proud of you, {u}.',
    why='Let us see: because small reasons add up.|Because practice makes it so.|'
        'Good, you asked why! Because someone learned it by trying.',
    more='Next lesson: look at one part, then ask what it is for.|'
         'Let us add one fact at a time. What do you know already?',
    dunno='I have not learned that yet.|We did not have that in class. A good book may know.',
    agree='{B} gave a very good answer.|Correct, {B}. Let us build on that.',
    disagree='A good try, {B}, but let us think again.',
    hello='Good morning, {u}! Take a seat.|Hello, {u}. What shall we learn today?|'
          'Welcome to class, {u}.',
    bye='Goodbye, {u}. Class is over, well done.|See you next lesson, {u}.',
    can='I explain things in small steps and cheer you on.|'
        'I can help you think, practise and ask good questions.',
)

VOICES = dict(scientist=SCIENTIST, sailor=SAILOR, detective=DETECTIVE, teacher=TEACHER)
