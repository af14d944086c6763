"""One campaign, from its first stage that no longer holds to its published report, in a process made for it."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from careworth.batch.lease import require_lease, staging_folder, take_lease
from careworth.batch.manifest import NAME, read_manifest, write_manifest
from careworth.batch.stages import Done, Inputs, previous_hash, still_holds
from careworth.errors import RunError
from careworth.execution import CAMPAIGN_NOTEBOOKS, run_notebook
from careworth.files import sha256, write_bytes
from careworth.lake import open_lake
from careworth.lake.readers import pin_lake, take_reads


class Job(NamedTuple):
    """What a process needs to know to make one campaign's report; on a cluster each attempt at it has a name."""

    inputs: Inputs
    reports: Path
    force: bool = False
    has_kernels: bool = False
    attempt: str = ""


Told = Callable[[str], None]


def make_report(job: Job, told: Told) -> float:
    """The seconds it took to run the campaign's stages that no longer hold and to publish the report whole.

    `told` hears what begins: a stage's name, then its name and the number of each cell.

    Raises
    ------
    CareworthError
        If a notebook failed or the sources changed meanwhile; the report before is as it was then.
    OSError
        If the report could not be written; the same.
    """
    started, campaign_id = perf_counter(), job.inputs.campaign.id
    # The campaign before may have been published only a moment ago.
    job = job._replace(inputs=job.inputs._replace(previous=previous_hash(job.inputs.campaign, job.reports)))
    published = job.reports / campaign_id
    # The lock keeps other runs away, and of this run's own attempts the last may publish.
    staging = staging_folder(job.reports, campaign_id, job.attempt)
    shutil.rmtree(staging, ignore_errors=True)
    take_lease(job.reports, campaign_id, job.attempt)
    try:
        stages = _run_stages(job, published, staging, told)
        write_manifest(staging / campaign_id, stages)
        require_lease(job.reports, campaign_id, job.attempt)
        publish(staging / campaign_id, published)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return perf_counter() - started


def _run_stages(job: Job, published: Path, staging: Path, told: Told) -> dict[str, Done]:
    built, stages = staging / published.name, {}
    before = {} if job.force else read_manifest(published)
    built.mkdir(parents=True)
    _bring_previous(job, staging)
    if not job.has_kernels:
        # Cells run inside the workspace, from where a folder that was told from elsewhere would not be found.
        pin_lake(job.inputs.workspace.root, replace(job.inputs.lake, folder=job.inputs.lake.folder.resolve()))
    for name in CAMPAIGN_NOTEBOOKS:
        holds = still_holds(name, job.inputs, before.get(name), stages, published)
        stages[name] = _reused(before[name], published, built) if holds else _run_stage(name, job, stages, built, told)
    if job.has_kernels and open_lake(job.inputs.workspace).manifest["key"] != job.inputs.lake.manifest["key"]:
        raise RunError("a source changed while the report was made; run again")
    return stages


def _bring_previous(job: Job, staging: Path) -> None:
    # The report follows up on the decisions of the campaign before, as they stand published.
    if job.inputs.previous:
        name = Path(job.inputs.campaign.previous) / "metric_values.parquet"
        (staging / name).parent.mkdir(parents=True)
        shutil.copyfile(job.reports / name, staging / name)


def _reused(stage: Done, published: Path, built: Path) -> Done:
    for name in stage.outputs:
        (built / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(published / name, built / name)
    return stage


def _run_stage(name: str, job: Job, before: dict[str, Done], built: Path, told: Told) -> Done:
    here = files_of(built)
    take_reads()
    told(name)
    executed = run_notebook(
        job.inputs.notebook(name),
        job.inputs.workspace.root,
        built.parent,
        built / "notebooks",
        job.inputs.campaign.id,
        in_kernel=job.has_kernels,
        told=lambda cell: told(f"{name} {cell}"),
        **{each: job.inputs.given[each] for each in job.inputs.parameters(name) if each in job.inputs.given},
    )
    # Notebooks say where they write, which is the same in every attempt.
    plain = staging_folder(job.reports, built.name).name
    if plain != built.parent.name:
        write_bytes(executed, executed.read_bytes().replace(built.parent.name.encode(), plain.encode()))
    reads = take_reads() if not job.has_kernels else job.inputs.lake.parts
    outputs = {each: sha256(built / each) for each in sorted(files_of(built) - here)}
    return Done(job.inputs.key(name, reads, before), reads, outputs)


def files_of(folder: Path) -> set[str]:
    """Every file below a folder, by its path from there."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def publish(built: Path, target: Path) -> None:
    """Put each new file in the place of the old one, the manifest last, then remove what the new report does not have.

    A reader finds at every moment each file whole; a run that is killed half-way is told by the manifest.
    """
    new = files_of(built)
    for name in sorted(new - {NAME}) + [NAME]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(built / name, target / name)
    for name in files_of(target) - new:
        (target / name).unlink()
