"""Words of the formats in which texts are written, listed so that translators find them."""

from django.utils.translation import gettext_noop as _

COPY_WORDS = (
    _(
        "Copy in 26 formats from product facts: ads, posts, e-mails, pages; each number checked against "
        "the facts."
    ),
    _("Shop"),
    _("A paragraph of three sentences."),
    _("Short description"),
    _("One or two sentences of 160 characters for a list of products."),
    _("Bullet points"),
    _("Four points of up to 80 characters each."),
    _("Point"),
    _("Long description"),
    _("Three paragraphs of two or three sentences each."),
    _(
        "A long form: the packaged network repeats itself and loses the thread, so what it writes here is rarely "
        "usable. Choose a larger network first."
    ),
    _(
        "In English it is put together from your facts, as far as they can be told, and the network chooses the "
        "wording. In another tone, or with grounding set to numbers, the network writes, which reads worse with the "
        "packaged one."
    ),
    _("Details"),
    _("Close"),
    _("Ads"),
    _("One headline of 30 characters; wide characters count as two."),
    _("Search ad"),
    _("Three headlines of 30 and two descriptions of 90 characters, as Google and Bing count."),
    _("Slogan"),
    _("A line of three to seven words, 45 characters at most."),
    _("Social"),
    _("Two short sentences and a hashtag for any network."),
    _("Post"),
    _("Post on X"),
    _("280 characters; Chinese and emoji count as two."),
    _("Instagram caption"),
    _("2,200 characters, of which the first 125 are shown at once."),
    _("Facebook post"),
    _("Three sentences, for short posts are read; 63,206 characters are the most."),
    _("LinkedIn post"),
    _("3,000 characters, of which the first 210 are shown at once."),
    _("Xiaohongshu note"),
    _("A title of 20 characters and a note of up to 1,000."),
    _("Note"),
    _("Mail"),
    _("Subject of 60 characters, preheader of 90, two paragraphs and a button of 25."),
    _("Subject"),
    _("Preheader"),
    _("Body"),
    _("Button"),
    _("Customer reply"),
    _("An answer to a customer's message: thanks, what the facts say to it, and what comes next."),
    _(
        "It says the product facts that are nearest to the message; where none is, it only promises an answer. Put "
        "what customers ask for, such as delivery and returns, into the facts."
    ),
    _(
        "The packaged network finds headings in your facts; its sentences below them often need to be written anew."
    ),
    _("Reply"),
    _("Pages"),
    _("Landing page"),
    _("Headline, a line below it, three benefits with a sentence each, and a button."),
    _("Line below"),
    _("Benefit"),
    _("Reason"),
    _("SEO title and meta description"),
    _("A title of 60 characters and a description of 155, as search engines cut them."),
    _("Questions and answers"),
    _("Three questions that buyers ask, each with an answer from the facts."),
    _("The packaged network asks simple questions only. Check that each answer fits its question."),
    _("Question"),
    _("Answer"),
    _("Stories"),
    _("Press release"),
    _("Headline of 90 characters, a lead, two paragraphs. It quotes nobody: a quotation has to be real."),
    _("Lead"),
    _("Paragraph"),
    _("Blog outline"),
    _("A title of 70 characters and three headings with two points each."),
    _("Heading"),
    _("Blog article"),
    _("A title, an opening, two sections with headings and a close."),
    _("Video script"),
    _("Three scenes of about ten seconds, each with its picture and what the voice says."),
    _("From a text"),
    _("Rewrite"),
    _("A text made shorter, longer or simpler, or said in another tone."),
    _(
        "Words and sentences are left out, parted or exchanged; nothing is said anew. A playful or confident tone "
        "needs a larger network: ask your admin to set one (BRANDKILN_TEXT_LM)."
    ),
    _("Text"),
    _("Summary"),
    _("A text in one or two sentences of 200 characters."),
    _("Translation"),
    _("A text in another language."),
    _(
        "The packaged network does not translate usably. Ask your admin to set another one first (BRANDKILN_TEXT_LM)."
    ),
    _(
        "The packaged network rarely finds good other words. For more, ask your admin to set a larger one "
        "(BRANDKILN_TEXT_LM)."
    ),
    _("Variations of a winner"),
    _("New texts that say the same in other words, as long as the one that worked."),
    _("What is written. Each format has parts and limits of its own, which hold while it is written."),
    _("Product description short"),
    _("Product bullets"),
    _("Product description long"),
    _("Post x"),
    _("Post instagram"),
    _("Post facebook"),
    _("Post linkedin"),
    _("Post xiaohongshu"),
    _("Seo"),
    _("Faq"),
    _("Variations"),
    _("The text to rewrite, sum up, translate or vary, or the customer's message to answer."),
    _("Change"),
    _("How the text is rewritten."),
    _("Shorter"),
    _("Longer"),
    _("Simpler"),
    _("Tone"),
    _("How it sounds."),
    _("Neutral"),
    _("Friendly"),
    _("Formal"),
    _("Playful"),
    _("Confident"),
    _("Who reads it, in a few words."),
    _("Required terms"),
    _("Words that each text says, exactly so. Begins with those of the brand."),
    _("Banned terms"),
    _("Words that no text says. Begins with those of the brand."),
    _(
        'The language of the text; "auto" keeps that of the facts. The packaged network writes English; '
        "for others set a network that knows them. A text in another language than this is marked."
    ),
    _("Candidates"),
    _(
        "How many are written for each variant, of which the best is kept; headlines and other short "
        "texts take more."
    ),
    _("Unsupported"),
    _(
        "What happens to a text that says what the facts do not: it is written anew twice and then "
        "marked, only marked, or written anew and then left out."
    ),
    _("Regenerate"),
    _("Mark"),
    _("Drop"),
    _("Description"),
    _("Source"),
    _("Voice"),
    _("Audience"),
)
