"""Words of the generators and pages that work on pictures, listed so that translators find them."""

from django.utils.translation import gettext_noop as _

PICTURE_WORDS = (
    _("Product pictures"),
    _("Cuts products out of plain grounds, sets them on your colours and lays them out for each channel."),
    _("Picture restorer"),
    _("Learns from your pictures to take out noise, to enlarge, and to fill what you paint over."),
    _("Quick look"),
    _("To see whether it works on your pictures."),
    _("Good"),
    _("Better than the usual filters."),
    _("Best"),
    _("For a graphics card, or a night."),
    _("The pictures to work on, all in one job. Each should show its product before a plain ground."),
    _("Background"),
    _(
        "What comes behind the product: the first brand colour, a colour of your own, white, nothing,"
        " or what is there."
    ),
    _("Brand"),
    _("White"),
    _("Transparent"),
    _("Keep"),
    _("The colour where the background is a colour of your own, such as #f4ede4."),
    _("Channels"),
    _(
        "The sizes to make: square 1080, story 1080 x 1920, portrait 1080 x 1350, landscape 1200 x "
        "628, banner 1920 x 640, marketplace 2000 on white, or the size that it has."
    ),
    _("Square"),
    _("Story"),
    _("Portrait"),
    _("Landscape"),
    _("Banner"),
    _("Marketplace"),
    _("Original"),
    _("Text area"),
    _("Where room stays for words: the product moves aside and the ground there stays calm."),
    _("None"),
    _("Left"),
    _("Right"),
    _("Top"),
    _("Bottom"),
    _("Headline"),
    _("Words to set there, in the brand's font and a colour that can be read on the ground; may be empty."),
    _("Shadow"),
    _("Strength of the soft shadow below the product; 0 draws none."),
    _("Fill"),
    _("Share of its room that the product fills. Marketplaces mostly ask for 0.85."),
    _("Brand colours"),
    _("The brand's colours, the first one for grounds; filled in from the project's brand kit."),
    _("Brand font"),
    _("The font of the headline; filled in from the brand kit. Without it, Source Sans is set."),
    _(
        "How far a colour may be from the ground's to count as ground. Lower it where parts of the "
        "product vanish."
    ),
    _("Holes"),
    _("Whether ground that is seen through the product, as in a handle, is cut out too."),
    _("Task"),
    _("What to do: take out noise, enlarge to twice or four times the size, or fill what is painted over."),
    _("Picture"),
    _(
        "The picture to mend. It should be like those that the checkpoint learned from: others may come out worse."
    ),
    _("Only to fill: paint over what is to be drawn anew."),
    _("Others"),
    _("More pictures to mend in the same way; not where a mask is painted."),
    _(
        "How strong the noise is; 1 is the range from black to white. 0 finds it out from each picture. Too much "
        "paints over detail."
    ),
    _("Duration, in thousands of pictures shown."),
    _(
        "End when it has not come closer to the validation pictures for so many thousands of "
        "pictures; 0 never does."
    ),
    _("Step size of Adam; it falls to a tenth towards the end."),
    _(
        "Results come from an average of the weights that forgets half of itself in so many thousands"
        " of pictures."
    ),
    _("Mode"),
    _("Pictures moved by the values below; a strip for each direction; or a morph from one seed to another."),
    _("Sliders"),
    _("Directions"),
    _("Morph"),
    _("The picture to begin with."),
    _("Which kind of picture. Without one, the seed chooses."),
    _("Brightness"),
    _("Lighter to the right, in steps along the direction that was found."),
    _("Contrast"),
    _("More contrast to the right, likewise."),
    _("Object area"),
    _("A larger object to the right, likewise."),
    _("Colourfulness"),
    _("More colour to the right, likewise; a generator of grey pictures has none."),
    _("To seed"),
    _("The picture that a morph ends with."),
    _("To label"),
    _(
        "Which kind of picture a morph ends with; without one, the same. Only image-gan can change it"
        " on the way."
    ),
    _("Frames"),
    _("Pictures of a strip or a morph."),
)
