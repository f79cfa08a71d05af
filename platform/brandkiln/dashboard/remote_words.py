"""Words of the remote writer and of chats."""

from django.utils.translation import gettext_noop as _

REMOTE_WORDS = (
    _("Remote writer"),
    _("Texts from a network on a server of yours that speaks OpenAI's API: vLLM, llama.cpp, Ollama."),
    _("Connection"),
    _("The connection by which the network is reached; an admin of the workspace makes one."),
    _("Task"),
    _("What is to be written, as you would tell a colleague."),
    _("How many texts to write; each is a request of its own."),
    _("Max tokens"),
    _(
        "Most tokens of a text. As many are held of the connection's budget until it is known how many it took."
    ),
    _("How daring the choice of words is."),
    _("The share of probability among which each word is chosen."),
    _("Sent along; whether the same seed writes the same text depends on the server."),
    _("Asking the remote network"),
    _("Embedding texts"),
    _("Embedding passages"),
    _("Listing words"),
    _("Looking for sources"),
    _("Drafting an answer"),
    _("Tracing each sentence"),
    _("Messages"),
    _("The conversation so far; the answer follows its last turn."),
    _("Prompt"),
    _("A text to continue as it stands, instead of a conversation."),
    _("N"),
    _("How many answers."),
    _("Most tokens of an answer."),
    _("Stop"),
    _("Strings that end an answer and do not belong to it."),
    _("Json schema"),
    _("The JSON Schema that an answer follows; {} is any JSON object, null is free text."),
    _("The share of probability among which each token is drawn."),
    _("The same seed and the same params give the same answers on the same machine."),
    _(
        "The connection of the workspace by which a remote network is reached, by its id; empty for one of the studio."
    ),
)
