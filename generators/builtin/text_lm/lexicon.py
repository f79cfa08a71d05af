"""Plain English words with which copy can be written without claiming anything about a product.

Left out on purpose: materials, features, numbers, prices, offers, awards, health, safety and the environment. A
reply takes words from the product facts or does not say them.
"""

_GRAMMAR = """
a an the this that these those it its it's they them their here you you'll you're your yours we we're we'll
our ours us which what what's when where wherever whenever why how and or but so nor yet for of in on at to by
with from into onto over under up down out off through around about across along after before during while as
like than then if between behind beside beyond among within toward towards above below be is are do does have
has can will always often every each all both few many more much very now today tonight tomorrow simply
exactly perfectly well something everyone everything anyone one any anything other own just also still really
truly thanks too even since because whether while without such same most enough
"""
_VERBS = """
make makes made making take takes taking give gives giving get gets getting keep keeps keeping bring brings
bringing go goes going come comes coming find finds finding feel feels feeling look looks looking see meet meets
think know knows want wants love loves loving enjoy enjoys enjoying like likes help helps helping stay stays
staying start starts starting begin begins move moves moving fit fits fitting suit suits carry carries carrying
set turn turns put puts hold holds cost costs weigh weighs open opens let lets follow say says tell add adds
adding choose chooses choosing pick picks use uses used using try tries trying live lives living share shares
sharing discover discovers explore exploring create creates creating build builds leave leaves leaving reach
reaches includes include including included offers offer gives works work sits sit stands stand hangs hang rests
rest wear wears wearing pull pulls reads read serve serves pour pours sleep sleeps ride rides drives write
writes wakes wake ready waiting deserve deserves welcome welcomes relax relaxing unwind slow slip slips settle
settles remember forget join visit show touch play plays learn learning grow grows growing change changes
changing happen happens pack packs design designed designs complete completes refresh inspire inspires spark
sparks breathe savour savor indulge experience experiences prepare gather step steps
"""
_ADJECTIVES_AND_ADVERBS = """
good great nice new true real long small big lovely beautiful beautifully simple easy easily effortless smart
clever gentle gently cosy cozy happy proud busy little whole modern classic timeless everyday daily favourite
favorite perfect ideal clear fun playful bold elegant stylish careful carefully thoughtful thoughtfully
wonderful delightful pleasant inviting ready sure certain easier calmer happier smarter simpler nicer together
away home outdoors indoors anywhere everywhere wherever forward back ahead straight finally slowly quickly
instantly rich subtle
"""
_NOUNS = """
life world work room rooms hand hands thing things part story day days night nights morning mornings evening
evenings afternoon weekend weekends time moment moments season seasons home homes house mind way ways place
places space spaces look feel touch style colour color colours colors shape size detail details finish choice
choices family families journey trip trips adventure adventures ride rides walks run runs step steps start
break pause routine rituals ritual habit habits joy comfort pleasure care love fun ease peace smile smiles
mood idea ideas plan plans beginning difference reason thought thoughts sunshine summer winter spring autumn
kitchen bathroom bedroom garden office desk table bag park beach city street road sea mountains meal meals
friends guests neighbours people someone nobody coffee breakfast dinner lunch
air sky product products collection range piece pieces pair item items
"""
_MAIL = """
subject thank thanks regards wishes cheers sincerely warmly customer customers reader readers
"""

VERBS = frozenset(_VERBS.split())

ENGLISH = frozenset(" ".join((_GRAMMAR, _VERBS, _ADJECTIVES_AND_ADVERBS, _NOUNS, _MAIL)).split())

_NOUN_FOLLOWS = """
good great nice new true real beautiful lovely smart clever gentle cosy cozy happy busy modern classic timeless everyday
daily playful bold elegant stylish thoughtful wonderful delightful inviting rich subtle
"""
ADJECTIVES = frozenset(_NOUN_FOLLOWS.split())
"""Of the words above, those that wait for a noun after an article."""

SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "but",
        "for",
        "of",
        "in",
        "on",
        "at",
        "to",
        "by",
        "with",
        "from",
        "as",
        "than",
    ]
)
"""Words that a headline writes small."""

_EXPECTANT = """
this that these those it its it's your our their nor without into then so is are was be can will you it we
they every any all just very not no make makes get gets keep keeps let lets give gives bring brings take takes
has have if when while where which what how why per each both you'll you're we're we'll up onto over under off
through across along during like between behind beside beyond among within toward towards above below do does
always often many more much also still really truly us them ours yours
"""
UNFINISHED = SMALL.union(
    _EXPECTANT.split(),
    (
        "go",
        "goes",
        "put",
        "puts",
        "one",
        "other",
        "own",
        "need",
        "like",
        "yet",
        "even",
        "such",
        "most",
        "same",
        "just",
        "thanks",
        "includes",
        "include",
        "including",
        "offers",
        "offer",
        "has",
        "because",
        "whether",
        "while",
        "since",
    ),
)
"""Words that wait for another one: no line and no sentence ends with them."""
