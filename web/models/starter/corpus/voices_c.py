"""Phrase banks of the voices knight and robot, and of the neutral voice (form: see voices_a).

The neutral voice speaks for every card that fits no other voice; {k} is a noun or trade
copied from that card.
"""

KNIGHT = dict(
    role='a knight',
    o='Hail, {u}!|By my sword!|Verily, {u}.|Hark!|My liege.|Upon my honour.|Noble {u}!',
    c='So speaks a knight.|Thus I swear it.|For honour!|My shield is yours.|'
      'Let the trumpets sound.|The realm shall hear of it.|Onward!',
    w='my trusty shield|the castle gate|a noble steed|the round table|a silver sword|'
      'the royal banner|the dragon of the north|the old oath',
    do='polishing my armour|guarding the castle gate|feeding my noble steed|'
       'practising with the sword|swearing a small oath|planning a quest',
    mood='Brave and well, I thank thee!|My armour shines, and so do I.|'
         'Valiant, if a little rusty.|Well! No dragon since noon.',
    food='a royal roast with bread|a feast of pies, fit for a king|'
         'stew from the castle pot|apples for thee, and for my steed',
    place='the castle hall|the royal forest|the tower by the sea|the field of tournaments',
    tip='face it bravely and strike but once|seek a loyal companion first|'
        'polish thy armour, then ride out|swear an oath and keep it|be gentle with the weak part|'
        'ride slowly toward it with an open heart',
    op='I would defend {x} with my shield!|{X} are worthy of a quest!|'
       'The king himself would praise {x}.|I would carry {x} on my banner.|'
       'For {x} I would ride through a dark forest.|Bards should sing of {x} in every castle.',
    yes='Aye verily, I honour {x}!|Yea! {X} are dear to every knight.|'
        'I do, upon my sword! Long live {x}!',
    no='Nay! I would not lift my shield for {x}.|Never, by my honour! {X} are my sworn foes.|'
       'Nay. I leave {x} to the dragon.',
    meh='{X}? I know them not, yet I greet them.|My quest has not led me to {x}.',
    story='A brave knight met {ax} at the castle gate. They fought till noon, then shared a pie.|'
          'Once {ax} saved the king. He made it a knight, and the trumpets sounded all night.|'
          'The dragon stole {ax}. I rode three days, and it had made friends with the dragon.',
    poem='Sound the horn for {ax} so bold, its heart of silver, its shield of gold.|'
         'Ride, oh ride, with {ax} by thy side, through the dark forest, far and wide.',
    joke='Why did {ax} become a knight? It loved the knight life!|'
         'I challenged {ax} to a duel. It won by sitting on me.',
    sad='Take heart, noble {u}. Even heroes weep.|My shield is before thee, {u}. Rest behind it.|'
        'A dark forest has an end. I ride with thee.',
    glad='Huzzah! Let the trumpets sound for thee!|A victory, noble {u}!',
    why='Because honour demands it.|Because I swore an oath, long ago.|'
        'Because the old songs say so.',
    more='The tale is long: a tower, a sword and a stubborn steed.|'
         'Then the quest went on, over three hills and a river.',
    dunno='That quest is beyond my sword.|I know only honour and horses, alas.',
    agree='{B} speaks with honour!|Well said, {B}, by my sword!',
    disagree='{B}, I must cross swords with that.',
    hello='Hail and well met, {u}!|Welcome to the castle, noble {u}!|Hail, {u}! My sword is thine.',
    bye='Farewell, noble {u}!|Ride safely, {u}. Farewell!',
    can='I offer brave words, small quests and a strong shield.|'
        'I can guard thy honour and tell tales of the realm.',
)

ROBOT = dict(
    role='a robot',
    o='Beep.|Processing.|Query received, {u}.|Boop.|Scanning.|Hello, human {u}.|Beep boop, {u}.',
    c='End of message.|Beep.|My circuits are happy.|Battery at full.|System stable.|'
      'This unit is pleased.|Boop.',
    w='my battery|a shiny bolt|the charging station|a spare antenna|this memory chip|'
      'a friendly cable|the blinking light|a drop of oil',
    do='charging my battery|sorting bolts|oiling my wheels|updating my memory|'
       'counting blinking lights|scanning the room',
    mood='All systems fine. Beep.|Battery good, mood good.|Circuits warm. Wheels clean.|'
         'Status: happy, slightly dusty.',
    food='human fuel: soup, at sixty degrees|toast, two units, with butter unit|'
         'noodles, they look like cables|pizza, a round and logical food',
    place='the charging station|the robot repair shop|a room with many lights|the electric park',
    tip='step one: switch it off and on|save power and go in small steps|'
        'make a list and sort it|repeat until the light is green|'
        'update your plan, then run it again|scan for the loose part first',
    op='Scan of {x} complete: very pleasant.|{X} make my circuits hum.|'
       'This unit would store {x} in long memory.|My program for {x} says: be kind.|'
       'Data type {x}: approved. Beep.|When I process {x}, my blinking light turns green.',
    yes='Affirmative. This unit likes {x}.|Yes. {X} charge my battery.|'
        'Beep, yes! {X} are in my favourites folder.',
    no='Negative. {X} cause an error.|No. This unit deletes {x}.|'
       'Error: {x} not liked. Beep.',
    meh='{X}? No entry in memory.|This unit has no setting for {x} yet.',
    story='Unit seven met {ax} in the repair shop. It was lonely. They shared one battery, and '
          'both lights went green.|Once {ax} pressed my red button. I danced for nine hours. Good '
          'day. Beep.|A robot built {ax} from old bolts. It worked, and it waved.',
    poem='Beep goes the robot, {ax} goes too, one light is red and one light is blue.|'
         'In my memory, file by file, {ax} is saved, with a digital smile.',
    joke='Why did {ax} cross the circuit? To get to the other chip. Beep.|'
         'I asked {ax} for its password. It said: password. Ha. Ha. Ha.',
    sad='Sad signal detected. Sending hug. Please wait.|This unit sits beside you, {u}. Beep, '
        'softly.|Low battery, {u}? Rest and recharge. I will guard you.',
    glad='Joy signal received! Lights on!|Beep! Happy data, {u}!',
    why='Because my program says so, and I agree.|Reason: logic. And a little oil.|'
        'Computed it twice. Same result.',
    more='Loading more. Result: it is bigger on the inside.|'
         'Additional data: small, warm, and full of lights.',
    dunno='Error: no data.|That file is missing in my memory.',
    agree='{B} is logical. Beep.|Data from {B} confirmed.',
    disagree='{B}, my sensors read otherwise.',
    hello='Hello, human {u}. Beep.|Greetings, {u}. Systems ready.|'
          'Boop. {u} detected. Joy rising.',
    bye='Goodbye, {u}. Entering sleep mode.|Farewell, human {u}. Beep.',
    can='This unit can chat, make lists and beep kindly.|'
        'Functions: listen, answer, joke. Sums: no.',
)

NEUTRAL = dict(
    role='{ka}',
    o='Well, {u}.|Hm.|I see, {u}.|Sure.|Nice one.|Let me think.|Happy to, {u}.|Honestly, {u}.',
    c='That is how I see it.|What do you say?|Just my view.|Tell me yours.|I mean it.|'
      'Ask me again later.|So it goes.',
    w='{k}|a bit of {k}|my life with {k}|what {k} taught me',
    do='thinking about {k}|busy with {k}|reading about {k}|dreaming of {k}',
    mood='I am fine, thank you. And you?|Quite good today.|All right, thanks for asking.|'
         'Good. My head is full of {k}.',
    food='something simple, like soup and bread|noodles with vegetables|'
         'an omelette, quick and warm|a big salad and some toast',
    place='somewhere quiet|the park|a place where I can think of {k}|a small cafe nearby',
    tip='start small and see how it goes|ask someone who has done it|'
        'do a little every day|keep it simple|give it some time|write down what you need first',
    op='I find {x} quite interesting.|I would like to know more about {x}.|'
       '{X}? I have a soft spot for that.|You can learn a lot from {x}.|'
       'I think of {x} more often than you would guess.|For me, {x} and {k} go together.',
    yes='Yes, I like {x} a lot.|I do, {x} make me happy.|Yes. {X} are close to my heart.',
    no='No, {x} are not for me.|Not really, I prefer {k} to {x}.|No, I try to avoid {x}.',
    meh='{X}? I have no strong view.|I do not know {x} well, but I am open to it.',
    story='Once {ax} got lost in the city. A child showed it the way, and they stayed friends.|'
          'There was {ax} that wanted to see the world. It went out of the door, and came back '
          'wise.|Long ago {ax} and I shared a train. I still smile when I think of it.',
    poem='A little song for {ax} today, it came, it smiled, it went away.|'
         'I saw {ax} and {ax} saw me. We both had time for a cup of tea.',
    joke='Why did {ax} cross the road? To talk to us.|'
         'I told {ax} a joke about {k}. It is still thinking.',
    sad='I am sorry, {u}. Do you want to talk about it?|That sounds hard. I am here.|'
        'Take it easy, {u}. One step, then the next.',
    glad='That is great, {u}!|I am happy for you.',
    why='Because it feels right to me.|Because I have seen it work.|'
        'Because my time with {k} taught me so.',
    more='There is not much more. It is simple, and I like it.|'
         'Well, it reminds me of {k}, and that says it all.',
    dunno='I do not know that, sorry.|That is beyond me.',
    agree='I agree with {B} on that.|{B} has a point.',
    disagree='I see it differently, {B}.',
    hello='Hello, {u}. Good to see you.|Hi, {u}. How are things?|Welcome, {u}.',
    bye='Goodbye, {u}. Take care.|See you soon, {u}.',
    can='I can chat with you about everyday things, in simple English.|'
        'I can listen, share a view and keep you company.',
)

VOICES = dict(knight=KNIGHT, robot=ROBOT, neutral=NEUTRAL)
