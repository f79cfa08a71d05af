"""Training: count every text once."""

from brandkiln_slogans.chain import Chain
from brandkiln_slogans.spec import SPEC, TrainParams
from generators import checkpoint
from generators.checkpoint import Checkpoint
from generators.data import TrainingData
from generators.errors import BadCheckpoint
from generators.run import Run


def train(data: TrainingData, params: TrainParams, run: Run) -> Checkpoint:
    """Return the chain of all training texts."""
    records = data.records("train")
    chain, first = Chain(params.order), 0
    if run.resume_from is not None:
        chain, first = Chain.of(run.resume_from), _texts_done(run.resume_from)
    for done, record in enumerate(records[first:], start=first + 1):
        chain.learn(record.text or "")
        run.report(done, len(records), "Reading your texts", contexts=len(chain.followers))
        if done % params.save_every == 0:
            run.save(_write(chain, data, params, run, done))
    return _write(chain, data, params, run, len(records))


def _texts_done(saved: Checkpoint) -> int:
    state = saved.state_json()
    if state is None:
        raise BadCheckpoint(
            "This checkpoint cannot be resumed: it was kept without its state. Train from the start."
        )
    return int(state["texts_done"])


def _write(chain: Chain, data: TrainingData, params: TrainParams, run: Run, done: int) -> Checkpoint:
    return checkpoint.write(
        run.scratch / f"checkpoint-{done}",
        generator=SPEC.name,
        generator_version=SPEC.version,
        params=params.model_dump(mode="json"),
        config={"order": chain.order},
        labels=(),
        tensors=chain.tensors(),
        metrics={"contexts": len(chain.followers)},
        data_sha256=data.sha256,
        seed=run.seed,
        state_json={"texts_done": done},
    )
