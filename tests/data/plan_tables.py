"""The shared tables of strategies and service paths, and what became of each row and column.

They follow the rules of `shared_tables.py`: `test_rows.py` takes both lists.
"""

from __future__ import annotations

from tests.data.shared_tables import DATA, ID, SKOS, SOTE, Keys, Row, Table, minted, read

TITLE = "title of the document"
REPLACED = "copied, or replaced where the address holds a person's name or is a seed file"
TAG = "language tag of the names"


def support(row: Row, keys: Keys) -> str:
    """The link between an activity and an element, whose key joins theirs."""
    return f"{ID}support/{keys['activity', row['activity_id']]}-{keys['strategy-element', row['priority_id']]}"


def roles() -> dict[str, set[str]]:
    """The role parts of each step."""
    parts: dict[str, set[str]] = {}
    for row in read(DATA / "service-paths" / "step_roles.csv"):
        parts.setdefault(row["step_id"], set()).add(row["part"])
    return parts


PLANS = (
    Table(
        "domain/strategies.csv",
        ("strategies/strategies.csv",),
        ("id",),
        minted("strategy"),
        SOTE + "Strategy",
        {
            "name_fi": "name, without the remark in English that one row has in it",
            "type": "kind of the document; a second kind where the name or description gives two",
            "approval_date": "date of the decision",
            "approval_date_basis": "basis and certainty of the date of the decision, latest date",
            "other_decision_date": "date of another step, a decision of its own",
            "approval_body": "kind, name and section of the organ, organisation of the decision",
            "lang": TAG,
            "source_url": REPLACED,
            "source_title": TITLE,
        },
        literals={"name_sv": (SKOS + "prefLabel", "sv")},
    ),
    Table(
        "domain/strategies_priorities.csv",
        ("strategies/strategy_elements.csv",),
        ("id",),
        minted("strategy-element"),
        SOTE + "StrategyElement",
        {
            "kind": "kind of the element, hyphens for underscores",
            "sequence": "position",
            "label_en": "own translation",
            "source_url": REPLACED,
            "source_title": TITLE,
        },
        literals={"label_en": (SOTE + "ownTranslation", "en")},
    ),
    Table(
        "domain/activity_priorities.csv",
        ("strategies/activity_priorities.csv",),
        ("id",),
        support,
        SOTE + "Support",
        {
            "basis": "certainty inferred; only rule occurs",
            "rule": "concept of the rule; its words are the definition",
            "source_url": REPLACED,
            "source_title": TITLE,
        },
    ),
    Table(
        "domain/service_paths.csv",
        ("service-paths/service_paths.csv",),
        ("id",),
        minted("service-path"),
        SOTE + "ServicePath",
        {
            "name": "name, without the remark in English that one row has in it",
            "theme": "concept of the theme",
            "kind": "concept of the kind, hyphens for underscores",
            "owner": "owner as stated, two of them put in Finnish; organisation where it is unambiguous",
            "period": "left out: repeats from and to",
            "from": "start of the period, or when it was observed",
            "to": "end of the period",
            "precision": "datatype of the dates; observed ones hold in a year or on a day",
            "source_url": REPLACED,
            "source_title": TITLE,
        },
    ),
    Table(
        "domain/service_path_steps.csv",
        ("service-paths/service_path_steps.csv",),
        ("id",),
        minted("path-step"),
        SOTE + "PathStep",
        {
            "sequence": "position",
            "step_label": "name, or own translation where the source is in English",
            "step_label_en": "own translation, or name where the source is in English",
            "actor": "actor of the role, as stated",
            "actor_org_id": "organisation of the role",
            "actor_type": "types of the actor",
            "organisation_role_en": "description of the role",
            "source_url": REPLACED,
            "source_title": TITLE,
        },
    ),
)
