"""Campaigns on a Dask cluster, whose workers see the same workspace and reports folders as whoever starts the run."""

import multiprocessing
from collections.abc import Iterator

from careworth.batch.dispatch import Event, Limits, Outcome, dispatch
from careworth.batch.worker import Job
from careworth.errors import CareworthError

#: How often a campaign is given to another worker when the one that had it died.
RETRIES = 3

#: Seconds to wait for the scheduler.
CONNECT_SECONDS = 10


def dispatch_on_cluster(jobs: list[Job], address: str, limits: Limits) -> Iterator[Event | Outcome]:
    """How each campaign ends, as it happens; on each worker in a process of its own, as on one machine.

    A campaign that follows up on another one runs when all others have ended.

    Raises
    ------
    CareworthError
        If Dask is not installed, or nothing answers at `address`.
    """
    client = _client(address)
    try:
        own = {job.inputs.campaign.id for job in jobs}
        followers = [job for job in jobs if job.inputs.campaign.previous in own]
        for wave in ([job for job in jobs if job not in followers], followers):
            yield from _gathered(client, wave, limits)
    finally:
        client.close()


def _client(address: str):
    try:
        from distributed import Client
    except ImportError:
        raise CareworthError("--dask needs the package distributed: pip install 'careworth[dask]'") from None
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise CareworthError(
            f"no Dask scheduler answers at {address!r} ({type(error).__name__}); start one: dask scheduler"
        ) from None


def _gathered(client, jobs: list[Job], limits: Limits) -> Iterator[Event | Outcome]:
    from distributed import as_completed

    futures = {client.submit(run_on_worker, job, limits, pure=False, retries=RETRIES): job for job in jobs}
    for future in as_completed(futures):
        campaign_id = futures[future].inputs.campaign.id
        yield Event(campaign_id, "cluster", 0)
        error = future.exception()
        if error is None:
            yield future.result()
        else:
            yield Outcome(
                campaign_id, "failed", 0.0, f"every worker that had it died ({type(error).__name__}); look at their memory"
            )


def run_on_worker(job: Job, limits: Limits) -> Outcome:
    """How the campaign ended, run in a process of its own on this worker, which outlives it."""
    # A worker under Dask's nanny is marked as one that may have no children, for fear that they outlive it; ours cannot.
    multiprocessing.current_process()._config["daemon"] = False
    (outcome,) = (told for told in dispatch([job], 1, limits) if isinstance(told, Outcome))
    return outcome
