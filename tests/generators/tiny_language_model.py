"""A network and a tokenizer of a few kilobytes, made on the spot."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

TEXTS = [
    "The Harbour rain jacket keeps you dry. It has two hand pockets and folds into its own pocket.",
    "Meet the desk lamp that makes every evening a little brighter. Choose it for your home today!",
    "Subject: Hello and welcome. We have new colours for you, and they are ready. 0.5 l, 129 EUR, 2024.",
    "你好，世界。这件外套很好看。 Ein schöner Tag für alle. 🙂🙃",
]
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_language_model(folder: Path, *, seed: int = 0, width: int = 8) -> Path:
    """Write a transformers folder with an untrained network, whose heads have a width, and return it."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS * 3, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>"
    )
    fast.chat_template = CHAT_TEMPLATE
    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=4 * width,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    torch.manual_seed(seed)
    network = LlamaForCausalLM(config)
    network.lm_head.weight.data.normal_(std=0.5)  # decided enough for temperature and top_p to matter
    network.save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder
