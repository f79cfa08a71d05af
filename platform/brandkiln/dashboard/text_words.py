"""Words of the generators that write: presets, params and what they say of themselves."""

from django.utils.translation import gettext_noop as _

TEXT_WORDS = (
    _("GPT from scratch"),
    _("Learns to write from nothing but your texts: no outside text in it, and no outside claims."),
    _("Words and their order, to see whether the texts are right."),
    _("Sentences that sound like the texts, after some minutes on a processor."),
    _("Duration, in thousands of tokens read; a token is about four letters."),
    _("Vocabulary size"),
    _("Most tokens that the tokenizer learns from the texts; small data does with fewer."),
    _("Tokens that are read in one piece. What lies further back is not known."),
    _("Tokens per step."),
    _("How strongly AdamW pulls weight matrices towards nothing."),
    _("Dropout"),
    _("Share of the activations that a step leaves out, against learning by heart where texts are few."),
    _("Numbers that a token is represented by. Time grows with its square."),
    _("Layers"),
    _("Blocks of attention and feed-forward layers. Time grows with their number."),
    _("Heads"),
    _("Attention heads of each block; the width is divided among them, and each gets an even number of it."),
    _(
        "Texts to write and compare with held-out ones. Intervals shrink with the square root of their "
        "number."
    ),
    _("Max tokens"),
    _("Longest of them, in tokens."),
    _("How many texts."),
    _("Opening"),
    _("How each text begins; without one, it begins as it likes."),
    _("Longest text, in tokens after the opening."),
    _("How daring the choice of tokens is; 0 always takes the most probable one."),
    _("The share of probability among which each token is chosen; less is safer."),
    _("The same seed gives the same texts."),
    _("LSTM from scratch"),
    _("A small recurrent network that learns to write from your texts: the baseline for the others."),
    _("Numbers that a token and a state are represented by. Time grows with its square."),
    _("Recurrent layers. Time grows with their number."),
    _("Sentence VAE"),
    _("Encodes sentences as points: draws new ones, and walks from one sentence to another."),
    _("Longest piece in tokens; longer ones are cut."),
    _(
        "Stop when the bound of held-out sentences got no better so many times in a row (of 8 in all); 0 "
        "never stops."
    ),
    _("Split into"),
    _("What is encoded: each sentence of a text, or each text, cut where it is longer than the context."),
    _("Sentences"),
    _("Numbers that a sentence is encoded as."),
    _("Kl warmup"),
    _("Share of the duration after that in which their cost rises to its full weight."),
    _("Kl delay"),
    _(
        "Share of the duration at the beginning in which codes cost nothing, so that the network learns to use them."
    ),
    _("Free nats"),
    _(
        "What a code may say of a sentence without cost, in nats; 0 lets codes say nothing where that is easier."
    ),
    _("Bag of words"),
    _("How strongly a code has to tell which words its sentence holds; 0 does without."),
    _("Pieces"),
    _(
        "Pieces to write about held-out records as a bulk writes them, with all rules, checks and the choice of the "
        "best; the records need columns beside their text. About two seconds each on a processor."
    ),
    _("What those pieces are."),
    _("Word dropout"),
    _(
        "Share of the words that the decoder does not see, so that it needs the code. More makes codes "
        "say more."
    ),
    _(
        "A sentence to begin from: all texts are written from codes near its own, or on the way to the "
        "second one."
    ),
    _(
        "How daring the choice of tokens is; 0 always takes the most probable one, so that only the code "
        "decides."
    ),
    _("Towards"),
    _("A second sentence: the texts then lie evenly between the two, the first and the last on them."),
    _("A first trace of how your texts sound, after a minute or two on a processor."),
    _("Texts that sound like yours, after some minutes on a processor."),
    _("As close to your texts as adapters come; an hour on a processor, minutes on a GPU."),
    _(
        "What is learnt: how the texts read, or to write one of the formats from the other columns and "
        'the label. With "preferences", which of two texts people preferred: the columns prompt, chosen '
        "and rejected."
    ),
    _("Preferences"),
    _("Dpo beta"),
    _("For preferences: how strongly the network is held to what it wrote before; less changes it more."),
    _("Texts to write about held-out records and compare with them; 0 only reads, which is quicker."),
    _("Synonyms"),
    _(
        'Words that may stand for each other, such as "warm, cosy, snug": one group on a line. They are your own.'
    ),
    _("Synonym copies"),
    _("How many changed copies of each training text are learnt beside it; 0 changes nothing."),
    _("Synonym share"),
    _("The share of such words that is replaced in a copy."),
)
