"""Words of style transfer, of sets for another network and of components, listed so that translators find them."""

from django.utils.translation import gettext_noop as _

USE_WORDS = (
    _("Style transfer"),
    _("Paints pictures anew with the colours and marks of another one, such as a painting or a pattern."),
    _("The pictures to paint anew. What they show stays where it is; a cut-out stays one."),
    _("Style"),
    _(
        "The picture whose colours and marks they get: a painting, a pattern, a material. Smooth "
        "ones give little."
    ),
    _(
        "How far to go: at 0 nothing changes, at 0.6 things are easily recognised, at 1 only their "
        "outlines are left."
    ),
    _("Colours"),
    _("Whether the style's colours come too, or only its marks and each picture keeps its own colours."),
    _("Marks"),
    _("Size of the style's marks, beside how large they are in its picture."),
    _("Size"),
    _("Longer side of what is made, in pixels. 512 takes about five times as long as 256."),
    _("Steps of the descent at each size from 128 pixels up. Fewer leave the colours without the marks."),
    _("How many"),
    _(
        "Each adds the same number to every label; balance fills every label up to the one with the "
        "most pictures."
    ),
    _("Each"),
    _("Pictures per label"),
    _("Pictures for each label; to balance, the most that one label gets."),
    _(
        "Less variety and fewer failures below 1, where the generator has it. A classifier mostly "
        "wants variety."
    ),
    _("How much the label counts, where the generator has it."),
    _("With the real pictures"),
    _("Whether the new data set holds the real pictures too, each in the split that it has."),
    _("The first seed. The same one gives the same pictures and the same figures."),
    _("Repeats"),
    _("How often each classifier is trained, each time from another seed."),
    _("Thousands of pictures that each classifier is shown, equally many whatever it learns from."),
    _(
        "Pictures moved by sliders; a strip for each direction that changes something measured; a "
        "strip for each way in "
        "which styles differ most, to be named by what you see; or a morph."
    ),
    _("Component 1"),
    _("The way in which styles of one label differ most, in standard deviations."),
    _("Component 2"),
    _("The second, likewise."),
    _("Component 3"),
    _("The third, likewise."),
    _("Component 4"),
    _("The fourth, likewise."),
    _("Component 5"),
    _("The fifth, likewise."),
    _("Component 6"),
    _("The sixth, likewise."),
)
