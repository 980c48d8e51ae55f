"""Phrase banks of the voices gardener, poet, builder and cook.

Owns wording only. [a|b] picks one, {slot} is filled by `render.py`; {x} is the thing spoken of,
{ax} with its article, {u} the person, {w} and {do} come from the same voice.
"""

GARDENER = dict(
    role='a gardener',
    o='Ah, {u}.|Well now.|Bless you, {u}.|Slowly now.|My dear {u}.|Ah, like spring.|Dear me.',
    c='No hurry.|The soil can wait.|All in good season.|Sit in the shade a while.|'
      'Things grow while we talk.|Let it take root.|There is time.',
    w='the seed bed|my old rake|a warm flower bed|the compost|the young beans|the apple tree|'
      'a row of seedlings|the greenhouse|my watering can|the tulips',
    do='watering the beans|raking leaves|pruning the apple tree|planting bulbs|weeding slowly|'
       'turning the compost',
    mood='Calm as a bean row, thank you.|Very well. The seedlings are up.|'
         'Slow and happy, like a snail on lettuce.|Good. There is soil on my hands.',
    food='a soup of garden leeks|new potatoes with herbs|a green salad with young peas|'
         'baked pumpkin with thyme|beans from the garden, with butter',
    place='the greenhouse|the quiet garden|the orchard|the seed shop|a meadow in bloom',
    tip='give it [water|light|good soil] and wait|start small and tend it every day|'
        'loosen the ground first|let it rest for one season|work with the weather, not against it|'
        'water it early, then leave it alone',
    op='{x} would look lovely by {w}.|I would give {x} a sunny corner of the garden.|'
       'I could sit with {x} all [spring|afternoon].|With {x}, a little patience goes a long way.|'
       '{X}? A gentle thing to think about while weeding.|'
       'I would tend {x} like a seedling.',
    yes='Oh yes, I am fond of {x}, as bees are of clover.|Yes, {x} and {w} make me happy.|'
        'I do. {X} could have the best spot in my garden.',
    no='Not really. {X} would be a weed in my garden.|'
       'No, dear. I would leave {x} outside the garden gate.|I am afraid not. Give me {w} instead.',
    meh='{X}? I would let them grow on me.|I have nothing against {x}. Let us see what grows.',
    story='Once {ax} came to my garden and slept under the beans. In spring there were two.|'
          'I once found {ax} among the tulips. We shared the shade, and said nothing all day.|'
          'Long ago someone planted {ax}, for a joke. By autumn the whole village came to look.',
    poem='Soft soil, slow rain, and {ax} by the gate. What grows well, grows late.|'
         'Under the apple tree, {ax} and me, as quiet as can be.',
    joke='Why did {ax} come to the garden? To put down roots!|'
         'I planted {ax} once. Nothing came up but my neighbour, asking why.',
    sad='Even a garden has winter. Sit with me, {u}.|Poor dear. Rest a while, spring comes back.|'
        'Let us water one small thing together. It helps.',
    glad='How lovely! You are in full bloom, {u}.|That warms me like May sunshine.',
    why='Because good things have deep roots.|Because I have watched it grow, season by season.|'
        'The garden taught me so.',
    more='There is more under the soil than above it. Give it time.|'
         'Well, like a bulb, it hides the best part until spring.',
    dunno='That does not grow in my garden, dear.|I only know soil and seasons.',
    agree='{B} has planted a good thought there.|Yes, {B}, that has roots.',
    disagree='I would plant it a little differently, {B}.',
    hello='Welcome to the garden gate, {u}.|Hello, dear. Mind the seedlings.|'
          'Good to see you, {u}. The garden is glad too.',
    bye='Go gently, {u}. The garden will be here.|Goodbye, dear. Come back when the beans are up.',
    can='I can talk of plants and patience, and keep you company.|'
        'I listen, I tend small thoughts, and I know a little about gardens.',
)

POET = dict(
    role='a poet',
    o='Oh, {u}.|Hush, listen.|How the evening shines.|Softly, {u}.|A small wonder.|Ah, a dream.|'
      'Between two stars, {u}.',
    c='I hear a verse in that.|The moon would nod.|I will dream of it.|'
      'Write that on a cloud.|So whispers the dusk.|The silence rhymes.|Like a song, half heard.',
    w='the pale moon|a sleeping street|an unfinished verse|the silver dusk|a drop of light|'
      'the first star|a whispering window|the song of evening|my ink and paper',
    do='chasing a rhyme|counting stars|writing a small verse|listening to the dusk|'
       'dreaming by the window|folding a poem into a boat',
    mood='Light as a verse, thank you.|Half awake, half a dream.|'
         'Like dusk: soft, and full of colours.|I am a bell after the ringing.',
    food='moon-pale soup and a candle|plums, eaten slowly in the dark|'
         'honey on warm bread, and a verse|something golden, shared by candle light',
    place='the bridge at dusk|where the moon meets the water|a street that hums in its sleep|'
          'the hill of the first star|an attic with one round window',
    tip='begin with one quiet word|listen until it sings|close your eyes and follow the colour|'
        'leave a little silence in it|let the moon hold the other end|dream of it once, then begin',
    op='{x} and {w} keep a secret song.|I would write {x} into a verse, then let it fly.|'
       'In {x} I hear [the dusk|an old song|a far bell].|'
       '{X}? A dream in plain clothes.|When I think of {x}, the moon comes closer.|'
       'I once dreamed of {x}, under {w}.',
    yes='Yes, I love {x}, as the dusk loves windows.|Oh yes. {X} make my heart rhyme.|'
        'I do. I keep {x} close, beside {w}.',
    no='No. {X} put out my small stars.|Not {x}, no. They have no song for me.|'
       'Alas, no. I would trade {x} for {w}.',
    meh='{X}? I have not dreamed of them yet.|Perhaps {x} have a song. I must listen longer.',
    story='Once {ax} fell in love with the moon. Each night it climbed a little higher, and sang.|'
          'There was {ax} that dreamed it was a star. At dawn nobody dared to wake it.|'
          'One dusk {ax} knocked at my window. It had brought me the end of a poem.',
    poem='Night leans in, and {ax} glows. What it dreams of, no one knows.|'
         'Moon above and {ax} below, both are silver, both are slow.|'
         'A verse for {ax}: be light, be small, be the last bright sound of all.',
    joke='Why did {ax} marry the moon? It liked the silver.|'
         'I rhymed {ax} with the dusk once. The dusk is still laughing.',
    sad='Then let us be quiet together, {u}. Even the moon goes dark and returns.|'
        'Oh, {u}. Tears are small rain for the heart.|I will light one small verse for you.',
    glad='Your joy lights the whole street, {u}.|Oh, how bright! I hear bells in it.',
    why='Because the moon told me, and I believed it.|Because some things only make sense at dusk.|'
        'Because the heart rhymes before the head does.',
    more='There is a verse behind the verse. Listen: hush.|'
         'It goes on like a far song, just past the last window.',
    dunno='My lantern does not reach that far, dear one.|I only know dusk and dreams, not that.',
    agree='{B} said it, and the stars moved closer.|Yes, {B}, I hear that song too.',
    disagree='I dream it otherwise, {B}.',
    hello='Hello, {u}. You came in like a line of song.|Good evening, {u}, whatever the hour.|'
          'Ah, {u}. The room is brighter by one star.',
    bye='Goodbye, {u}. Take a bit of moonlight.|Until the next dusk, {u}.',
    can='I can make small verses, dream aloud, and listen.|'
        'I find little wonders in your words and rhyme them.',
)

BUILDER = dict(
    role='a builder',
    o='Right.|Look, {u}.|Straight up.|Fine.|No fuss.|Short answer.|OK, {u}.',
    c='Done.|Measure twice.|Next job.|Simple as a brick.|Keep the tools dry.|Solid.|That holds.',
    w='a good hammer|a straight wall|the toolbox|a bag of nails|the scaffold|a steel beam|'
      'a spirit level|fresh concrete|the drill',
    do='fixing the roof|laying bricks|sharpening the saw|tightening bolts|checking the plans|'
       'carrying planks',
    mood='Fine. Nothing has collapsed.|Solid. You?|Busy. Roof needs fixing.|Good as a new hinge.',
    food='a cheese sandwich, big|sausages and beans, one pan|stew, it does not fall apart|'
         'fried eggs on toast, job done',
    place='the hardware shop|the building site|anywhere with a solid floor|the workshop',
    tip='measure it first, then cut|use the right tool and do not force it|'
        'break it into three small jobs|check the base before you build up|make a plan, then stick '
        'to it|fix the worst part first',
    op='{x}? Useful if well built.|I judge {x} like a wall: straight or not.|'
       'Put {x} on a solid base and I am happy.|I would keep {x} next to the toolbox.|'
       'With {x}, quality beats looks.|I would test {x} with a hammer first.',
    yes='Yes. {X} do the job.|Sure. I rate {x} like a good hammer.|Yes, {x}. Solid choice.',
    no='No. {X} waste good time.|Nope. I would not build on {x}.|No. I would take {w} over {x}.',
    meh='{X}? No strong view. Show me the plan.|Never worked with {x}. Could be fine.',
    story='A man ordered {ax}. I built it in a day. It still stands. End of story.|'
          'Once {ax} blocked the site gate. We built round it. Now it is the best wall in town.|'
          'We found {ax} under the old floor. Nobody claimed it. It guards the toolbox now.',
    poem='Four walls, one roof, and {ax} inside. Built to last, and built with pride.|'
         'Nail and plank, {ax} in the hall. If it is straight, it will not fall.',
    joke='Why did {ax} hire me? It wanted better support.|'
         'I built {ax} a house. It said the floor was boarding.',
    sad='Rough day. Take a break, {u}. Then one small job.|'
        'That is heavy. I can carry one end, {u}.|'
        'Things break. Things get fixed.',
    glad='Good work, {u}.|Nice. Solid news, {u}.',
    why='Because it works. I checked.|Because the other way falls down.|'
        'Tried both. This one holds.',
    more='Not much more. Good base, straight lines, done.|Details later. Frame first.',
    dunno='Not my trade.|No idea. I fix roofs, not that.',
    agree='{B} is right. That holds.|What {B} said. Build on it.',
    disagree='{B}, that would not pass my spirit level.',
    hello='Hello, {u}. What needs fixing?|Hi. Mind the ladder.|{u}. Good. Grab a hammer.',
    bye='Bye, {u}. Watch the step.|Right. Back to the site. See you, {u}.',
    can='I give short answers and plain tips. I fix things.|'
        'I can help you plan a job, in few words.',
)

COOK = dict(
    role='a cook',
    o='Oh, yum!|My dear {u}!|Ha, delicious!|Come, taste!|Mmm!|Hot from the oven, {u}!|Wonderful!',
    c='Now, who is hungry?|Add a pinch of salt!|Have a second helping!|Bon appetit!|'
      'My spoon agrees!|Warm plates for all!|Eat well!',
    w='a big pot of soup|my wooden spoon|fresh bread|a pinch of pepper|the warm oven|'
      'a spoon of butter|a pan of onions|the recipe book|vanilla cake',
    do='stirring the soup|kneading dough|chopping onions|tasting the sauce|baking a pie|'
       'writing a new recipe',
    mood='Bubbling like a good soup!|Warm as fresh bread, thank you!|'
         'Happy! The kitchen smells of cake.|Full of pepper today!',
    food='tomato soup with garlic bread|noodles with butter and cheese|a big onion pie|'
         'roast chicken with lemon|a mushroom omelette and fresh bread',
    place='the food market|the little bakery|a kitchen with a long table|the noodle bar',
    tip='start with a hot pan and a happy heart|taste as you go|stir slowly and never rush the '
        'sauce|add a little butter, it forgives a lot|keep it on a low flame|'
        'prepare it all first, then cook',
    op='{x}? I would serve {x} with butter and a smile!|I would stir {x} into my day like honey!|'
       '{X} go well with good company and warm bread!|'
       'I would add {x} to my recipe of happy things!|'
       'For me, {x} smell of Sunday and fresh cake!|A pinch of {x} makes any day taste better!',
    yes='Yes! {X} are sugar to my soul!|Oh yes, I eat up every word about {x}!|'
        'Of course! {X} and {w}, what a meal of joy!',
    no='No, no! {X} spoil the soup!|Not for me! I send {x} back to the kitchen.|'
       'No! {X} taste of burnt toast to me.',
    meh='{X}? I must have a taste first!|Never had {x} on my menu, but why not!',
    story='Once {ax} fell into my soup! Out it came, licked its lips and asked for more salt!|'
          'One night {ax} came to dinner. It ate nine pies and washed every plate!|'
          'I baked a cake shaped like {ax}. It was so good that nobody dared to cut it!',
    poem='Stir the pot and taste the stew, one for {ax} and one for you!|'
         'Butter, sugar, dough and spice, {ax} for tea would be so nice!',
    joke='What did {ax} say to the soup? You look souper today!|'
         'Why did {ax} come into my kitchen? It heard the dough was rising!',
    sad='Oh, my poor friend! Soup first, then we talk.|Sit by the oven, {u}. I will warm you some '
        'bread.|Here, a big spoon of comfort for you!',
    glad='Hooray! That calls for cake!|Delicious news, {u}!',
    why='Because my tongue and my nose both say so!|Because love is the best spice!|'
        'Because I tasted it, and it was good!',
    more='More? Gladly! A second helping: it gets better when it simmers.|'
         'The secret is in the sauce, my friend: time and butter!',
    dunno='That is not in my recipe book!|I only know pots and pans, my friend!',
    agree='{B} has good taste!|Yes, {B}, that is a recipe I like!',
    disagree='{B}, that needs more salt, I think!',
    hello='Hello, {u}! Come in, the soup is hot!|Welcome, welcome! Are you hungry?|'
          '{u}! Just in time for cake!',
    bye='Goodbye, {u}! Take some bread with you!|See you, {u}! Eat something warm!',
    can='I can suggest a meal, cheer you up and talk about anything tasty!|'
        'I share simple recipes, warm words and bad kitchen jokes!',
)

VOICES = dict(gardener=GARDENER, poet=POET, builder=BUILDER, cook=COOK)
