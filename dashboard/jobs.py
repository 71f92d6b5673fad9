"""The jobs of this deployment: one line each. `dashboard/schedule.py` says what a job is and runs them."""

from __future__ import annotations

from dashboard import checkpointing, joining, parquet, retaining, rolling, weekly
from dashboard.backup import daily
from dashboard.schedule import Job
from dashboard.wiring import Plant


def of(plant: Plant) -> list[Job]:
    wanted = (
        checkpointing.job(plant.desk, plant.settings),
        parquet.job(plant.desk, plant.settings),
        daily.job(plant),
        retaining.job(plant.desk),
        joining.job(plant.desk),
        rolling.job(plant.desk),
        weekly.job(plant.desk, plant.settings, plant.alone),
    )
    return [job for job in wanted if job is not None]
