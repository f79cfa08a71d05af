"""OpenVINO GenAI with continuous batching, for bench/text.py: python -m bench.text_openvino GGUF FOLDER COUNT.

Needs openvino-genai and a file in Q8_0, as bench/text.py has one written: the packaged Q4_1 file is read wrongly by it.
It runs in an environment of its own.
"""

import sys
import time

import openvino_genai

from bench.text_work import messages, say, work


def main() -> None:
    """Write the work and print the figures."""
    scheduler = openvino_genai.SchedulerConfig()
    scheduler.cache_size, scheduler.enable_prefix_caching, scheduler.max_num_seqs = 1, True, 64
    batching = openvino_genai.ContinuousBatchingPipeline(sys.argv[1], scheduler, "CPU")
    jobs = work(int(sys.argv[3]))
    write(batching, jobs[:1])
    clock, processor = time.perf_counter(), time.process_time()
    tokens = write(batching, jobs)
    seconds, worked = time.perf_counter() - clock, time.process_time() - processor
    say(
        {
            f"OpenVINO GenAI {openvino_genai.__version__}, Q8_0": {
                "tokens": tokens,
                "seconds": round(seconds, 2),
                "processor_seconds": round(worked, 2),
                "tokens_per_second": round(tokens / seconds, 1),
                "tokens_per_processor_second": round(tokens / worked, 1),
            }
        }
    )


def write(batching: "openvino_genai.ContinuousBatchingPipeline", jobs: list[tuple[str, int]]) -> int:
    """Return how many tokens were written."""
    prompts = [
        "".join(f"<|im_start|>{role}\n{text}<|im_end|>\n" for role, text in messages(product))
        + "<|im_start|>assistant\n"
        for product, _ in jobs
    ]
    configs = []
    for _, most in jobs:
        config = openvino_genai.GenerationConfig()
        config.max_new_tokens = config.min_new_tokens = most
        config.ignore_eos, config.apply_chat_template = True, False
        config.do_sample, config.temperature, config.top_p = True, 0.5, 0.9
        configs.append(config)
    batching.generate(prompts, configs)
    return sum(most for _, most in jobs)


if __name__ == "__main__":
    main()
