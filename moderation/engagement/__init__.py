"""What editors ask of the comments, as values for charts. Which value answers which question of the Insights page:

| question | use case (`moderation.service.insights`) | value |
|---|---|---|
| the period at a glance | `insights` | `Insights`: `Overview`, `VolumeRow`, `GroupRow`, `DeskRow`, `CivilityRow` |
| 1. what do readers talk about, is it unusual | `talk` | `Talk`: `BandRow`, `TakeoffRow`, `SectionRow` |
| 2. how is the conversation | `conversation` | `Conversation`: `CivilityRow`, `GroupRow`, `RemovedRow`, `ReasonRow`, \
`TurnRow`, `ReturnRow`, `ShapeRow`, `LanguageRow` |
| 3. what to open, close or join | `agenda` | `Agenda`: `HeatRow`, `CandidateRow`, `AskRow`, `PickRow` |
| 4. how is the desk doing | `work` | `Work`: `QueueNow`, `FlowRow`, `DeskRow`, `MachineRow`, `AgreementRow`, \
`AppealsCount` |
| … and its people (own, or all for the head) | `workload` | `Workload`: `ShiftRow` |
| 5. who are our readers | `readers` | `Readers`: `ReturnRow`, `Concentration`, `ContributorRow`, `ReporterRow` |
| 6. what happened around an event | `compare`; `pins.pinned`, `pins.pin`, `pins.unpin` | `Comparison`: `BesideRow`, \
`Pin` |

Everywhere: counts are of comments as they are now; a bucket without comments has the count 0, and a share of nothing is
None, which a chart draws as a gap. Every share has its count beside it. `docs/insights.md` defines each figure.
"""

from moderation.engagement.agenda import Agenda, AskRow, CandidateRow, HeatRow, PickRow
from moderation.engagement.around import BesideRow, Comparison, Pin
from moderation.engagement.conversation import (
    Conversation,
    LanguageRow,
    ReasonRow,
    RemovedRow,
    ReturnRow,
    ShapeRow,
    TurnRow,
)
from moderation.engagement.overview import CivilityRow, DeskRow, GroupRow, Insights, Overview, VolumeRow
from moderation.engagement.period import Grain, InsightFilter, Period, is_known
from moderation.engagement.readers import Concentration, ContributorRow, Readers, ReporterRow
from moderation.engagement.talk import BandRow, SectionRow, TakeoffRow, Talk
from moderation.engagement.work import (
    AgeRow,
    AgreementRow,
    AppealsCount,
    Double,
    FlowRow,
    MachineRow,
    QueueNow,
    ShiftRow,
    Work,
    Workload,
)
from moderation.text.asking import Ask

__all__ = [
    "AgeRow",
    "Agenda",
    "AgreementRow",
    "AppealsCount",
    "Ask",
    "AskRow",
    "BandRow",
    "BesideRow",
    "CandidateRow",
    "CivilityRow",
    "Comparison",
    "Concentration",
    "ContributorRow",
    "Conversation",
    "DeskRow",
    "Double",
    "FlowRow",
    "Grain",
    "GroupRow",
    "HeatRow",
    "InsightFilter",
    "Insights",
    "LanguageRow",
    "MachineRow",
    "Overview",
    "Period",
    "PickRow",
    "Pin",
    "QueueNow",
    "Readers",
    "ReasonRow",
    "RemovedRow",
    "ReporterRow",
    "ReturnRow",
    "SectionRow",
    "ShapeRow",
    "ShiftRow",
    "TakeoffRow",
    "Talk",
    "TurnRow",
    "VolumeRow",
    "Work",
    "Workload",
    "is_known",
]
