"""Plain English words with which copy can be written without claiming anything about a product.

Left out on purpose: materials, features, numbers, prices, offers, awards, health, safety and the environment. A
reply takes such words from the product facts or does not say them.
"""

_GRAMMAR = """
a an the this that these those it its it's they them their there there's here here's you you'll you're your yours
we we're we'll our ours us who whose whom which what what's when where wherever whenever why how
and or but so nor yet for of in on at to by with without from into onto over under up down out off through
around about across along after before during until while as like than then because since if whether between
behind beside beyond inside near next against among within toward towards above below
be is are was were been being isn't aren't don't doesn't won't can't do does did done doing have has had having
can could will would should may must let let's not no never always often every each any all both
either few many more much less least another same such own only just even also too very really still
again once soon now today tonight tomorrow almost enough quite rather simply exactly truly perfectly well
one ones someone something everyone everything anyone anything nothing nobody whatever yourself itself themselves
"""
_VERBS = """
make makes made making take takes taking give gives giving get gets getting keep keeps keeping bring brings bringing
go goes going come comes coming turn turns turning find finds finding feel feels feeling look looks looking see
meet meets say says hello think know knows want wants need needs love loves loved loving enjoy enjoys enjoying like
likes help helps helping let lets stay stays staying start starts starting stop stops begin begins
open opens close closes move moves moving fit fits fitting suit suits carry carries carrying hold holds holding
put puts add adds adding set sets choose chooses choosing pick picks use uses used using try tries trying work works
working live lives living share shares sharing discover discovers explore exploring create creates
creating build builds leave leaves leaving reach reaches ready wait waits waiting deserve deserves welcome welcomes
relax relaxing rest unwind slow slip slips settle settles
wake light lift lifts raise follow follows remember forget join visit talk tell show
shows hear listen watch taste tastes touch play plays learn learning grow grows growing change changes
changing become becomes matter matters happen happens belong belongs pack packs spend save
design designed designs complete completes refresh inspire inspires spark sparks breathe savour savor indulge
experience experiences prepare gather head heads step steps call calls count counts
"""
_ADJECTIVES_AND_ADVERBS = """
good great better best nice fine lovely beautiful beautifully simple easy easily effortless smart clever bright calm
quiet quietly gentle gently cosy cozy happy proud busy little small big long short whole real true right new old
modern classic timeless everyday daily favourite favorite perfect ideal fresh clean clear neat tidy
fun playful bold fine elegant stylish comfortable comfortably careful carefully thoughtful thoughtfully wonderful
delightful pleasant inviting unique different ready sure certain own early late
next closer easier brighter calmer happier smarter simpler nicer softer warmer longer lighter together away home
outdoors indoors anywhere everywhere somewhere wherever forward back ahead straight finally slowly quickly instantly
smoothly smooth steady loud deep rich subtle warm cool soft close
"""
_NOUNS = """
day days night nights morning mornings evening evenings afternoon week weeks weekend weekends time times
moment moments season seasons home homes house room rooms work
door
mind way ways place places space spaces side part parts thing things bit kind look feel touch style
colour color colours colors shape size line lines detail details finish choice choices
family families neighbour
journey trip trips adventure adventures ride rides walks run runs step steps start break pause routine
rituals ritual habit habits joy comfort pleasure care love fun ease peace smile smiles mood rest sleep
idea ideas plan plans beginning difference reason thought thoughts
sunshine rain wind weather summer winter
spring autumn air sky brand
product products collection range piece pieces set pair item items
"""
_MAIL = """
subject dear hi hey thank thanks warm regards kind best wishes cheers sincerely warmly email reply website link
customer customers reader readers
"""

ENGLISH = frozenset(" ".join((_GRAMMAR, _VERBS, _ADJECTIVES_AND_ADVERBS, _NOUNS, _MAIL)).split())
