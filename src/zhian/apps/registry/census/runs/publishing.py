"""Run, look at the checks, publish or refuse: a second person decides, and only then the register
changes."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from zhian.apps.registry.census import keeping, rights
from zhian.apps.registry.census.errors import Standing, Unfit
from zhian.apps.registry.census.runs import checks, computing, inputs, job
from zhian.apps.registry.census.runs.result import dump, load
from zhian.apps.registry.census.runs.writing import Writing
from zhian.apps.registry.models import LinkRun, SourceRecord
from zhian.desk import timing
from zhian.directory.models import Appointment, Place
from zhian.law.words import Words

UNDERWAY = ("queued", "running")
KIND = "census_run"
NOBODYS = Standing("没有可关联的名册，请先导入。", "There is no roster to link: take one in first.")
BUSY = Standing("已有一次关联正在进行。", "A run is under way already.")
OUTDATED = Standing(
    "这次关联之后，名册、判定或者登记又有变动，结果已经过时，请重新关联。",
    "Since this run rosters, decisions or the register have changed, so that it is outdated: link "
    "again.",
)
OWN = Unfit(
    "发布须由另一人决定，不能由发起关联的人自己发布。",
    "Another person must publish, not the one who had the rosters linked.",
)
NO_REASON = Unfit(
    "有检查项没有达标，请写明仍然发布的理由。",
    "Checks were missed: say why it is published all the same.",
    "remark",
)
NO_REFUSAL = Unfit("请写明不予发布的理由。", "Say why it is not published.", "remark")


@transaction.atomic
def begin(county: Place, by: Appointment) -> LinkRun:
    """Queue a run; raises CensusError where one is under way or there is nothing to link."""
    Place.objects.select_for_update().get(pk=county.pk)
    if LinkRun.objects.filter(place=county, state__in=UNDERWAY).exists():
        raise BUSY
    if not SourceRecord.objects.filter(place=county, until__isnull=True).exists():
        raise NOBODYS
    run = LinkRun.objects.create(place=county, by=by, at=timing.now())
    job.start(run.pk)
    return run


def work(run: LinkRun) -> None:
    """Compute a run and keep what it found, with its checks."""

    def tell(words: Words) -> None:
        LinkRun.objects.filter(pk=run.pk).update(state="running", step=words.zh[:100])

    computed = computing.compute(run.place, run.pk, tell)
    last = last_published(run.place)
    manifest = computed.manifest | {"base": last.pk if last else None}
    manifest["checks"] = checks.checked(manifest, last.manifest if last else None)
    manifest["last_flags"] = last.manifest["counts"]["flags"] if last else {}
    content = dump(computed.result, computed.register)
    with transaction.atomic():
        held = LinkRun.objects.select_for_update().get(pk=run.pk)
        if held.state not in UNDERWAY:
            return
        held.result = keeping.keep(f"census-run-{run.pk}.zip", content, KIND)
        held.manifest, held.state, held.step = manifest, "checked", ""
        held.ended_at = timing.now()
        held.save()


def last_published(county: Place) -> LinkRun | None:
    """The run whose register stands."""
    rows = LinkRun.objects.filter(place=county, state="published")
    return rows.order_by("-published_at", "-pk").first()


def outdated(run: LinkRun) -> bool:
    """Whether what the run rests on has changed since."""
    return bool(run.manifest) and run.manifest.get("stamp") != inputs.stamp(run.place)


def why_not(run: LinkRun, by: Appointment) -> Standing | Unfit | None:
    """Why this person cannot decide on the run; None where he can."""
    if run.state != "checked":
        return Standing("这次关联不在待发布状态。", "This run does not wait to be published.")
    if not rights.may_publish(by):
        return Unfit("您的岗位不能发布关联结果。", "Your post may not publish a run.")
    return OWN if run.by.user_id == by.user_id else None


def publish(run: LinkRun, by: Appointment, remark: str = "") -> LinkRun:
    """Make the run the register, in one transaction; raises CensusError."""
    with transaction.atomic():
        Place.objects.select_for_update().get(pk=run.place_id)
        held = _held(run, by)
        if outdated(held):
            raise OUTDATED
        if checks.failed(held.manifest) and not remark.strip():
            raise NO_REASON
        found = load(keeping.load(held.result).content)
        _decide(held, "published", by, remark)
        Writing(held, found).everything()
    return held


def refuse(run: LinkRun, by: Appointment, remark: str) -> LinkRun:
    """Do not publish the run, and say why; the register stays as it is. Raises CensusError."""
    if not remark.strip():
        raise NO_REFUSAL
    with transaction.atomic():
        held = _held(run, by)
        _decide(held, "refused", by, remark)
    return held


def _held(run: LinkRun, by: Appointment) -> LinkRun:
    rows: Any = LinkRun.objects.select_for_update(of=("self",)).select_related("place", "by")
    held: LinkRun = rows.get(pk=run.pk)
    refused = why_not(held, by)
    if refused is not None:
        raise refused
    return held


def _decide(run: LinkRun, state: str, by: Appointment, remark: str) -> None:
    run.state, run.published_by, run.published_at = state, by, timing.now()
    run.remark = remark.strip()[:300]
    run.save()
