"""Words that the built-in generators bring along, listed so that translators find them.

Generators know nothing of languages; their texts are said in the reader's when a page is drawn.
"""

from django.utils.translation import gettext_noop as _

from brandkiln.dashboard.block_words import BLOCK_WORDS
from brandkiln.dashboard.copy_words import COPY_WORDS
from brandkiln.dashboard.family_words import FAMILY_WORDS
from brandkiln.dashboard.picture_words import PICTURE_WORDS
from brandkiln.dashboard.remote_words import REMOTE_WORDS
from brandkiln.dashboard.text_words import TEXT_WORDS
from brandkiln.dashboard.use_words import USE_WORDS

WORDS = (
    *PICTURE_WORDS,
    *USE_WORDS,
    *FAMILY_WORDS,
    *COPY_WORDS,
    *TEXT_WORDS,
    *REMOTE_WORDS,
    *BLOCK_WORDS,
    _("Copywriter"),
    _("How the brand sounds, in a sentence or two."),
    _(
        "What the product is: facts in your own words, or the fields of a catalogue row. Numbers come from here only."
    ),
    _("Format"),
    _("Product description"),
    _("Ad headline"),
    _("Social post"),
    _("Email"),
    _("Product"),
    _("What the product is: facts in your own words, or the fields of a catalogue row."),
    _("Brand voice"),
    _("How the brand sounds, in a sentence or two. The packaged network follows it only loosely."),
    _("Language"),
    _(
        "The language of the text. The packaged network writes English; for others set a network that knows them."
    ),
    _("Variants"),
    _("How many texts to write. A variant stays the same when more are asked for."),
    _("Grounding"),
    _(
        "What must come from the facts: all but plain English words, numbers and currency signs only, or nothing. "
        'In other languages than English, "words" means "numbers".'
    ),
    _("Words"),
    _("Numbers"),
    _("Off"),
    _("Temperature"),
    _(
        "How daring the choice of words is; 0 always takes the most probable one, which makes all variants the same."
    ),
    _("Top p"),
    _("The share of probability among which each word is chosen; less is safer."),
    _("Seed"),
    _("The same seed and the same params write the same texts on the same machine."),
    _("Advanced"),
    _("Split"),
    _('The held-out records to measure on. Keep "test" for the last comparison.'),
    _("Validation"),
    _("Test"),
    _("Seed of whatever is drawn while measuring."),
    _(
        "Held-out pictures to compare with as many drawn ones, at most. More narrow the intervals and take longer."
    ),
    _("Extractor"),
    _(
        'Which network looks at the pictures. "inception" gives an FID and needs weights that your admin brought; '
        '"own" is trained on your labels. Figures of different extractors do not compare.'
    ),
    _("Packaged"),
    _("Inception"),
    _("Own"),
    _("Learn"),
    _(
        "What is learnt: how the texts read, or to write one of the formats from the other columns and the label."
    ),
    _("Texts"),
    _(
        "Duration, in thousands of tokens read; a token is about four letters. Reading all texts twice or"
        " three times "
        "is enough."
    ),
    _("Highest step size of AdamW; it rises at first and then falls along a cosine."),
    _("Batch tokens"),
    _("Tokens per step. They are read in rows, whose gradients add up."),
    _("Context length"),
    _("Most tokens in a row; longer texts are cut. Memory grows with it."),
    _("Lora rank"),
    _("Rank of the adapters: how much they can learn. The checkpoint grows with it."),
    _("Lora alpha"),
    _("Strength of the adapters, divided by their rank."),
    _("Lora dropout"),
    _(
        "Share of each adapter's inputs that a step leaves out, against learning by heart; drawing it takes time."
    ),
    _("Targets"),
    _("The layers beside which adapters lie: those of the attention, or the feed-forward ones as well."),
    _("Attention"),
    _("All"),
    _("Warmup ratio"),
    _("Share of the duration in which the step size rises."),
    _("Weight decay"),
    _("How strongly AdamW pulls the adapters towards nothing."),
    _("Patience"),
    _(
        "Stop when held-out texts were predicted no better so many times in a row (of 8 in all); 0 never stops."
    ),
    _("Image GAN"),
    _("Learns to draw sharp pictures like yours, by label where the data has labels."),
    _("Duration, in thousands of pictures shown. More is better, up to some hundreds."),
    _("Resolution"),
    _("Side of the generated pictures in pixels. 64 shows more and takes about four times as long."),
    _("Flip"),
    _(
        "Show every second picture mirrored. Good for few pictures, wrong where left and right differ, as"
        " in lettering."
    ),
    _("Rotate"),
    _("Turn pictures by up to so many degrees either way. What is drawn later is turned alike."),
    _("Crop"),
    _("Cut off up to this share of the width and height, at a place by chance, and enlarge the rest."),
    _("Colour"),
    _(
        "Change brightness, contrast and saturation by up to this share. Leave at 0 where colours have to be right."
    ),
    _("Noise"),
    _(
        "Add noise of this strength; 1 is the range from black to white. More than 0.05 shows in what is drawn."
    ),
    _("Augmentation"),
    _("Balance"),
    _(
        "How often each label is shown: as often as it occurs, equally often, or halfway between by the square root."
    ),
    _("As is"),
    _("Square root"),
    _("Equal"),
    _("The same seed, data and params give the same weights on the same machine."),
    _("Batch size"),
    _("Pictures per step."),
    _("A checkpoint to resume from is saved after so many thousands of pictures."),
    _("Learning rate"),
    _("Step size of the generator's Adam; the discriminator's is four times as large."),
    _("Width"),
    _(
        "Channels next to the picture; deeper layers have up to four times as many. Time grows with its square."
    ),
    _("Numbers that a picture is made from."),
    _(
        "Samples come from an average of the weights that forgets half of itself in so many thousands of pictures."
    ),
    _("Count"),
    _("How many pictures."),
    _("Label"),
    _("Which kind of picture. Without one, each picture gets a label by chance."),
    _("The same seed gives the same pictures, byte for byte."),
    _("Truncation"),
    _("Below 1, pictures move towards the average of their label: fewer failures, less variety."),
    _("Image VAE"),
    _("Learns to encode and draw pictures like yours; steadier and softer than the GAN."),
    _("Step size of Adam."),
    _("Numbers that a picture is encoded as."),
    _("Components"),
    _(
        "Gaussians in the mixture that is fitted to the encodings of each label, where there are enough pictures."
    ),
    _("Report"),
    _("A PDF, web page, document, slides or workbook from a table: charts and sentences bound to the data."),
    _("Title"),
    _("The title of the report. Empty: the measure and the name of the dataset."),
    _("Measure"),
    _("The column of numbers that the report is about. Empty: the most telling one."),
    _("Time"),
    _("The column of dates. Empty: the first column that holds dates."),
    _("Dimensions"),
    _("The columns to break the measure down by, most important first. Empty: the columns with few values."),
    _("Period"),
    _("The length of the periods that are compared. Auto: chosen from the time that the data covers."),
    _("Auto"),
    _("Day"),
    _("Week"),
    _("Month"),
    _("Quarter"),
    _("Year"),
    _("The language of headings and sentences. Names from the data stay as they are."),
    _("Formats"),
    _("The files to make. Documents, slides and workbooks have tables and charts that can be edited."),
    _("Pdf"),
    _("Html"),
    _("Accent"),
    _("The colour of headings and charts, as #rrggbb. It is darkened where it could not be read on white."),
    _("Font"),
    _(
        "The brand's typeface, by its name. The PDF needs it installed for the worker. Empty: the report's own."
    ),
    _("Top n"),
    _("How many rows the ranking holds, and how many bars a chart at most."),
    _("What stands before decimals in the data. Auto: each column tells; where it does not, a point."),
    _("Point"),
    _("Comma"),
    _("Dates"),
    _("How dates such as 01/02/2026 begin. Auto: each column tells; where it does not, it is not read."),
    _("Day first"),
    _("Month first"),
    _("Time zone"),
    _(
        "The time zone that moments with an offset are dated in, such as Europe/Berlin. Empty: as they are written."
    ),
    _("Fiscal start"),
    _("The month that years and quarters begin in, 1 for January."),
    _("Writer"),
    _(
        "The text generator that says sentences in its own words; what contradicts the facts is refused. "
        "Empty: plain."
    ),
    _("Method"),
    _(
        "Try 8 bits first: a quarter of the size of full weights, and pictures that look the same; 16 bits are half "
        "the size. Removing channels and teaching a narrower network make it faster as well, and cost quality and "
        "time. Computing in 8 bits pays for few networks."
    ),
    _("Share"),
    _("Share of the channels that are kept, or of the width of the narrower network."),
    _("Thousands of the old network's pictures that the smaller one learns from. 0 only removes channels."),
    _("Minutes"),
    _("Learning stops after so many minutes of this machine, whatever the duration says."),
    _("The held-out records on which both are measured."),
    _("Highest step size of Adam while it learns; it falls along a cosine."),
    _("Pictures per step while it learns."),
    _("Seed of whatever is drawn while learning and measuring."),
    _("Pictures"),
    _("Pictures of as many seeds that are drawn by both and compared."),
    _("Tolerance"),
    _("Largest difference of a pixel, which lies in -1 to 1, with which the file is still handed out."),
    _("The first seed."),
)
