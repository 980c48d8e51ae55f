"""Nouns for the corpus, split for good into training and held-out lists.

Owns the lists and English plurals. The held-out lists are used by the score only; `generate.py`
asserts that no held-out word occurs in any training text.
"""

COUNT = '''
rose tulip daisy hedge seed fern lily pumpkin poppy orchid cactus bush tree leaf branch root acorn
bulb pine oak willow birch wave shell gull crab anchor harbour island reef whale dolphin shark seal
octopus squid lobster shrimp oyster boat ship raft canoe ferry sail oar mast onion bean pepper
potato carrot tomato cucumber radish leek mushroom cabbage pea apple pear plum cherry grape lemon
orange peach banana melon berry strawberry olive nut walnut almond chestnut egg sausage sandwich
pizza noodle pancake waffle biscuit cookie cake pie tart muffin bun doughnut dumpling burger salad
stew curry omelette pickle bee wasp ant beetle spider butterfly moth fly worm snail slug ladybird
cricket dragonfly song drum flute violin piano guitar trumpet harp bell whistle choir tune lullaby
storm cloud rainbow breeze puddle novel story poem library page map diary atlas comic riddle
chapter letter stamp postcard envelope parcel note pen pencil crayon marker notebook book magazine
newspaper train station ticket engine bridge tunnel carriage rail platform tram bus car truck taxi
van lorry scooter bicycle wheel pedal helmet tyre saddle brake motor rocket plane balloon glider
robin owl swan sparrow crow duck heron swallow goose hen chicken pigeon eagle falcon parrot penguin
ostrich flamingo peacock turkey stork cat dog rabbit hamster kitten puppy goldfish pony turtle
lizard snake frog toad mouse rat squirrel hedgehog badger fox wolf bear deer moose horse donkey cow
sheep goat pig lamb bull camel lion tiger leopard elephant giraffe zebra monkey gorilla kangaroo
koala panda hippo rhino bat otter beaver mole brush portrait sketch canvas easel picture mural
statue vase bowl plate cup mug kettle teapot spoon fork knife pan pot ladle tray jar bottle glass
basket bucket box bag sack chest drawer cupboard shelf chair table sofa stool bench lamp candle
lantern torch mirror carpet curtain pillow blanket mattress bed quilt hammock towel sponge broom
mop brush comb razor button needle thread zip coat scarf sock hat glove pocket shirt dress skirt
jumper belt boot shoe slipper sandal cap crown ring necklace watch clock alarm calendar tower
spring sundial gear hammer nail saw ladder rope screw spade shovel drill wrench plank brick stone
rock pebble hill mountain valley cave cliff peak glacier volcano river stream lake pond waterfall
bank beach desert forest jungle meadow field farm barn fence gate path road street square park
garden playground school shop market bakery museum theatre cinema hotel castle palace cottage
cabin hut tent house flat roof chimney window door key lock stair floor wall ceiling balcony porch
puzzle card domino kite ball marble doll toy teddy game race team medal racket goal bat skate ski
sledge snowman icicle snowflake star moon planet comet telescope camera lens photo film album
frame screen phone laptop tablet radio television computer printer cable battery bulb plug switch
robot machine tool pump magnet microscope ghost witch wizard dragon unicorn giant dwarf elf fairy
pirate king queen prince princess knight soldier sailor farmer baker doctor nurse teacher painter
singer dancer poet actor clown king joker thief captain pilot driver postman neighbour friend
sister brother cousin uncle aunt grandmother grandfather baby child twin boss party wedding
birthday holiday journey picnic festival concert parade dream nap wish secret joke question answer
idea plan list rule habit mistake promise memory shadow echo smile tear hug kiss whisper noise
job exam lesson hobby uniform suitcase passport umbrella raincoat feather nest egg pearl diamond
coin bank purse wallet present ribbon card balloon rug bow arrow shield sword flag banner tent
campfire trail compass canteen penknife fishing-rod net hook bait worm
'''.split()

MASS = '''
tea coffee milk cocoa water juice lemonade soup rice pasta bread butter cheese honey jam sugar salt
garlic flour dough yogurt porridge cereal toast chocolate ice-cream popcorn mustard vinegar ginger
cinnamon mint parsley basil moss clover ivy grass hay compost soil mud sand dust clay rain snow fog
wind frost thunder sunshine moonlight mist smoke steam fire ice music jazz opera poetry chess
football tennis swimming dancing singing painting reading cooking baking knitting sewing fishing
gardening cycling walking running skating camping travel history maths science art homework
spelling grammar geography sleep silence laughter work money luck love friendship time patience
paper ink paint chalk glue wool silk cotton leather wood gold silver iron rust glass plastic soap
shampoo laundry furniture luggage traffic news gossip magic advice progress
'''.split()

ADJECTIVES = '''
old new red blue green yellow black white grey pink purple big small tiny huge long short round
soft hard warm cold hot wet dry fresh ripe sweet sour salty spicy wild tame lazy brave shy noisy
quiet clever silly funny sad happy lucky broken shiny rusty dusty golden wooden plastic paper
woolly striped spotted secret magic flying sleepy grumpy hungry lonely polite fancy cheap rare
perfect ugly pretty heavy light strange local winter summer
'''.split()

PLACES = '''
kitchen station market school library harbour office beach park zoo museum city village country
cinema theatre gym pool lake mountains seaside bakery hospital airport dentist hairdresser
'''.split()

HELD_COUNT = '''
kestrel puffin ukulele turnip scone crumpet gerbil ferret walrus narwhal tortoise
hummingbird woodpecker jellyfish starfish salamander iguana alpaca weasel lynx otterhound
parsnip artichoke aubergine courgette beetroot mango papaya kumquat apricot fig blueberry
raspberry pretzel croissant bagel brownie pudding trifle lasagne burrito sunflower lavender
magnolia daffodil marigold violet bonsai accordion banjo bagpipe cello clarinet saxophone
trombone xylophone tambourine tricycle tractor submarine helicopter zeppelin gondola caravan
windmill pyramid igloo treehouse mansion skyscraper fountain labyrinth chandelier
wardrobe armchair doormat thermometer typewriter microwave toaster dishwasher
blender corkscrew spatula colander napkin pyjama cardigan mitten moccasin waistcoat bracelet
monocle snorkel trampoline skateboard surfboard boomerang yo-yo jigsaw crossword goblin mermaid
vampire werewolf gnome troll astronaut ballerina juggler lumberjack detour sunset thunderbolt
avalanche eclipse meteor galaxy nebula hedgerow scarecrow wheelbarrow jackdaw nightingale
'''.split()

HELD_MASS = '''
rhubarb broccoli spinach asparagus saffron marzipan nougat cider espresso granola hummus tofu
archery karate yoga origami pottery algebra astronomy ballet drizzle velvet porcelain
marmalade caramel licorice fudge gravy seaweed bamboo marble-cake hockey badminton juggling
'''.split()

IRREGULAR = dict(leaf='leaves', shelf='shelves', knife='knives', wolf='wolves', mouse='mice',
                 goose='geese', child='children', snowman='snowmen', postman='postmen',
                 sheep='sheep', deer='deer', moose='moose', thief='thieves', dwarf='dwarves',
                 elf='elves', goldfish='goldfish', starfish='starfish', jellyfish='jellyfish',
                 potato='potatoes', tomato='tomatoes', echo='echoes', mango='mangoes',
                 volcano='volcanoes')


def plural(word):
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word[-1] == 'y' and word[-2] not in 'aeiou':
        return word[:-1] + 'ies'
    if word.endswith(('s', 'x', 'ch', 'sh')):
        return word + 'es'
    return word + 's'


def article(word):
    return ('an ' if word[0].lower() in 'aeiou' else 'a ') + word
