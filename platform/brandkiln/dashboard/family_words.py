"""Words of the families of image generators: recipes, presets and their params."""

from django.utils.translation import gettext_noop as _

FAMILY_WORDS = (
    _("Measures"),
    _(
        "Compare with validation pictures at least so often, however long that takes; 0 does it where it "
        "costs little."
    ),
    _("Recipe"),
    _("Which method trains it. Leave the first: it is the best for its time on a processor."),
    _("Adaptive augmentation"),
    _(
        "With few pictures it keeps them from being learned by heart: the half of the network that judges"
        " sees them recoloured, turned and stretched a little, as often as it needs."
    ),
    _(
        "Step size of the generator's Adam. Left empty, each recipe has its own: spectral 5e-4, others 1e-4 to 2e-3."
    ),
    _("Path length weight"),
    _(
        "Of the penalty on uneven steps between pictures, stylegan2 only: 2 makes transitions smoother, 0 is quicker."
    ),
    _("Shapes and grounds, to see whether the data is right."),
    _("Pictures to choose from."),
    _("As good as this network gets."),
    _(
        "Which method trains it. Leave sigma, the best for its time. vae-gan is sharper and slower. The "
        "others are there to compare: vae is the plain one of 2013, beta keeps apart what varies, "
        "conditional is told each picture's label."
    ),
    _("Beta"),
    _(
        "Weight of the divergence (recipe beta only), against a likelihood that is summed over pixels, not averaged."
    ),
    _("Below 1, pictures move towards the nearest typical one: fewer failures, less variety."),
    _("Image diffusion"),
    _("Learns to draw pictures like yours out of noise, in steps: varied and true to the label."),
    _("Side of the generated pictures in pixels. 128 trains an autoencoder first and draws what it encodes."),
    _(
        "Which method trains it. Leave flow, the best for its time; the two others are diffusion as it "
        "was first published."
    ),
    _(
        "Step size of Adam, after it has risen over the first 3,000 pictures. Muon takes steps of twice the size."
    ),
    _("Optimizer"),
    _("Muon"),
    _("Adam"),
    _(
        "Who changes the weights. Muon moves the hidden layers alike in all directions and learns more from each "
        "picture; Adam is what the papers used."
    ),
    _("Channels of the largest feature maps; smaller ones have twice as many. Time grows with its square."),
    _("Label dropout"),
    _("Share of pictures shown without their label, so that guidance knows what pictures are without one."),
    _("Autoencoder share"),
    _("Share of the duration for which the autoencoder is trained, at 128 pixels."),
    _("Steps"),
    _("Steps from noise to picture. 10 give a sketch; more than 50 hardly help, but for the sampler ddpm."),
    _("Guidance"),
    _(
        "How much the label counts. 1 follows it in half the time; more makes pictures typical and less various."
    ),
    _("A picture to begin from. What is drawn keeps its composition; without one, everything is new."),
    _("Strength"),
    _("How much of that picture may change: at 0.3 details, at 0.9 nearly all of it."),
    _("Sampler"),
    _("Who takes the steps. A flow is followed by euler; the two diffusion recipes know the others."),
    _("As good as this network gets; hours on a processor, minutes on a GPU."),
    _("Image VQ-VAE"),
    _(
        "Learns a vocabulary of picture parts and how they follow each other; crisper than a VAE, slower to draw."
    ),
    _("Step size of Adam, of both parts."),
    _(
        "Part of the duration in which the autoencoder learns; in the rest the prior learns the order of its codes."
    ),
    _("Channels next to the picture; the 8 x 8 grid of codes has twice as many. Time grows with its square."),
    _("Codebook size"),
    _("Codes that a place of the grid chooses from."),
    _("Numbers that a code stands for."),
    _("Commitment"),
    _("How strongly the encoder is held to its codes; beta in the paper."),
    _("Prior width"),
    _("Channels of the transformer that learns the order of codes. Time grows with its square."),
    _("Prior layers"),
    _("Layers of that transformer."),
    _("Below 1, likely codes are chosen more often: fewer failures, less variety."),
)
