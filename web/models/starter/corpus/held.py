"""Wordings of lines that training never sees, for the score only.

Owns: other sentence shapes for the scored intents, and a few first lines that people really type.
`heldout.py` asserts that none of them is a training wording.
"""

NEW = dict(
    myname='Quick test: what name did I give you?|And my name would be?|'
           'Could you greet me by my name?|I bet you forgot what I am called|'
           'Which name do I go by?|Name me!|so what do people call me again?|'
           'Prove that you remember who is talking to you: my name?',
    op='Lately everyone around me is mad about {x}. Your take?|If I say {x}, what comes to mind?|'
       'Give me two sentences on {x}|Suppose we fill this room with {x}?|'
       'My cousin thinks {x} will change the world. You?|What would you do with {x}?|'
       'Could {x} make a good present?|Describe {x} for me|Opinions about {x}, please',
    like='Would {x} make you happy?|On a scale, how fond are you of {x}?|'
         'Be honest, {x}: yay or nay?|Say, are {x} your thing?|Could you ever love {x}?|'
         'When you see {x}, do you like it?',
    prefer='I have room for one only: {x} or {xx}?|Gun to your head, {x} or {xx}?|'
           'My sister wants {x}, I want {xx}. Who is right?|For a party, {x} or rather {xx}?',
    how_to='Somebody has to fix {x} here. What first?|I bought {x} and need to clean them. Help?|'
           'What do I have to know before I paint {x}?|First steps to build {x}?',
    made='After three weeks of work my {s} is ready|Finished it: {ax}, all by hand!|'
         'My daughter and I put together {ax}|Would you believe that I made {ax} from paper?',
    bought='The postman just brought me {ax}|Finally I can call {ax} my own|'
           'Grandma left me {ax}|Guess what was in the parcel: {ax}',
    story='I would love to hear a tale with {ax} in it|Entertain us with a story, maybe on {ax}|'
          'My child asks for a story about {ax}|Story time! The hero is {ax}',
    stmt='All week I could think of nothing but {x}|Nobody told me that {x} can be so nice|'
         'At home we argue about {x} every night|To me, {x} mean freedom',
    factask='Quiz: name of my {kind}?|And how did we name the {kind}?|'
            'Say the name of my {kind} for me|I hope you still know what my {kind} is called',
)

FIRST = ('Hello!|hi|What can you do?|Who are you?|What should I cook tonight?|'
         'Tell me a story about a fox|What is my name?|I am Mika|Do you like tea?|How are you?|'
         'Do you like roses?|What do you like?|Are you real?|I feel lonely today|'
         'What is 12 plus 30?|Where should we go on Sunday?|why?|Bonjour!|ok|Thanks, good night!')
