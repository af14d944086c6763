"""Which attempt at a campaign may publish it: the last that began, though an earlier one may be cut off and still at work."""

from pathlib import Path

from careworth.errors import RunError
from careworth.files import write_bytes


def staging_folder(reports: Path, campaign_id: str, attempt: str = "") -> Path:
    """Where a report is made before it is published: of one name for each campaign, or for each attempt at it.

    Examples
    --------
    >>> staging_folder(Path("reports"), "spring").as_posix(), staging_folder(Path("reports"), "spring", "5f3a").as_posix()
    ('reports/.spring.tmp', 'reports/.spring.5f3a.tmp')
    """
    return reports / ".".join(["", campaign_id, *filter(None, [attempt]), "tmp"])


def take_lease(reports: Path, campaign_id: str, attempt: str) -> None:
    """From now on this attempt is the one that may publish; without a name it is the only one, since the run has a lock."""
    if attempt:
        write_bytes(_lease(reports, campaign_id), attempt.encode())


def require_lease(reports: Path, campaign_id: str, attempt: str) -> None:
    """Refuse to go on with an attempt after which another one began, or the run ended."""
    lease = _lease(reports, campaign_id)
    if attempt and (not lease.is_file() or lease.read_text(encoding="utf-8") != attempt):
        raise RunError("another worker has begun this campaign anew, or the run is over; nothing was published from here")


def _lease(reports: Path, campaign_id: str) -> Path:
    # What is left of it, the run itself removes, as all that is called so.
    return reports / f".{campaign_id}.lease.tmp"
