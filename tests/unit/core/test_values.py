"""Values behave as frozen dataclasses do."""

import dataclasses
import gc
from dataclasses import field

import msgspec
import pytest

from refund_core.incoming import Person
from refund_core.replacing import replace
from refund_core.values import stored, value


@value(frozen=True, slots=True)
class Parcel:
    """A parcel."""

    number: str
    weight: int = 0
    marks: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def is_heavy(self) -> bool:
        return self.weight > 20


@value(frozen=True, slots=True)
class Other:
    number: str
    weight: int = 0


@value(frozen=True, slots=True)
class TrackedParcel(Parcel):
    seen_at: str = ""


def test_a_value_is_made_by_place_and_by_name_with_defaults() -> None:
    parcel = Parcel("P1", weight=30)

    assert (parcel.number, parcel.weight, parcel.marks, parcel.extra) == ("P1", 30, (), {})
    assert parcel.is_heavy
    assert repr(parcel) == "Parcel(number='P1', weight=30, marks=(), extra={})"


def test_a_default_that_can_change_is_made_anew_for_each() -> None:
    assert Parcel("P1").extra is not Parcel("P2").extra


def test_a_value_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Parcel("P1").weight = 3  # type: ignore[misc]  # the point of the test


def test_a_field_that_is_not_there_or_is_missing_is_refused() -> None:
    with pytest.raises(TypeError):
        Parcel()  # type: ignore[call-arg]  # the point of the test
    with pytest.raises(TypeError):
        replace(Parcel("P1"), colour="red")  # type: ignore[call-arg]  # the point of the test


def test_values_are_equal_by_kind_and_fields() -> None:
    assert Other("P1", 3) == Other("P1", 3)
    assert hash(Other("P1", 3)) == hash(Other("P1", 3))
    assert Other("P1", 3) != Other("P1", 4)
    assert Other("P1", 0) != Parcel("P1", 0)  # type: ignore[comparison-overlap]  # the point of the test


@pytest.mark.parametrize("copied", [replace, dataclasses.replace])
def test_a_change_makes_a_new_value_and_leaves_the_old_one(copied: type[object]) -> None:
    before = TrackedParcel("P1", 3, ("fragile",), seen_at="Delft")

    after = copied(before, weight=4)  # type: ignore[call-arg]  # either function

    assert after == TrackedParcel("P1", 4, ("fragile",), seen_at="Delft")
    assert before.weight == 3


def test_the_library_lists_a_values_fields() -> None:
    assert [it.name for it in dataclasses.fields(Parcel)] == ["number", "weight", "marks", "extra"]
    assert dataclasses.asdict(Other("P1")) == {"number": "P1", "weight": 0}


def test_a_value_matches_by_place() -> None:
    match Parcel("P1", 3):
        case Parcel(number, weight):
            assert (number, weight) == ("P1", 3)


def test_a_value_is_written_as_json_and_read_again() -> None:
    parcel = TrackedParcel("P1", 3, ("fragile",), {"a": "b"}, "Delft")

    assert msgspec.json.decode(msgspec.json.encode(parcel), type=TrackedParcel) == parcel


@stored(frozen=True, slots=True)
class Kept:
    number: str
    weight: int = 0
    marks: tuple[str, ...] = ()


def test_what_is_stored_leaves_out_what_is_by_default() -> None:
    assert msgspec.json.encode(Kept("P1", marks=("fragile",))) == b'{"number":"P1","marks":["fragile"]}'
    assert msgspec.json.decode(b'{"number":"P1","weight":0}', type=Kept) == Kept("P1")


def test_the_collector_passes_values_over() -> None:
    assert not gc.is_tracked(Parcel("P1", marks=("fragile",)))
    assert not gc.is_tracked(TrackedParcel("P1", marks=("fragile",)))


def test_a_field_that_is_told_to_nobody_does_not_show() -> None:
    person = Person("c-1", name="王小明", phone="+8613800000000")

    assert repr(person) == "Person(external_id='c-1')"
    assert "王小明" not in f"{person}"
